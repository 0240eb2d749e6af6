"""The clients of a Service Bus namespace, or of an emulator: an URL with a port is one's."""

import logging
from functools import lru_cache
from typing import Any

from azure.core.pipeline.transport import RequestsTransport
from azure.identity import DefaultAzureCredential
from azure.servicebus import ServiceBusClient
from azure.servicebus.management import ServiceBusAdministrationClient

# They tell of each link and each request.
logging.getLogger("azure").setLevel(logging.WARNING)

#: Seconds for Service Bus to open a link, or to take a message.
ANSWER_TIMEOUT = 10
#: Where Azure's emulator makes queues.
EMULATOR_MANAGEMENT_PORT = 5300
_EMULATOR = (
    "Endpoint=sb://{host};SharedAccessKeyName={policy};SharedAccessKey={key}"
    ";UseDevelopmentEmulator=true"
)


def messaging(url: str, **options: Any) -> ServiceBusClient:
    """What sends and receives. It connects when it is used."""
    options = {"try_timeout": ANSWER_TIMEOUT, **options}
    credential, host = _parts(url)
    if ":" in host:
        return ServiceBusClient.from_connection_string(_emulator(credential, host), **options)
    return ServiceBusClient(_domain(host), _identity(), **options)


def management(url: str) -> ServiceBusAdministrationClient:
    """What makes, counts and deletes queues, with an identity that may."""
    credential, host = _parts(url)
    if ":" in host:
        host = f"{host.partition(':')[0]}:{EMULATOR_MANAGEMENT_PORT}"
        return ServiceBusAdministrationClient.from_connection_string(
            _emulator(credential, host), transport=_WithoutTls()
        )
    return ServiceBusAdministrationClient(_domain(host), _identity())


def without_key(url: str, mask: str = "**") -> str:
    """Return the URL as it may be shown."""
    credential, host = _parts(url)
    policy, colon, _ = credential.partition(":")
    return f"azureservicebus://{policy}{colon}{mask if colon else ''}@{host}"


def _parts(url: str) -> tuple[str, str]:
    """What stands before and behind the @."""
    credential, _, host = url.removeprefix("azureservicebus://").rstrip("/").rpartition("@")
    return credential, host


def _domain(host: str) -> str:
    return host if "." in host else f"{host}.servicebus.windows.net"


def _emulator(credential: str, host: str) -> str:
    policy, _, key = credential.partition(":")
    return _EMULATOR.format(host=host, policy=policy, key=key)


@lru_cache
def _identity() -> DefaultAzureCredential:
    """One for the process: it keeps the token."""
    return DefaultAzureCredential()


class _WithoutTls(RequestsTransport):
    """The client of an emulator: Azure's asks it over HTTPS, which it does not speak."""

    def send(self, request: Any, **options: Any) -> Any:
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, **options)
