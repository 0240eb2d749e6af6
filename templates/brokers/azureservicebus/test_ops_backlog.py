"""Service Bus counts what is active and what is delayed; dead letters have a queue of their own."""

from types import SimpleNamespace
from typing import Any

from {{ cookiecutter._project.package }}.ops.backlog import Backlog, Depths, read_depths
from {{ cookiecutter._project.package }}.topology import DEAD_LETTER_QUEUE, DEFAULT_QUEUE


def test_the_figures_are_told_apart_and_the_dead_letters_are_counted() -> None:
    def counts(name: str) -> SimpleNamespace:
        active = 1 if name == DEFAULT_QUEUE.name else 4
        return SimpleNamespace(active_message_count=active, scheduled_message_count=3)

    management = SimpleNamespace(get_queue_runtime_properties=counts)
    connection: Any = SimpleNamespace(
        default_channel=SimpleNamespace(queue_mgmt_service=management)
    )
    depths = read_depths(connection, [DEFAULT_QUEUE.name])
    assert depths == Depths({DEFAULT_QUEUE.name: Backlog(1, delayed=3)}, dead_letters=4)
    assert depths.facts() == {"delayed": 3, "dead_letters": 4}
    assert depths.notes()[1] == f"dead letters in {DEAD_LETTER_QUEUE}: 4"
