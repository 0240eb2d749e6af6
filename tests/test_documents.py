"""What our Markdown refers to is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
MAKE = re.compile(r"^\$ make (\w[\w-]*)|`make (\w[\w-]*)`", re.MULTILINE)
TARGET = re.compile(r"^([\w-]+):(?!=)", re.MULTILINE)
# A path in code, below one of our directories; a placeholder is written in capitals.
PATH = re.compile(r"`((?:cli|docs|hooks|scripts|templates|tests|\.ci)/[a-z0-9_./-]+)[` ]")


def broken_links(document: Path) -> list[str]:
    """The relative links of a document that lead nowhere."""
    links = LINK.findall(CODE.sub("", document.read_text(encoding="utf-8")))
    relative = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    return [link for link in relative if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    assert broken_links(document) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("[a](page.md#top) [b](gone.md) `[c](code.md)` [d](https://example.org/x) ![e](e.svg)")
    assert broken_links(document) == ["gone.md", "e.svg"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_a_document_is_in_the_makefile(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    named = {target for pair in MAKE.findall(text) for target in pair if target}
    assert {"test"} <= named
    assert named <= set(TARGET.findall((REPOSITORY / "Makefile").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_path_of_a_document_is_there(name: str) -> None:
    paths = PATH.findall((REPOSITORY / name).read_text(encoding="utf-8"))
    assert [path for path in paths if not (REPOSITORY / path).exists()] == []


def test_the_readme_names_every_component_broker_and_backend() -> None:
    from celery_scaffold.components import COMPONENTS, PRESETS
    from celery_scaffold.model.backends import BACKENDS
    from celery_scaffold.model.brokers import BROKERS

    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    rows = [
        f"| `{component.name}` | {component.summary} |"
        + "|".join(" ✓ " if preset in component.presets else " " for preset in PRESETS)
        + "|"
        for component in COMPONENTS.values()
    ]
    assert [row for row in rows if row not in text] == []
    labels = [broker.label for broker in BROKERS.values()] + [backend.label for backend in BACKENDS.values()]
    assert [label for label in labels if label.partition(" (")[0] not in text] == []
