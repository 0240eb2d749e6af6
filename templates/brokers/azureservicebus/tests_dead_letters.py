

{% include "partials/dead_letters/cannot_be_done.py" %}
        message = eventually(lambda: _dead_letter(connection), within=20)
        assert message["headers"]["task"] == name
        assert _dead_letter(connection) is None


{% include "partials/dead_letters/expires.py" %}


def _dead_letter(connection: Connection) -> dict[str, Any] | None:
    service = connection.default_channel.queue_service
    with service.get_queue_receiver(DEAD_LETTER_QUEUE) as receiver:
        for message in receiver.receive_messages(1, max_wait_time=1):
            receiver.complete_message(message)
            return dict(json.loads(b"".join(message.body)))
    return None
