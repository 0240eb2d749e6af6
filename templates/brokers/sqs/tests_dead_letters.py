

{% include "partials/dead_letters/cannot_be_done.py" %}
        message = eventually(lambda: _dead_letter(connection), within=20)
        assert json.loads(message["Body"])["headers"]["task"] == name
        assert message["MessageAttributes"]["queue"]["StringValue"] == DEFAULT_QUEUE.name
        assert _dead_letter(connection) is None


{% include "partials/dead_letters/expires.py" %}


def _dead_letter(connection: Connection) -> dict[str, Any] | None:
    channel = connection.default_channel
    sqs, url = channel.client_and_url(DEAD_LETTER_QUEUE)
    answer = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["queue"])
    return next(iter(answer.get("Messages", [])), None)
