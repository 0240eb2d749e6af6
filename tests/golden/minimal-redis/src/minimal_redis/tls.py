"""Files and options for TLS, looked at when the settings are read.

A mistake in them is one line at the start that names the variable. Later it would be an error of
OpenSSL, which names no file, repeated for as long as the worker tries to connect.
"""

from pathlib import Path
from ssl import PROTOCOL_TLS_CLIENT, SSLContext, SSLError
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator

#: What the URLs of servers that are asked for no TLS begin with.
PLAIN = ("redis://",)


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
    if url.startswith(PLAIN):
        raise ValueError("the URL of the server asks for no TLS, see README.md")
    if "ssl_" in urlsplit(url).query:
        raise ValueError("the URL of the server has ssl_ options, which count instead: drop them")


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


def check_redis_options(url: str) -> None:
    """Look for options in a `redis` URL that verify less.

    Raises:
        ValueError: there are some.
    """
    options = dict(parse_qsl(urlsplit(url).query))
    if options.get("ssl_cert_reqs", "required") != "required" or "ssl_check_hostname" in options:
        raise ValueError("take ssl_cert_reqs and ssl_check_hostname out: they verify less")
