"""Whether anybody could be the server that a URL leads to, looked at when the settings are read."""

from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

{% include "partials/urls/" ~ cookiecutter._backend.url_checks ~ ".py" %}


def is_near(host: str) -> bool:
    """Whether a host is this one, a container, a private address or a name inside of a cluster."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local", ".svc"))
