_EXCHANGE = kombu.Exchange("{{ cookiecutter.project_slug }}", type="direct")

#: By full queue name. A message is delivered again when it was not acknowledged for this long.
#: Workers hold messages that run or wait behind a running one: longer than both together.
VISIBILITY_TIMEOUTS = {
{% for queue in cookiecutter._queues %}
    "{{ queue.full_name }}": {{ queue.visibility_timeout }},
{% endfor %}
}


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [kombu.Queue(queue.name, _EXCHANGE, routing_key=queue.name) for queue in QUEUES.values()]


def queue_names() -> list[str]:
    """Every queue on PostgreSQL; the table of `name` is `pgmq.q_name`."""
    return [DEAD_LETTER_QUEUE, *VISIBILITY_TIMEOUTS]


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; None if it is not one of these."""
    return routing_key if any(queue.name == routing_key for queue in QUEUES.values()) else None
