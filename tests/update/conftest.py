"""Projects of a made-up template, in the places where projects are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from update.projects import Project, commit, git, made, rendering, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from update.projects import Content

    Make = Callable[..., Project]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Make:
    """Makes a project that was rendered from a base: in git and committed, in a larger repository, or not in git."""

    def make(base: Mapping[str, Content], place: str = "git") -> Project:
        root = tmp_path / ("monorepo/services/shop" if place == "subdirectory" else "shop")
        made(root, base)
        project = Project(root, rendering(monkeypatch), capsys)
        if place == "subdirectory":
            write(tmp_path / "monorepo", {"README.md": "of all\n", "services/other/a.txt": "other\n"})
            git(tmp_path / "monorepo", "init", "--quiet", "--initial-branch=main")
            commit(tmp_path / "monorepo")
        elif place == "git":
            project.commit()
        return project

    return make
