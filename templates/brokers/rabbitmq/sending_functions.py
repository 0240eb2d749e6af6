

@signals.before_task_publish.connect
def expire_in_the_worker(properties: dict[str, Any], **_: Any) -> None:
    """Take from a message the time after which RabbitMQ makes a dead letter of it.

    It also has the time after which a worker drops it, and that is what `expires` is for: workers
    that were away for a day would leave a day's schedule among the dead letters.
    """
    properties.pop("expiration", None)
