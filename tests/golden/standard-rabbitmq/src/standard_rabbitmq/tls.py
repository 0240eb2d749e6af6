"""Files and options for TLS, looked at when the settings are read.

A mistake in them is one line at the start that names the variable. Later it would be an error of
OpenSSL, which names no file, repeated for as long as the worker tries to connect.
"""

from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext, SSLError, get_default_verify_paths
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator

#: What the URLs of servers that are asked for no TLS begin with.
PLAIN = ("amqp://", "db+postgresql+psycopg://")
#: Where this stands in one of them, TLS is asked for.
VERIFIED = "sslmode=verify-full"
#: libpq's own `system` finds nothing in the wheel psycopg[binary].
SYSTEM_CA_FILE = get_default_verify_paths().cafile or "system"


def _can_be_read(file: Path) -> Path:
    try:
        file.open("rb").close()
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror}") from None
    return file


def _has_authority(file: Path) -> Path:
    try:
        SSLContext(PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except SSLError:
        raise ValueError(f"{file}: there is no certificate in it") from None
    return file


TlsFile = Annotated[Path, AfterValidator(_can_be_read)]
CaFile = Annotated[TlsFile, AfterValidator(_has_authority)]


def check_use(url: str) -> None:
    """Look whether files for TLS are used with the URL of a server; unused, they only look safe.

    Raises:
        ValueError: they are not.
    """
    if url.startswith(PLAIN) and VERIFIED not in url:
        raise ValueError("the URL of the server asks for no TLS, see README.md")


def check_pair(certificate: Path | None, key: Path | None) -> None:
    """Look whether a certificate and its key are both there and belong together.

    Raises:
        ValueError: they do not, or the key is encrypted.
    """
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise ValueError("a certificate and its key come together: set both or neither")
    try:
        # With a password, OpenSSL does not ask for one on the terminal.
        SSLContext(PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password="")
    except SSLError:
        raise ValueError(f"{key}: it is not the key of {certificate}, or is encrypted") from None


def check_amqp_options(url: str) -> None:
    """Look for options in the URL of RabbitMQ that would count instead of those in config.py.

    Raises:
        ValueError: there are some.
    """
    if any(option.startswith("ssl") for option, _ in parse_qsl(urlsplit(url).query)):
        raise ValueError("take ssl options out: certificates are verified")


def check_postgresql_options(url: str) -> None:
    """Look whether PostgreSQL is reached over TLS that verifies, or knowingly without.

    libpq's default takes TLS if the server offers it, and `require` insists, but either takes any
    certificate: https://www.postgresql.org/docs/current/libpq-ssl.html.

    Raises:
        ValueError: TLS would verify less than all, or the server is far away and nothing is said.
    """
    server = urlsplit(url)
    options = dict(parse_qsl(server.query))
    near = is_near(server.hostname or options.get("host", ""))
    mode = options.get("sslmode", "disable" if near else "prefer")
    if url.startswith(PLAIN) and mode not in ("verify-full", "disable"):
        raise ValueError(
            f"sslmode={mode} takes any certificate: add sslmode=verify-full,"
            " or sslmode=disable if nobody else is on that network"
        )


def is_near(host: str) -> bool:
    """Whether a host is this one, a container, a private address or a name inside of a cluster."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".internal", ".local", ".svc"))
