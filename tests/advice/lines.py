"""What Celery's documentation and popular templates advise, and what comes of it: each line has a test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One piece of advice.

    Attributes:
        source: who gives it, and where.
        advice: what they say or do.
        finding: what comes of it on the real server.
        instead: what a generated project does.
        rule: its id in the rulebook, if it has one.
        test: the test that shows the finding, from the root of the repository.
    """

    source: str
    advice: str
    finding: str
    instead: str
    rule: str
    test: str


_DOCS, _TEMPLATES = "tests/advice/test_documentation.py::", "tests/advice/test_templates.py::"
_CELERY = "Celery 5.7.0, docs/"
_DJANGO = "cookiecutter-django, "
_FULL_STACK = "full-stack-fastapi-template, up to its release that had Celery, "
_REACT = "fastapi-react, "

LINES = (
    Line(
        _CELERY + "getting-started/backends-and-brokers/redis.rst",
        "set `visibility_timeout` in three places: “required to set all of them”",
        "the transport reads `broker_transport_options` alone; the other two change nothing",
        "one place, computed from the longest task and the longest delay",
        "R03",
        _DOCS + "test_the_visibility_timeout_counts_in_one_of_the_three_places",
    ),
    Line(
        _CELERY + "getting-started/backends-and-brokers/redis.rst",
        "set Redis's `maxmemory-policy` to `noeviction` or `allkeys-lru`",
        "with `allkeys-lru` a cache in the same Redis pushes out a whole queue of waiting tasks, without an error",
        "`noeviction`: a full broker refuses what is new and keeps what waits",
        "R31",
        _DOCS + "test_allkeys_lru_throws_a_waiting_queue_away_and_noeviction_does_not",
    ),
    Line(
        _CELERY + "getting-started/backends-and-brokers/rabbitmq.rst",
        "a quorum queue is `Queue('my-queue', queue_arguments={'x-queue-type': 'quorum'})`",
        "its exchange is direct: a task with a countdown occupies the worker, and one that is due now waits behind it",
        "quorum queues on a topic exchange: RabbitMQ holds what waits",
        "R10",
        _DOCS + "test_a_countdown_blocks_a_quorum_queue_on_a_direct_exchange",
    ),
    Line(
        _DJANGO + "config/settings/base.py",
        "no `task_acks_late`: a message is acknowledged before its task runs",
        "a container that is stopped in mid-task loses the task for good",
        "`task_acks_late`, and a drain at the end that returns what is not finished",
        "R43",
        "tests/generated/test_stacks.py::test_the_same_stop_loses_a_task_on_the_settings_of_plain_celery",
    ),
    Line(
        _DJANGO + "docker-compose.production.yml",
        "Redis with a volume, on the image's own settings",
        "there are snapshots only, the first one after a minute at the soonest: a Redis that is killed loses the queue",
        "`appendonly yes`",
        "S03",
        _TEMPLATES + "test_redis_on_its_own_settings_loses_what_waits_when_it_is_killed",
    ),
    Line(
        _DJANGO + "config/settings/base.py; " + _REACT + "backend/app/core/celery_app.py",
        "no name for the default queue, database 0 of a shared Redis",
        "two projects take each other's tasks, and throw away those that they do not know",
        "queues, keys and routes carry the project's name",
        "R65",
        _TEMPLATES + "test_two_projects_on_the_default_queue_throw_each_others_tasks_away",
    ),
    Line(
        _DJANGO + "config/settings/base.py",
        "`worker_send_task_events` and `task_send_sent_event` for everybody",
        "each task costs the broker up to four more messages, whether anybody reads them or not",
        "off; health and backlog are read without events",
        "R58",
        _TEMPLATES + "test_events_multiply_the_messages_of_each_task",
    ),
    Line(
        _FULL_STACK + "backend/app/worker-start.sh",
        "a shell script is the container's process and starts the worker without `exec`",
        "the shell gets the SIGTERM and the worker does not; both are killed when the grace period is over",
        "the worker itself is started, under an init that passes signals on",
        "R55",
        _TEMPLATES + "test_a_shell_in_front_keeps_the_signal_from_the_worker",
    ),
    Line(
        _FULL_STACK + "backend/app/app/core/celery_app.py",
        "a classic queue of RabbitMQ, as Celery declares it",
        "since RabbitMQ 4 a task with a countdown occupies the worker, and one that is due now waits behind it",
        "quorum queues on a topic exchange",
        "R10",
        _TEMPLATES + "test_a_countdown_blocks_a_classic_queue_of_rabbitmq_4",
    ),
    Line(
        _REACT + "backend/app/core/celery_app.py; " + _FULL_STACK + "backend/app/app/core/celery_app.py",
        "`task_routes` to a queue that nothing declares",
        "a name with a mistake in it becomes a queue that no worker reads, without an error",
        "`task_create_missing_queues = False`: an error where the task is sent",
        "R66",
        _TEMPLATES + "test_a_misspelt_queue_takes_tasks_that_nobody_reads",
    ),
)
