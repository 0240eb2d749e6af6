"""`python -m service_bus AMQP_PORT HTTP_PORT`: until it is ended."""

from __future__ import annotations

import sys
import threading

from proton.reactor import Container

from service_bus.amqp import Server
from service_bus.entities import Namespace
from service_bus.management import serve


def main(amqp_port: int, http_port: int) -> None:
    """Serve one namespace on this machine."""
    namespace = Namespace()
    threading.Thread(target=serve(namespace, http_port).serve_forever, daemon=True).start()
    Container(Server(namespace, f"127.0.0.1:{amqp_port}")).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
