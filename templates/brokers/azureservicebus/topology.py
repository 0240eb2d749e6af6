_EXCHANGE = kombu.Exchange("{{ cookiecutter.project_slug }}", type="direct")

#: For so long a worker keeps its hold on a message: it may wait for one run, and then run itself.
LONGEST_HOLD = 3 * max(queue.time_limit for queue in QUEUES.values())


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [kombu.Queue(queue.name, _EXCHANGE, routing_key=queue.name) for queue in QUEUES.values()]


def queue_names() -> list[str]:
    """Every queue on Service Bus, the dead letters first: the others refer to them."""
    names = [queue.name for queue in QUEUES.values()]
{% if cookiecutter._components.beat %}
    return [DEAD_LETTER_QUEUE, BEAT_QUEUE, *names]
{% else %}
    return [DEAD_LETTER_QUEUE, *names]
{% endif %}


def queue_properties(name: str) -> dict[str, object]:
    """What Service Bus is to know about a queue; durations as ISO 8601 has them."""
    if name == DEAD_LETTER_QUEUE:
        return {"lock_duration": f"PT{LOCK}S"}
{% if cookiecutter._components.beat %}
    if name == BEAT_QUEUE:
        return {"lock_duration": f"PT{BEAT_LOCK}S", "requires_session": True}
{% endif %}
    return {
        "lock_duration": f"PT{LOCK}S",
        "max_delivery_count": MAX_RECEIVES,
        "forward_dead_lettered_messages_to": DEAD_LETTER_QUEUE,
    }


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; None if it is not one of these."""
    return routing_key if any(queue.name == routing_key for queue in QUEUES.values()) else None
