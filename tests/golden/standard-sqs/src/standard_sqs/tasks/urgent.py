"""Tasks of the queue `urgent`.

This is an example: replace it with your own work.
"""

from hashlib import sha256

from standard_sqs.app import app


@app.task(name="standard_sqs.tasks.urgent.example")
def example(text: str = "hello") -> str:
    """Return the SHA-256 digest of a text."""
    return sha256(text.encode()).hexdigest()
