"""What projects of older versions need, one module for each version that needs something.

A migration is data and pure functions: it starts no process, and to run it twice changes nothing more. Files that are
moved without much of a change are found by what they hold, unless their owner deleted them; `moves` say it of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.migrations import v0_2_0
from celery_scaffold.versions import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from celery_scaffold.migrations.migration import Migration

# In the order of versions.
MIGRATIONS: tuple[Migration, ...] = (v0_2_0.MIGRATION,)


def since(version: str, known: Sequence[Migration] = MIGRATIONS) -> tuple[Migration, ...]:
    """The migrations that a project of that version has not had."""
    return tuple(migration for migration in known if numbers(migration.version) > numbers(version))


def migrated_answers(raw: Mapping[str, object], migrations: Sequence[Migration]) -> dict[str, object]:
    """What an answers file of an older version says, in the words of this one.

    Args:
        raw: what the TOML file holds.
        migrations: those that it has not had, in order.
    """
    table = dict(raw)
    for migration in migrations:
        table = migration.answers(table)
    return table


def moved_files(migrations: Sequence[Migration], package: str) -> dict[str, str]:
    """Old path → new path through all of them.

    Args:
        migrations: in order.
        package: the import name, which stands as `{package}` in the paths.
    """
    moves: dict[str, str] = {}
    for migration in migrations:
        step = {old.format(package=package): new.format(package=package) for old, new in migration.moves.items()}
        moves = {old: step.get(new, new) for old, new in moves.items()} | {
            old: new for old, new in step.items() if old not in moves.values()
        }
    return moves


def deploy_notes(migrations: Sequence[Migration]) -> tuple[str, ...]:
    """What to know before the updated project is deployed, oldest version first."""
    return tuple(f"{migration.version}: {note}" for migration in migrations for note in migration.notes)
