"""The figures of a queue come in one answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from {{ cookiecutter._project.package }}.ops.backlog import Backlog, Depths, read_depths
from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE, DEFAULT_QUEUE


def test_the_figures_are_told_apart_and_the_dead_letters_are_counted() -> None:
    rows = {f"q_{DEFAULT_QUEUE.name}": (1, 2, 3, 4), f"q_{DEAD_LETTER_QUEUE}": (4, 0, 0, 60)}

    def execute(statement: Any) -> Any:
        text = statement.as_string()
        (row,) = (row for table, row in rows.items() if f'"{table}"' in text)
        return SimpleNamespace(fetchone=lambda: row)

    @contextmanager
    def connection() -> Iterator[Any]:
        yield SimpleNamespace(execute=execute)

    session = SimpleNamespace(connection=connection)
    broker: Any = SimpleNamespace(transport=SimpleNamespace(session=session))
    depths = read_depths(broker, [DEFAULT_QUEUE.name])
    assert depths == Depths({DEFAULT_QUEUE.name: Backlog(1, 2, 3, 4)}, dead_letters=4)
    assert depths.facts() == {"delayed": 3, "dead_letters": 4}
    assert depths.notes()[1] == f"dead letters in {DEAD_LETTER_QUEUE}: 4"
    assert depths.backlogs[DEFAULT_QUEUE.name].cells() == [1, 2, 3, "4 s"]
