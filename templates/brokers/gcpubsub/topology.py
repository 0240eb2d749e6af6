_EXCHANGE = kombu.Exchange("{{ cookiecutter.project_slug }}", type="direct")


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [kombu.Queue(queue.name, _EXCHANGE, routing_key=queue.name) for queue in QUEUES.values()]


def queue_names() -> list[str]:
    """Every queue on Pub/Sub, the dead letters first: each is a topic with one subscription."""
    names = [queue.name for queue in QUEUES.values()]
{% if cookiecutter._components.beat %}
    return [DEAD_LETTER_QUEUE, BEAT_QUEUE, *names]
{% else %}
    return [DEAD_LETTER_QUEUE, *names]
{% endif %}


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; None if it is not one of these."""
    return routing_key if any(queue.name == routing_key for queue in QUEUES.values()) else None
