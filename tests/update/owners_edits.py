"""What owners do to a generated project, as functions on its directory: each keeps to one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Edit = Callable[[Path], None]

# Path → the line after which the owner has put lines of their own, None at the end, and those.
_INSERTIONS = {
    "pyproject.toml": ('  "structlog>=26.1,<27",\n', '  "httpx>=0.28,<1",  # webhooks of the shop\n'),
    "compose.yaml": ("services:\n", "  mailpit:\n    image: axllent/mailpit:v1\n    ports: [8025:8025]\n\n"),
    "src/{package}/settings.py": ('    run_dir: Path = Path("var/run")\n', "    smtp_host: str = ''\n"),
    "src/{package}/tasks/default.py": (None, "\n\ndef total(prices: list[int]) -> int:\n    return sum(prices)\n"),
    "README.md": ("## Six commands\n", "\nOur on-call number is in the wiki.\n"),
    ".gitignore": ("/var/\n", "/data/\n"),
    ".env.example": (None, "# where mails go\nSMTP_HOST=localhost\n"),
    ".github/workflows/ci.yml": ("      - run: uv run mypy\n", "      - run: uv run deptry .\n"),
    "Makefile": (None, "\n.PHONY: seed\nseed:\n\tuv run python scripts/seed.py\n"),
    "deploy/docker/Dockerfile": (None, "\nLABEL org.example.team=shop\n"),
}  # fmt: skip
RENAMED = ("tests/unit/test_sending.py", "tests/unit/test_how_tasks_are_sent.py")
DELETED = "tests/unit/test_ops_dev.py"
OWN = "src/{package}/tasks/billing.py"


def edit(root: Path, package: str) -> None:
    """Ten files changed, one renamed, one deleted, one added."""
    for name, (after, lines) in _INSERTIONS.items():
        _insert(root / name.format(package=package), after, lines)
    (root / RENAMED[0]).rename(root / RENAMED[1])
    (root / DELETED).unlink()
    (root / OWN.format(package=package)).write_text("def bill() -> None:\n    raise NotImplementedError\n")


def _insert(path: Path, after: str | None, lines: str) -> None:
    text = path.read_text()
    if after is None:
        path.write_text(text + lines)
        return
    before, found, rest = text.partition(after)
    assert found, (path, after)
    path.write_text(before + found + lines + rest)
