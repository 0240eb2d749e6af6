"""A project on Valkey is about Valkey: Redis is named where its protocol, its client or Celery's modules are meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from generated.owner import new

if TYPE_CHECKING:
    from pathlib import Path

REDIS = re.compile("redis", re.IGNORECASE)
# Schemes, Celery's extra and settings, modules and classes of kombu, redis-py and RedBeat, and what Valkey has kept.
MEANT = re.compile(
    r"rediss?://|`redis` URL|\bcheck_redis_options\b|\b_verifies_redis\b|"
    r"celery\[redis\]|\bredis_[a-z_]+|[a-z_]*redbeat_\w+|backends/redis\.py|transport/redis\.py|"
    r"\bRedisError\b|\bfrom redis\b|\bredis\.(exceptions|RedisError)\b|\bimport Redis\b|\bRedis\.from_url|redis-py|"
    r"\bget_redis\b|\bredis = |\bredis\.(lock|register_script)\b|REDISCLI_AUTH|\"rediss?\": 6379|"
    r"the name that it had in Redis|which a Redis on this machine may have"
)


@pytest.mark.parametrize("flags", [("--set", "ci=github"), ("--set", "ci=gitlab")])
def test_a_project_on_valkey_names_its_server(flags: tuple[str, ...], tmp_path: Path) -> None:
    project = new(tmp_path, "--broker", "valkey", "--backend", "valkey", "--preset", "full", *flags)
    assert _lines_about_redis(project) == []


def test_another_name_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Redis restarts, redis://localhost\nredis_socket_timeout\nimage: redis:8\n")
    assert _lines_about_redis(tmp_path) == [
        "README.md: Redis restarts, redis://localhost",
        "README.md: image: redis:8",
    ]


def _lines_about_redis(project: Path) -> list[str]:
    return [
        f"{path.relative_to(project)}: {line}"
        for path in sorted(project.rglob("*"))
        if path.is_file() and path.suffix != ".zip" and ".git" not in path.relative_to(project).parts
        for line in path.read_text().splitlines()
        if REDIS.search(MEANT.sub("", line))
    ]
