"""What ends TLS in front of a server that has none."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def tls_proxy(address: str, certificate: Path, clients: Path | None = None) -> Iterator[int]:
    """Listen for TLS on a port of this machine.

    Args:
        address: host and port of the server behind.
        certificate: what is shown, a `.pem` with its `.key` beside it.
        clients: the authority of clients, which then have to show a certificate; None asks for none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    host, _, port = address.rpartition(":")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, to_behind = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_pump(reader, to_behind), _pump(behind, writer))

    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
        yield int(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
