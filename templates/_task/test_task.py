{% import "partials/python.jinja" as python with context %}
"""The task `{{ task.function }}`, by the rules of a worker of the queue `{{ task.queue }}`."""

from celery import states

{{ python.import_own("tasks", ["MODULES"]) }}
{{ python.import_own("tasks." ~ task.module, [task.function]) }}
{{ python.import_own("topology", ["QUEUES"]) }}

from tests.strict_eager import StrictEager

QUEUE = QUEUES["{{ task.queue }}"]


def test_workers_load_it_with_the_limits_of_its_queue() -> None:
    assert {{ task.function }}.run.__module__ in MODULES
    assert {{ task.function }}.time_limit == QUEUE.time_limit


def test_it_runs_in_its_queue_and_a_second_run_does_no_harm(strict_eager: StrictEager) -> None:
    for _ in range(2):
        {{ task.function }}.delay("order 17")

{% if task.has_result %}
    outcomes = [(run.queue, run.state, run.result) for run in strict_eager.calls]
    assert outcomes == 2 * [(QUEUE.name, states.SUCCESS, "order 17")]
{% else %}
    outcomes = [(run.queue, run.state) for run in strict_eager.calls]
    assert outcomes == 2 * [(QUEUE.name, states.SUCCESS)]
{% endif %}
