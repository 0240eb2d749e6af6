"""Each page of docs/how-to/ can be followed from its first command to its last, and tells what is really said."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY, need
from how_to import PAGES, shell
from story import Shell, StoryError, agrees, commands, followed, rewritten

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_command_answers_what_the_page_says(page: Path, tmp_path: Path) -> None:
    need("uv", "the tool is installed and upgraded with it, and so are generated projects")
    need("git", "a project is kept in it")
    need("make", "generated projects are tested with it")
    for told, said in followed(page.read_text(encoding="utf-8"), shell(tmp_path)):
        if not agrees(told.output, said):
            assert told.output == said, f"`{told.command}` answers otherwise; scripts/stories writes the page anew"


# --- the pages are read as they are meant --------------------------------------------------------------

PAGE = textwrap.dedent(
    """\
    ```console
    $ mkdir shop && cd shop && git init --quiet
    $ echo one; \\
        echo two >&2
    one
    …
    $ false
    (exit code 1)
    ```

    ```python
    # tasks/emails.py
    def send():
        return 1
    ```

    ```diff
    --- a/tasks/emails.py
    +++ b/tasks/emails.py
    @@
     def send():
    -    return 1
    +    return 2
    ```

    ```console
    $ pwd && cat tasks/emails.py
    nothing
    ```
    """
)
LAST = "~/shop\ndef send():\n    return 2\n"


@pytest.fixture
def plain(tmp_path: Path) -> Shell:
    """A shell without the tool."""
    (tmp_path / "home").mkdir()
    return Shell(tmp_path / "home", dict(os.environ), lambda _: None)


def test_a_page_is_followed_block_by_block(plain: Shell) -> None:
    assert [(told.command, said) for told, said in followed(PAGE, plain)] == [
        ("mkdir shop && cd shop && git init --quiet", ""),
        ("echo one; \\\n    echo two >&2", "one\ntwo\n"),
        ("false", "(exit code 1)\n"),
        ("pwd && cat tasks/emails.py", LAST),
    ]


def test_what_a_page_tells_wrongly_is_rewritten_and_the_rest_stays(plain: Shell) -> None:
    assert rewritten(PAGE, plain) == PAGE.replace("nothing\n", LAST)


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("```diff\n--- a/gone\n+++ b/gone\n@@\n-a\n+b\n```\n", "does not apply"),
        ("```python\n# a.py\n```\n```python\n# a.py\n```\n", "is there already"),
        ("```console\nno command\n```\n", "begins with a command"),
    ],
)
def test_a_page_that_cannot_be_followed_says_why(block: str, problem: str, plain: Shell) -> None:
    with pytest.raises(StoryError, match=problem):
        list(followed(block, plain))


@pytest.mark.parametrize(
    ("told", "said", "expected"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("", "a\n", False),
        ("…\n", "", True),
        ("…\nb\n", "a\na\nb\n", True),
        ("…\nb\n", "a\nb\nc\n", False),
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a\nc\n", False),
        ("1.0 (exit)\n", "1x0 (exit)\n", False),
        ("…passed…\n", "== 3 passed ==\n", True),
    ],
)
def test_an_ellipsis_stands_for_lines_or_for_a_part_of_one(told: str, said: str, *, expected: bool) -> None:
    assert agrees(told, said) is expected


def test_a_command_knows_where_its_output_stands() -> None:
    text = "$ one\n1\n$ two\n"
    assert [(told.command, text[told.start : told.end]) for told in commands(text)] == [("one", "1\n"), ("two", "")]
