"""What ends TLS in front of a server that has none."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import contextmanager, suppress
from queue import Queue
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
    started: Queue[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = Queue()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, to_behind = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_pump(reader, to_behind), _pump(behind, writer), return_exceptions=True)

    async def listen() -> None:
        over = asyncio.Event()
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        started.put((asyncio.get_running_loop(), over, int(server.sockets[0].getsockname()[1])))
        await over.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = Thread(target=asyncio.run, args=(listen(),))
    thread.start()
    loop, over, listening = started.get(timeout=10)
    try:
        yield listening
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
