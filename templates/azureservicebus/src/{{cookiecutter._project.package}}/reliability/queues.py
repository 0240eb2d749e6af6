"""The queues on Service Bus, made or corrected by an identity that may."""

from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.servicebus.management import ServiceBusAdministrationClient

from {{ cookiecutter._project.package }}.topology import queue_names, queue_properties


def make_queues(service: ServiceBusAdministrationClient) -> dict[str, str]:
    """Make every queue, or correct it; return what was done, by name.

    Raises:
        azure.core.exceptions.AzureError: Service Bus does not answer, or refuses. Whether a queue
            has sessions cannot be changed, for example.
    """
    return {name: _make(service, name) for name in queue_names()}


def _make(service: ServiceBusAdministrationClient, name: str) -> str:
    wanted: dict[str, Any] = queue_properties(name)
    try:
        queue = service.get_queue(name)
    except ResourceNotFoundError:
        service.create_queue(name, **wanted)
        return "made"
    for attribute, value in wanted.items():
        setattr(queue, attribute, value)
    service.update_queue(queue)
    return "as it should be"
