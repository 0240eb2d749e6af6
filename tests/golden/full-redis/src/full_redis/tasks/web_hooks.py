"""Tasks of the queue `web-hooks`.

This is an example: replace it with your own work.
"""

from hashlib import sha256

from full_redis.app import app


@app.task(name="full_redis.tasks.web_hooks.example")
def example(text: str = "hello") -> str:
    """Return the SHA-256 digest of a text."""
    return sha256(text.encode()).hexdigest()
