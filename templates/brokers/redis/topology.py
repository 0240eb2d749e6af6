_EXCHANGE = kombu.Exchange("{{ cookiecutter.project_slug }}", type="direct")


def kombu_queues() -> list[kombu.Queue]:
    """Celery's `task_queues`."""
    return [kombu.Queue(queue.name, _EXCHANGE, routing_key=queue.name) for queue in QUEUES.values()]
