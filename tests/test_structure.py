"""Files that both sides changed: what comes out of a merge by structure, on files as they are generated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from celery_scaffold.structure import merge, parses

GOLDEN = Path(__file__).parent / "golden"
Edits = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """A golden file, what each side puts in place of what, and what the merge has there."""

    says: str
    path: str
    yours: Edits
    new: Edits
    merged: Edits


DEPENDENCY = '  "structlog>=26.1,<27",\n'
MODULES = 'module = ["billiard.*", "celery.*", "kombu.*", "redbeat.*"]'
LAST_QUEUE = 'rate_limit = "100/m"\nroutes = []\n'
QUEUE = 'max_task_seconds = 60\nconcurrency = 4\npool = "prefork"\n'
VOLUMES = "\nvolumes:\n  redis-data:\n"
SERVICE = "\n  # {0}\n  {0}:\n    <<: *app\n    image: {0}:1  # pinned\n"
STEP = "      - run: uv run pytest tests/unit\n"
COVERAGE = ".ruff_cache/\n.coverage\n"
REDIS = "# Redis, where tasks wait\n"
RUN_DIR = "# FULL_REDIS_RUN_DIR=var/run\n"

CASES = [
    Case(
        "both add a dependency at the same place, with comments before and behind",
        "full-redis/pyproject.toml",
        ((DEPENDENCY, DEPENDENCY + '  # ours\n  "httpx>=1",  # for hooks\n'),),
        ((DEPENDENCY, DEPENDENCY + '  "tenacity>=9",  # retries\n'),),
        ((DEPENDENCY, DEPENDENCY + '  # ours\n  "httpx>=1",  # for hooks\n  "tenacity>=9",  # retries\n'),),
    ),
    Case(
        "both add the same dependency, and the owner one more",
        "full-redis/pyproject.toml",
        ((DEPENDENCY, DEPENDENCY + '  "tenacity>=9",\n  "httpx>=1",\n'),),
        ((DEPENDENCY, DEPENDENCY + '  "tenacity>=9",\n'),),
        ((DEPENDENCY, DEPENDENCY + '  "tenacity>=9",\n  "httpx>=1",\n'),),
    ),
    Case(
        "one raises a bound in the line below the other's",
        "full-redis/pyproject.toml",
        (('"pydantic-settings>=2.15,<3"', '"pydantic-settings>=2.16,<3"'),),
        (("structlog>=26.1,<27", "structlog>=26.2,<28"),),
        (
            ('"pydantic-settings>=2.15,<3"', '"pydantic-settings>=2.16,<3"'),
            ("structlog>=26.1,<27", "structlog>=26.2,<28"),
        ),
    ),
    Case(
        "both extend a list in one line",
        "full-redis/pyproject.toml",
        (('plugins = ["pydantic.mypy"]\n', 'plugins = ["pydantic.mypy", "mine"]  # and ours\n'),),
        (('plugins = ["pydantic.mypy"]\n', 'plugins = ["pydantic.mypy", "new"]\n'),),
        (('plugins = ["pydantic.mypy"]\n', 'plugins = ["pydantic.mypy", "mine", "new"]  # and ours\n'),),
    ),
    Case(
        "both extend the list that tells one table from others",
        "full-redis/pyproject.toml",
        ((MODULES, MODULES.replace('"]', '", "boto3.*"]')),),
        ((MODULES, MODULES.replace('"]', '", "flower.*"]')),),
        ((MODULES, MODULES.replace('"]', '", "boto3.*", "flower.*"]')),),
    ),
    Case(
        "the owner breaks a list over lines, the template extends it",
        "full-redis/pyproject.toml",
        (('files = ["src", "tests"]', 'files = [\n  "src",  # the package\n  "tests",\n]'),),
        (('files = ["src", "tests"]', 'files = ["src", "tests", "scripts"]'),),
        (('files = ["src", "tests"]', 'files = [\n  "src",  # the package\n  "tests",\n  "scripts",\n]'),),
    ),
    Case(
        "both add a queue at the end",
        "full-redis/celery-scaffold.toml",
        ((LAST_QUEUE, f"{LAST_QUEUE}\n# ours\n[queues.mine]\n{QUEUE}"),),
        ((LAST_QUEUE, f"{LAST_QUEUE}\n[queues.new]\n{QUEUE}"),),
        ((LAST_QUEUE, f"{LAST_QUEUE}\n# ours\n[queues.mine]\n{QUEUE}\n[queues.new]\n{QUEUE}"),),
    ),
    Case(
        "the owner adds a queue with one key, the template all of its keys",
        "full-redis/celery-scaffold.toml",
        ((LAST_QUEUE, f"{LAST_QUEUE}\n[queues.x]\nconcurrency = 4  # cores\n"),),
        ((LAST_QUEUE, f"{LAST_QUEUE}\n[queues.x]\n{QUEUE}"),),
        (
            (
                LAST_QUEUE,
                f'{LAST_QUEUE}\n[queues.x]\nmax_task_seconds = 60\nconcurrency = 4  # cores\npool = "prefork"\n',
            ),
        ),
    ),
    Case(
        "the owner moves a table, the template changes it and adds to it",
        "full-redis/celery-scaffold.toml",
        (
            ('ci = "gitlab"\nmax_attempts = 5\n', 'max_attempts = 5\nci = "gitlab"  # moved\n'),
            ('python = "3.13"\n', 'python = "3.13"\n# ours\n'),
        ),
        (("max_attempts = 5\n", "# how often\nmax_attempts = 7\n# how long\nmost_seconds = 9  # enough\n"),),
        (
            ('python = "3.13"\n', 'python = "3.13"\n# ours\n'),
            (
                'ci = "gitlab"\nmax_attempts = 5\n',
                '# how often\nmax_attempts = 7\n# how long\nmost_seconds = 9  # enough\nci = "gitlab"  # moved\n',
            ),
        ),
    ),
    Case(
        "both add a service and a volume, and extend lists in one line",
        "full-redis/compose.yaml",
        (
            (VOLUMES, SERVICE.format("mine") + VOLUMES + "  mine:\n"),
            ("cap_drop: [ALL]", "cap_drop: [ALL, MINE]"),
            ('["redis-data:/data"]\n', '["redis-data:/data", "mine:/m"]  # ours\n'),
        ),
        (
            (VOLUMES, SERVICE.format("new") + VOLUMES + "  new:\n"),
            ("cap_drop: [ALL]", "cap_drop: [ALL, NEW]"),
            ('["redis-data:/data"]', '["redis-data:/data", "new:/n"]'),
        ),
        (
            (VOLUMES, SERVICE.format("mine") + SERVICE.format("new") + VOLUMES + "  mine:\n  new:\n"),
            ("cap_drop: [ALL]", "cap_drop: [ALL, MINE, NEW]"),
            ('["redis-data:/data"]\n', '["redis-data:/data", "mine:/m", "new:/n"]  # ours\n'),
        ),
    ),
    Case(
        "both change one line of a text of several lines: a table written in one line, a text below the other's",
        "full-redis/compose.yaml",
        (
            ("limits: {memory: 768M, pids: 80}", "limits: {memory: 1G, pids: 80}"),
            ("user: redis\n", "user: redis  # ours\n"),
        ),
        (
            ("limits: {memory: 768M, pids: 80}", "limits: {memory: 768M, pids: 90}"),
            ("redis:8-alpine", "redis:9-alpine"),
        ),
        (
            ("limits: {memory: 768M, pids: 80}", "limits: {memory: 1G, pids: 90}"),
            ("redis:8-alpine", "redis:9-alpine"),
            ("user: redis\n", "user: redis  # ours\n"),
        ),
    ),
    Case(
        "the owner writes a list with dashes, the template extends it",
        "full-redis/compose.yaml",
        (('    tmpfs: ["/tmp:size=16m"]\n', "    tmpfs:\n      # small\n      - /tmp:size=16m\n"),),
        (('    tmpfs: ["/tmp:size=16m"]\n', '    tmpfs: ["/tmp:size=16m", "/run:size=1m"]\n'),),
        (
            (
                '    tmpfs: ["/tmp:size=16m"]\n',
                '    tmpfs:\n      # small\n      - /tmp:size=16m\n      - "/run:size=1m"\n',
            ),
        ),
    ),
    Case(
        "both add steps to a workflow, and one more version to a matrix",
        "standard-rabbitmq/.github/workflows/ci.yml",
        ((STEP, STEP + "      - run: make docs  # ours\n"), ('["3.10", "3.13"]', '["3.10", "3.11", "3.13"]')),
        (
            (STEP, STEP + "      - name: tell\n        run: make tell\n"),
            ('["3.10", "3.13"]', '["3.10", "3.13", "3.14"]'),
        ),
        (
            (STEP, STEP + "      - run: make docs  # ours\n      - name: tell\n        run: make tell\n"),
            ('["3.10", "3.13"]', '["3.10", "3.11", "3.13", "3.14"]'),
        ),
    ),
    Case(
        "both add patterns at the end",
        "full-redis/.gitignore",
        ((COVERAGE, COVERAGE + "*.log\n!keep.log\n"),),
        ((COVERAGE, COVERAGE + "\n# Files of the editor\n*.swp\n"),),
        ((COVERAGE, COVERAGE + "*.log\n!keep.log\n\n# Files of the editor\n*.swp\n"),),
    ),
    Case(
        "both add one pattern, at different places",
        "full-redis/.gitignore",
        (("# Python\n", "*.log\n# Python\n"),),
        ((COVERAGE, COVERAGE + "# Logs\n*.log\n"),),
        (("# Python\n", "*.log\n# Python\n"),),
    ),
    Case(
        "both add variables at the end, one of them the same",
        "full-redis/.env.example",
        ((RUN_DIR, RUN_DIR + "# ours\nMINE=1\nBOTH=2\n"),),
        ((RUN_DIR, RUN_DIR + "# theirs\nNEW=3\nBOTH=2\n"),),
        ((RUN_DIR, RUN_DIR + "# ours\nMINE=1\nBOTH=2\n# theirs\nNEW=3\n"),),
    ),
    Case(
        "both add one variable, at different places",
        "full-redis/.env.example",
        ((REDIS, "BOTH=2  # ours\n" + REDIS),),
        ((RUN_DIR, RUN_DIR + "BOTH=2  # ours\nNEW=3\n"),),
        ((REDIS, "BOTH=2  # ours\n" + REDIS), (RUN_DIR, RUN_DIR + "NEW=3\n")),
    ),
]


def replaced(text: str, edits: Edits) -> str:
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_both_sides_are_in_the_merge_and_every_other_byte_is_the_owners(case: Case) -> None:
    base = (GOLDEN / case.path).read_text(encoding="utf-8")
    yours, new, merged = (replaced(base, edits) for edits in (case.yours, case.new, case.merged))
    assert merge(case.path, base, yours, new, None) == merged
    assert parses(case.path, merged)
