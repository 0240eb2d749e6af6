# Behind a topic exchange, messages with a countdown wait in RabbitMQ; behind a direct one they
# would wait in the worker and block it: celery/app/base.py, send_task.
_EXCHANGE = kombu.Exchange("{{ cookiecutter.project_slug }}", type="topic")

# Fixed once a queue exists: RabbitMQ refuses to declare it again with other arguments.
_QUEUE_ARGUMENTS: dict[str, object] = {
    "x-queue-type": "quorum",
    "x-delivery-limit": DELIVERY_LIMIT,
    "x-dead-letter-exchange": DEAD_LETTER_EXCHANGE,
    # A message leaves when the dead letter queue has confirmed it. This needs reject-publish,
    # which rejects nothing here: the queues have no length limit.
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}
{% if cookiecutter._queues | selectattr("consumer_timeout_ms") | list %}
# RabbitMQ cuts off a worker that does not acknowledge a message for 30 minutes. On these queues two
# runs may take longer, and a message may have to wait for the run before it.
_CONSUMER_TIMEOUTS: dict[str, dict[str, object]] = {
{% for queue in cookiecutter._queues if queue.consumer_timeout_ms %}
    "{{ queue.name }}": {"x-consumer-timeout": {{ queue.consumer_timeout_ms }}},
{% endfor %}
}
{% endif %}


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [
        kombu.Queue(
            queue.name,
            _EXCHANGE,
            routing_key=queue.name,
{% if cookiecutter._queues | selectattr("consumer_timeout_ms") | list %}
            queue_arguments=_QUEUE_ARGUMENTS | _CONSUMER_TIMEOUTS.get(queue.key, {}),
{% else %}
            queue_arguments=dict(_QUEUE_ARGUMENTS),
{% endif %}
        )
        for queue in QUEUES.values()
    ]


def declare_topology(connection: kombu.Connection) -> None:
    """Declare all queues, the one for dead letters first. What exists already stays as it is."""
    dead_letters = kombu.Queue(
        DEAD_LETTER_QUEUE,
        kombu.Exchange(DEAD_LETTER_EXCHANGE, type="fanout"),
        # To look at a dead letter and put it back is a delivery. By default the 21st drops it.
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": -1},
    )
    with connection.channel() as channel:
        for queue in (dead_letters, *kombu_queues()):
            queue.bind(channel).declare()


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; after a delay its key is `0.0.1.….queue`."""
    names = (queue.name for queue in QUEUES.values())
    return next((name for name in names if f".{routing_key}".endswith(f".{name}")), None)
