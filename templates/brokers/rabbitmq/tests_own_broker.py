"""The virtual host of the integration tests. They delete it, so it must be theirs alone."""

import json
import os
from base64 import b64encode
from contextlib import suppress
from urllib.error import HTTPError
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import Request, urlopen

from {{ cookiecutter._project.package }}.settings import ENV_PREFIX, secret_in_file

VIRTUAL_HOST = "{{ cookiecutter.project_slug }}-tests"


def own_broker_url() -> str:
    """Return …TEST_BROKER_URL, by default another virtual host on the server of …BROKER_URL."""
    if url := os.environ.get(f"{ENV_PREFIX}TEST_BROKER_URL"):
        return url
    url = os.environ.get(f"{ENV_PREFIX}BROKER_URL") or secret_in_file("broker_url") or ""
    if not url.startswith(("amqp://", "amqps://")):
        url = "amqp://guest:guest@localhost:5672"
    url = url.partition(";")[0]
    return _with_password(urlsplit(url)._replace(path=f"/{VIRTUAL_HOST}")).geturl()


def _with_password(url: SplitResult) -> SplitResult:
    """Put the password that stands beside the URL into it."""
    password = os.environ.get(f"{ENV_PREFIX}BROKER_PASSWORD") or secret_in_file("broker_password")
    if not password:
        return url
    user, _, host = url.netloc.rpartition("@")
    return url._replace(netloc=f"{user}:{quote(password, safe='')}@{host}")


def empty(url: str) -> None:
    """Make the virtual host anew: queues, delayed messages, everything.

    Only the management API can do that. It is at …MANAGEMENT_URL, by default on port 15672.

    Raises:
        OSError: the management API does not answer, or refuses the user.
    """
    broker = urlsplit(url)
    name = broker.path.removeprefix("/")
    if not name.endswith("-tests"):
        raise OSError(f"virtual host {name!r} would be deleted: use one whose name ends in -tests")
    with suppress(FileNotFoundError):
        _call(broker, "DELETE", f"vhosts/{name}")
    _call(broker, "PUT", f"vhosts/{name}", default_queue_type="quorum")
    user = quote(unquote(broker.username or "guest"), safe="")
    _call(broker, "PUT", f"permissions/{name}/{user}", configure=".*", write=".*", read=".*")


def _call(broker: SplitResult, method: str, path: str, **body: str) -> None:
    # It reads the settings, for which tests/conftest.py has to set the broker's URL first.
    from {{ cookiecutter._project.package }}.ops.backlog import tls_context

    default = f"http://{broker.hostname}:15672"
    server = urlsplit(os.environ.get(f"{ENV_PREFIX}MANAGEMENT_URL", default))
    login = f"{unquote(broker.username or 'guest')}:{unquote(broker.password or 'guest')}"
    request = Request(  # noqa: S310  (the URL is the developer's own)
        f"{server.scheme}://{server.hostname}:{server.port or 15672}/api/{path}",
        data=json.dumps(body).encode(),
        method=method,
        headers={
            "Authorization": f"Basic {b64encode(login.encode()).decode()}",
            "Content-Type": "application/json",
        },
    )
    try:
        context = tls_context() if server.scheme == "https" else None
        urlopen(request, timeout=10, context=context).close()  # noqa: S310
    except HTTPError as error:
        error.close()
        if error.code == 404:
            raise FileNotFoundError(path) from None
        raise
