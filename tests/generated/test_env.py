"""`make env` of a generated project: a new `.env`, and one that lacks what an update brought."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.__main__ import main

from generated.owner import new
from generated.stacks import with_uv

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = re.compile(r"(?<==)[0-9a-f]{48}$", re.MULTILINE)
BROKER = "SHOP_BROKER_URL=amqp://shop:${RABBITMQ_PASSWORD}@localhost:5672//"
MANAGEMENT = "SHOP_MANAGEMENT_URL=http://shop:${RABBITMQ_PASSWORD}@localhost:15672"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project on RabbitMQ, with no results."""
    return new(tmp_path, "--broker", "rabbitmq", "--backend", "none", "--without", "beat")


def make_env(project: Path) -> list[str]:
    """Run it; the lines that it prints."""
    done = subprocess.run(["make", "env"], cwd=project, env=with_uv(), check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_new_one_is_the_example_with_passwords_that_only_its_owner_can_read(project: Path) -> None:
    env = project / ".env"
    env.unlink()
    assert make_env(project) == []
    assert PASSWORD.sub("", env.read_text()) == (project / ".env.example").read_text()
    assert len(PASSWORD.findall(env.read_text())) == 1
    assert env.stat().st_mode & 0o777 == 0o600
    first = env.read_text()
    env.unlink()
    make_env(project)
    assert env.read_text() != first, "another password each time"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ("", ["RABBITMQ_PASSWORD=<password>", BROKER, MANAGEMENT]),
        ("OWN=1", ["RABBITMQ_PASSWORD=<password>", BROKER, MANAGEMENT]),
        (f"OWN=1\n{MANAGEMENT}\n", ["RABBITMQ_PASSWORD=<password>", BROKER]),
        ("RABBITMQ_PASSWORD=of mine = $x `y` \\n\n", [BROKER, MANAGEMENT]),
        ("export RABBITMQ_PASSWORD=a\n SHOP_MANAGEMENT_URL = b\nSHOP_BROKER_URL=\n", []),
        (
            f"# RABBITMQ_PASSWORD=a\nMY_RABBITMQ_PASSWORD=a\n# {MANAGEMENT}\n{BROKER}",
            ["RABBITMQ_PASSWORD=<password>", MANAGEMENT],
        ),
    ],
    ids=["empty", "no newline at its end", "one is there", "another value", "other ways to write it", "comments"],
)
def test_what_is_there_stays_and_what_is_lacking_is_added_below_it(
    project: Path, before: str, added: list[str]
) -> None:
    env = project / ".env"
    env.write_text(before)
    assert make_env(project) == [f"added to .env: {line.partition('=')[0]}" for line in added], "names, never values"
    after = env.read_text()
    kept = f"{before}\n" if added and before and not before.endswith("\n") else before
    assert after.startswith(kept)
    assert PASSWORD.sub("<password>", after[len(kept) :]).splitlines() == added
    assert env.stat().st_mode & 0o777 == 0o600
    assert (make_env(project), env.read_text()) == ([], after), "a second time there is nothing to add"


def test_the_env_of_another_broker_gets_what_the_new_one_needs_and_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new(tmp_path, "--broker", "redis", "--backend", "redis")
    env = project / ".env"
    before = env.read_text()
    monkeypatch.chdir(project)
    assert main(["update", "--set", "broker=rabbitmq", "--set", "backend=postgresql"]) == 0
    assert env.read_text() == before, "an update leaves .env alone"
    env.write_text("".join(line for line in before.splitlines(keepends=True) if not re.match(r"SHOP_\w+_URL=", line)))
    kept = env.read_text()
    make_env(project)
    assert env.read_text().startswith(kept)
    assert PASSWORD.sub("<password>", env.read_text()[len(kept) :]).splitlines() == [
        "RABBITMQ_PASSWORD=<password>",
        "POSTGRES_PASSWORD=<password>",
        BROKER,
        "SHOP_RESULT_BACKEND_URL=db+postgresql+psycopg://shop:${POSTGRES_PASSWORD}@localhost:5432/shop",
        MANAGEMENT,
    ]
    assert len(set(PASSWORD.findall(env.read_text()))) == 3, "no password is used twice"
