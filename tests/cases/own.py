"""celery-scaffold in the table: the tool itself, which takes trees of the cases where it would render its templates.

Run as a program, it is `celery-scaffold` with one step replaced: the rendered tree is read from the folder that the
first argument names. All else is what an owner would start: command line, record, merge, journal, exit code.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

REPOSITORY = Path(__file__).resolve().parent.parent.parent
if __name__ == "__main__":
    sys.path[:1] = [str(REPOSITORY / "cli"), str(REPOSITORY / "tests")]

from celery_scaffold.errors import FINDINGS  # noqa: E402
from celery_scaffold.files import File, Tree, read_file  # noqa: E402
from celery_scaffold.record import ANSWERS_FILE, FOLDER, record_files  # noqa: E402

from cases.case import write  # noqa: E402  # the path is set above

if TYPE_CHECKING:
    from celery_scaffold.plan import Plan

    from cases.adapters import Desk
    from cases.case import Case

_ANSWERS = b'name = "project"\npreset = "minimal"\n'


@dataclass(frozen=True)
class Own:
    """celery-scaffold as it is in this repository."""

    python: Path
    name: str = "celery-scaffold"
    answers: str = ANSWERS_FILE
    own_folders: tuple[str, ...] = (FOLDER,)
    scratch: tuple[str, ...] = (f"{FOLDER}/.pending-", f"{FOLDER}/.done-")
    findings: frozenset[int] = frozenset({FINDINGS})

    def create(self, case: Case, desk: Desk) -> None:
        tree = {path: File(content) for path, content in {**case.before, ANSWERS_FILE: _ANSWERS}.items()}
        for path, file in {**tree, **record_files(tree, _digest(tree))}.items():
            write(desk.project, path, file.content)

    def publish(self, case: Case, desk: Desk) -> None:
        for path, content in {**case.after, ANSWERS_FILE: _ANSWERS}.items():
            write(desk.template, path, content)

    @property
    def command(self) -> Sequence[str]:
        """What stands for `celery-scaffold`, to be run in the project."""
        return [str(self.python), __file__, "../template"]

    def update(self, _case: Case, /) -> Sequence[str]:
        return [*self.command, "update"]

    def recover(self) -> Sequence[str]:
        return [*self.command, "update", "--continue"]


def _digest(tree: Tree) -> bytes:
    return hashlib.sha256(repr(sorted(tree.items())).encode()).digest()


def _tree(folder: Path) -> Tree:
    found = ((path.relative_to(folder).as_posix(), read_file(path)) for path in sorted(folder.rglob("*")))
    return {path: file for path, file in found if file is not None}


def main(folder: Path, arguments: Sequence[str]) -> None:
    """The command line, with the trees of a case in place of the rendered templates."""
    from celery_scaffold import __main__, regenerate

    tree = _tree(folder)

    def rendered(planned: Plan, work: Path) -> tuple[Tree, bytes]:
        del planned, work
        return tree, _digest(tree)

    regenerate._rendered = rendered
    sys.argv = ["celery-scaffold", *arguments]
    __main__.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
