"""`create-queues`: the queues on SQS, made or corrected. It needs rights that workers do not."""

from argparse import Namespace

from standard_sqs.app import app
from standard_sqs.ops.console import DONE, FAILED, OperatorError, table, write
from standard_sqs.ops.deadline import Deadline, Question
from standard_sqs.ops.queues import refuse_embedded_broker
from standard_sqs.settings import ENV_PREFIX, get_settings
from standard_sqs.topology import DEFAULT_QUEUE

# Seconds, for three requests a queue.
TIMEOUT = 300.0


def run(_: Namespace) -> int:
    """Make the queues and print their addresses."""
    refuse_embedded_broker()
    answer = Question(_make).answer(Deadline(TIMEOUT))
    if answer.value is None:
        raise OperatorError(f"SQS: {answer.problem}", exit_code=FAILED)
    write(table(["queue", "address"], sorted(answer.value.items())))
    account_id = get_settings().aws_account_id
    if others := [url for url in answer.value.values() if url.split("/")[-2] != account_id]:
        hint = f"set {ENV_PREFIX}AWS_ACCOUNT_ID, or use credentials of that account"
        raise OperatorError(f"{others[0]} is in another account than {account_id}", hint, FAILED)
    return DONE


def _make() -> dict[str, str]:
    from standard_sqs.reliability.transport import make_queues

    with app.connection_for_write() as connection:
        # No `connect()`, which fails as long as there are no queues.
        channel = connection.transport.create_channel(connection.transport)
        return make_queues(channel.sqs(queue=DEFAULT_QUEUE.name))
