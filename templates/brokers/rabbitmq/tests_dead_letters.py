

{% include "partials/dead_letters/cannot_be_done.py" %}
        headers = eventually(lambda: _dead_letter(connection), within=20)
        assert headers["task"] == name
        assert headers["x-last-death-queue"] == DEFAULT_QUEUE.name
        assert _dead_letter(connection) is None


{% include "partials/dead_letters/expires.py" %}


def _dead_letter(connection: Connection) -> dict[str, str] | None:
    message = connection.default_channel.basic_get(DEAD_LETTER_QUEUE, no_ack=True)
    return message.headers if message else None
