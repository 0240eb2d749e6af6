_EXCHANGE = kombu.Exchange("{{ cookiecutter.project_slug }}", type="direct")

#: By full queue name. SQS delivers a message again when it was not acknowledged for this long.
#: Workers hold messages that run, wait behind a running one or have a delay beyond BROKER_DELAY:
#: longer than all of these together.
VISIBILITY_TIMEOUTS = {
{% for queue in cookiecutter._queues %}
    "{{ queue.full_name }}": {{ queue.visibility_timeout }},
{% endfor %}
}


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [kombu.Queue(queue.name, _EXCHANGE, routing_key=queue.name) for queue in QUEUES.values()]


def queue_names() -> list[str]:
    """Every queue on SQS, the dead letters first: the others refer to them."""
{% if cookiecutter._components.beat %}
    return [DEAD_LETTER_QUEUE, BEAT_QUEUE, *VISIBILITY_TIMEOUTS]
{% else %}
    return [DEAD_LETTER_QUEUE, *VISIBILITY_TIMEOUTS]
{% endif %}


def queue_urls(region: str, account_id: str) -> dict[str, str]:
    """The addresses of all queues, by name."""
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return {name: f"https://sqs.{region}.{domain}/{account_id}/{name}" for name in queue_names()}


def queue_attributes(name: str, dead_letters_arn: str) -> dict[str, str]:
    """What SQS is to know about a queue."""
    attributes = {"MessageRetentionPeriod": str(RETENTION)}
    if name in VISIBILITY_TIMEOUTS:
        redrive = {"deadLetterTargetArn": dead_letters_arn, "maxReceiveCount": MAX_RECEIVES}
        attributes["VisibilityTimeout"] = str(VISIBILITY_TIMEOUTS[name])
        attributes["RedrivePolicy"] = json.dumps(redrive)
    return attributes


def queue_of_routing_key(routing_key: str) -> str | None:
    """The queue a message was delivered from; None if it is not one of these."""
    return routing_key if any(queue.name == routing_key for queue in QUEUES.values()) else None
