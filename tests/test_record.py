"""What a generated project remembers."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import __version__, answers, bundle, workflows
from celery_scaffold.plan import Plan, plan
from celery_scaffold.record import record_of

if TYPE_CHECKING:
    from pathlib import Path


def a_plan(**flags: object) -> Plan:
    return plan(answers.project(answers.from_flags({"name": "shop", **flags}, [])))


def digest(planned: Plan) -> str:
    return bundle.template_digest(planned, bundle.staged_files(planned)).hex()


def test_the_record_names_the_version_the_template_and_the_base() -> None:
    assert record_of(b"a zip file", bytes.fromhex("00ff" * 16)) == (
        "# Written by celery-scaffold; `celery-scaffold update` reads it. Keep it in git.\n"
        "format = 1\n"
        f'version = "{__version__}"\n'
        f'template = "sha256:{"00ff" * 16}"\n'
        'base = "sha256:47d03e66a698943e8bf4b2dfa29f70a8f951c614623725c5cdb56731c25d7ce6"\n'
    )


def test_a_project_records_what_it_was_rendered_from(tmp_path: Path) -> None:
    made = workflows.new(answers.from_flags({"name": "shop"}, []), tmp_path, with_git=False)
    folder = made.target / ".celery-scaffold"
    base = hashlib.sha256((folder / "base.zip").read_bytes()).digest()
    lines = (folder / "record.toml").read_text().splitlines()
    assert lines[2:] == [
        f'version = "{__version__}"',
        f'template = "sha256:{digest(made.plan)}"',
        f'base = "sha256:{base.hex()}"',
    ]


def test_the_digest_is_that_of_the_files_in_use_whatever_the_answers() -> None:
    assert digest(a_plan()) == digest(a_plan(queues=["mail:rate_limit=1/s", "web"], clouds=["aws"]))
    assert len({digest(a_plan(**flags)) for flags in ({}, {"broker": "rabbitmq"}, {"preset": "minimal"})}) == 3


@pytest.mark.parametrize(
    ("changed", "change"),
    [
        ("templates/base/README.md", "content"),
        ("templates/base/README.md", "mode"),
        ("templates/base/README.md", "name"),
        ("templates/_partials/services/redis.yaml", "content"),
        ("templates/_partials/services/redis.yaml", "name"),
        ("hooks/post_gen_project.py", "content"),
    ],
)
def test_the_digest_changes_with_every_file_in_use(
    changed: str,
    change: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = digest(a_plan())
    for folder in ("templates", "hooks"):
        shutil.copytree(bundle.bundle_root() / folder, tmp_path / folder)
    monkeypatch.setattr(bundle, "bundle_root", lambda: tmp_path)
    assert digest(a_plan()) == before, "wherever the bundle is"
    file = tmp_path / changed
    if change == "content":
        file.write_text(file.read_text() + "\n")
    elif change == "mode":
        file.chmod(0o755)
    else:
        file.rename(file.with_name(f"other-{file.name}"))
    assert digest(a_plan()) != before
