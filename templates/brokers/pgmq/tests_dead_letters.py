

{% include "partials/dead_letters/cannot_be_done.py" %}
        headers = eventually(lambda: _dead_letter(connection), within=20)
        assert (headers["task"], headers["queue"]) == (name, DEFAULT_QUEUE.name)
        assert _dead_letter(connection) is None


{% include "partials/dead_letters/expires.py" %}


def _dead_letter(connection: Connection) -> dict[str, Any] | None:
    message = connection.default_channel.pgmq.read(DEAD_LETTER_QUEUE, vt=60)
    return message.headers if message else None
