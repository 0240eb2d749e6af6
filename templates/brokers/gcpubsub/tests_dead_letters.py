

{% include "partials/dead_letters/cannot_be_done.py" %}
        message = eventually(lambda: _dead_letter(connection), within=20)
        assert json.loads(message.data)["headers"]["task"] == name
        assert message.attributes["queue"] == DEFAULT_QUEUE.name
        assert _dead_letter(connection) is None


{% include "partials/dead_letters/expires.py" %}


def _dead_letter(connection: Connection) -> Any:
    received = connection.default_channel.receive(DEAD_LETTER_QUEUE, timeout=1)
    return received[0].message if received else None
