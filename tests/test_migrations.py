"""What projects of older versions need: answers in other words, files that moved, notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from celery_scaffold import __version__
from celery_scaffold import answers as said
from celery_scaffold.migrations import MIGRATIONS, deploy_notes, migrated_answers, moved_files, since
from celery_scaffold.migrations.migration import Migration
from celery_scaffold.record import ANSWERS_FILE, read_record
from celery_scaffold.versions import numbers

from old_projects import RELEASES, Release, unpacked


def _retries_become_attempts(table: Mapping[str, object]) -> dict[str, object]:
    changed = dict(table)
    retries = changed.pop("max_retries", None)
    return {**changed, "max_attempts": retries + 1} if isinstance(retries, int) else changed


ONE = Migration(
    "0.9.0", _retries_become_attempts, {"src/{package}/a.py": "src/{package}/b.py"}, ("the default is another one",)
)
OTHER = Migration(
    "0.10.0", moves={"src/{package}/b.py": "src/{package}/c.py", "x": "y"}, notes=("Celery deprecates it",)
)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("0.8.9", (ONE, OTHER)), ("0.9.0", (OTHER,)), ("0.9.5", (OTHER,)), ("0.10.0", ()), ("1.0", ())],
)
def test_a_project_gets_the_migrations_after_its_version(version: str, expected: tuple[Migration, ...]) -> None:
    assert since(version, (ONE, OTHER)) == expected


def test_answers_are_put_in_the_words_of_this_version_and_stay_so() -> None:
    once = migrated_answers({"name": "shop", "max_retries": 4}, (ONE, OTHER))
    assert once == {"name": "shop", "max_attempts": 5}
    assert migrated_answers(once, (ONE, OTHER)) == once


def test_a_file_that_moved_twice_is_found_where_it_is_now() -> None:
    assert moved_files((ONE, OTHER), "shop") == {"src/shop/a.py": "src/shop/c.py", "x": "y"}
    assert moved_files((OTHER,), "shop") == {"src/shop/b.py": "src/shop/c.py", "x": "y"}


def test_notes_name_the_version_that_brings_them() -> None:
    assert deploy_notes((ONE, OTHER)) == ("0.9.0: the default is another one", "0.10.0: Celery deprecates it")


def test_the_migrations_are_in_order_and_none_is_of_the_future() -> None:
    versions = [numbers(migration.version) for migration in MIGRATIONS]
    assert versions == sorted(set(versions))
    assert versions[-1] <= numbers(__version__)


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_every_migration_leaves_what_it_has_migrated_as_it_is(release: Release, tmp_path: Path) -> None:
    root = unpacked(release, tmp_path)
    table = migrated_answers(said.toml_of(root / ANSWERS_FILE), since(read_record(root).version))
    for migration in MIGRATIONS:
        assert migration.answers(table) == table
    assert said.project(said.from_table(table, ANSWERS_FILE)).name == root.name
