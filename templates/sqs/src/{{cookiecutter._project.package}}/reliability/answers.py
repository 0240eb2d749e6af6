"""Which answers are SQS's, and which say no more than "not now".

boto3 takes whatever comes with the status 200 for success, be it the page of a proxy or half an
answer: a task would count as sent that SQS has never seen. And it has one class for all that SQS
refuses, while kombu and Celery try again after a BotoCoreError alone.
"""

import json
from typing import Any

from botocore.exceptions import BotoCoreError

#: What SQS cannot leave out, and what it is.
_NEEDED = {
    "SendMessage": ("MessageId", str),
    "GetQueueAttributes": ("Attributes", dict),
    "GetQueueUrl": ("QueueUrl", str),
    "CreateQueue": ("QueueUrl", str),
}
_SERVER_ERROR = 500


class NotNowError(BotoCoreError):
    """SQS has not done what it was asked; it may, another time."""

    fmt = "{operation}: {reason}"


def is_answer(operation: str, body: bytes) -> bool:
    """Whether SQS can have sent this, with status 200, when the operation was asked for."""
    if not body.strip():
        return operation not in _NEEDED
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and _has_what_is_needed(operation, answer)


def _has_what_is_needed(operation: str, answer: dict[str, Any]) -> bool:
    if operation == "ReceiveMessage":
        messages = answer.get("Messages", [])
        return isinstance(messages, list) and all(isinstance(one, dict) for one in messages)
    name, kind = _NEEDED.get(operation, ("", object))
    return isinstance(answer.get(name), kind)


def watch(client: Any) -> Any:
    """Return boto3's client, which from now on raises NotNowError instead."""
    client.meta.events.register("before-parse.sqs", _refuse_what_is_no_answer)
    client.meta.events.register("after-call.sqs", _refuse_not_now)
    return client


def _refuse_what_is_no_answer(operation_model: Any, response_dict: Any, **_: Any) -> None:
    status, body = response_dict["status_code"], response_dict["body"]
    if status == 200 and not is_answer(operation_model.name, body):  # noqa: PLR2004
        raise NotNowError(operation=operation_model.name, reason=f"no answer, but {body[:80]!r}")


def _refuse_not_now(http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
    error = parsed.get("Error", {})
    if http_response.status_code >= _SERVER_ERROR or "Throttl" in error.get("Code", ""):
        reason = f"{http_response.status_code} {error.get('Code')} {error.get('Message')}"
        raise NotNowError(operation=model.name, reason=reason)
