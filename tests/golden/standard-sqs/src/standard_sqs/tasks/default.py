"""Tasks of the queue `default`.

These are examples: replace them with your own work.
"""

import socket
from hashlib import sha256

from standard_sqs.app import app


@app.task(name="standard_sqs.tasks.default.example")
def example(text: str = "hello") -> str:
    """Return the SHA-256 digest of a text."""
    return sha256(text.encode()).hexdigest()


@app.task(
    name="standard_sqs.tasks.default.connect",
    autoretry_for=(OSError,),  # refused, timed out, host unknown: it may work later
    ignore_result=True,
)
def connect(host: str, port: int) -> None:
    """Fail, and retry with BaseTask's back-off, until a server accepts connections."""
    socket.create_connection((host, port), timeout=5).close()
