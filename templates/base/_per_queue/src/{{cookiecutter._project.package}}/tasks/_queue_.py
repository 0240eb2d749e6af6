{% import "partials/python.jinja" as python with context %}
"""Tasks of the queue `{{ queue.name }}`.

{{ "These are examples: replace them" if queue.is_default else "This is an example: replace it" }} with your own work.
"""

{% if queue.is_default %}
import socket
{% endif %}
from hashlib import sha256

from {{ cookiecutter._project.package }}.app import app


{{ python.spread("@app.task(", ['name="%s"' % queue.example_task], ")") }}
def example(text: str = "hello") -> str:
    """Return the SHA-256 digest of a text."""
    return sha256(text.encode()).hexdigest()
{% if queue.is_default %}


@app.task(
    name="{{ cookiecutter._project.package }}.tasks.{{ queue.module }}.connect",
    autoretry_for=(OSError,),  # refused, timed out, host unknown: it may work later
    ignore_result=True,
)
def connect(host: str, port: int) -> None:
    """Fail, and retry with BaseTask's back-off, until a server accepts connections."""
    socket.create_connection((host, port), timeout=5).close()
{% endif %}
