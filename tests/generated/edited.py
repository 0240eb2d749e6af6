"""A project as its owner left it: a queue and a task added with the tool, and edits by hand in a dozen files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

GREET = '''"""What the owner wrote by hand: it greets."""

from shop.app import app
from shop.settings import get_settings


@app.task(name="shop.tasks.default.greet")
def greet(name: str) -> str:
    """Greet somebody in the words of the environment."""
    return f"{get_settings().greeting}, {name}"
'''
TEST_GREET = '''"""The owner's task."""

import pytest

from shop.settings import get_settings
from shop.tasks.default__greet import greet


def test_greets_in_the_words_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_GREETING", "good morning")
    get_settings.cache_clear()
    assert greet("Ada") == "good morning, Ada"
'''
NEW = {
    "src/shop/tasks/default__greet.py": GREET,
    "tests/unit/test_default__greet.py": TEST_GREET,
}
ENTRY = """    "every-second": {
        "task": "shop.tasks.urgent.example",
        "schedule": timedelta(seconds=2),
        "kwargs": {"text": "tick"},
        "options": {"expires": 1, "ignore_result": True},
    },
"""
CLOCK = """  # The owner's: it tells the time.
  clock:
    <<: *app
    command: ["sh", "-c", "while sleep 5; do date; done"]
    stop_grace_period: 1s
"""
TARGET = ".PHONY: greet\ngreet: ## say hello\n\t@echo hello\n\n"
# Path, a text that stands in it, and what the owner put before or after that, or in its place.
BEFORE = (
    ("src/shop/schedule.py", '    "nightly-digest": {\n', ENTRY),
    ("Makefile", ".PHONY: lint\n", TARGET),
    ("compose.yaml", "    SHOP_LOG_LEVEL: ", "    SHOP_GREETING: ${SHOP_GREETING:-hello}\n"),
    ("compose.yaml", "\nvolumes:\n", CLOCK),
    (".env.example", "# shown in every line of JSON logs\n", "# how people are greeted\nSHOP_GREETING=welcome\n"),
    ("README.md", "## Queues\n", "How people are greeted is in the wiki.\n\n"),
    ("tests/unit/test_tasks.py", '"""', "# Mine, too.\n"),
)
AFTER = (
    ("src/shop/settings.py", '    environment: str = "development"\n', '    greeting: str = "hello"\n'),
    ("src/shop/config.py", 'timezone = "UTC"\n', "worker_send_task_events = True\n"),
    ("pyproject.toml", "dependencies = [\n", '  "packaging>=24",\n'),
    (".gitignore", "/dist/\n", "/notes/\n"),
)
CHANGED = (
    ("src/shop/config.py", "broker_pool_acquire_timeout = 10\n", "broker_pool_acquire_timeout = 7\n"),
    ("src/shop/topology.py", "RETRY_DELAY = 5\n", "RETRY_DELAY = 3\n"),
)
EDITS = (
    *((path, text, own + text) for path, text, own in BEFORE),
    *((path, text, text + own) for path, text, own in AFTER),
    *CHANGED,
)


def edit(project: Path) -> None:
    """Make the edits of a project called `shop`."""
    for path, content in NEW.items():
        (project / path).write_text(content)
    for path, before, after in EDITS:
        file = project / path
        text = file.read_text()
        if before not in text:
            raise AssertionError(f"{path} has no {before!r}")
        file.write_text(text.replace(before, after, 1))


def scaffold(*arguments: str) -> None:
    """Run the tool in the working directory."""
    if main(list(arguments)) != 0:
        raise AssertionError(f"{' '.join(arguments)} failed")
