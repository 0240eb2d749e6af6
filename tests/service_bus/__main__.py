"""`python -m service_bus HOST`: until it is ended."""

from __future__ import annotations

import sys
import threading

from proton.reactor import Container

from service_bus.amqp import Server
from service_bus.entities import Namespace
from service_bus.management import serve

# Those of Azure's emulator, which clients expect.
AMQP_PORT = 5672
MANAGEMENT_PORT = 5300


def main(host: str) -> None:
    """Serve one namespace at an address of this machine, such as 127.0.0.2: each has ports of its own."""
    namespace = Namespace()
    threading.Thread(target=serve(namespace, host, MANAGEMENT_PORT).serve_forever, daemon=True).start()
    Container(Server(namespace, f"{host}:{AMQP_PORT}")).run()


if __name__ == "__main__":
    main(sys.argv[1])
