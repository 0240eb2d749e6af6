"""Work made of several tasks. The tasks are examples to replace; the shapes are the point.

A function here returns a signature; nothing is sent before `apply_async` is called on that. What a
step returns travels to the next one in a message: hand on identifiers, not documents.
https://docs.celeryq.dev/en/stable/userguide/canvas.html
"""

import logging
from collections.abc import Iterable, Sequence

from celery import Signature, chain, chord, group

from standard_sqs.app import app

logger = logging.getLogger(__name__)


# Celery counts the results of a chord's header: if they are ignored, the body may never run.
@app.task(name="standard_sqs.workflows.price", ignore_result=False)
def price(order: int) -> int:
    """Return the price of an order, in cents."""
    if order < 0:
        raise ValueError(f"there is no order {order}")
    return 100 * order


@app.task(name="standard_sqs.workflows.add_tax")
def add_tax(cents: int, percent: int) -> int:
    """Return a price with tax."""
    return cents + cents * percent // 100


@app.task(name="standard_sqs.workflows.total")
def total(prices: list[int]) -> int:
    """Return the sum of some prices."""
    return sum(prices)


@app.task(name="standard_sqs.workflows.report_failure")
def report_failure(task_id: str) -> None:
    """Tell people that a workflow has stopped.

    With one parameter, this is sent as a task of its own. With three (request, exception,
    traceback) the worker would call it on the spot, without queue, limits and retries.
    """
    logger.error("workflow stopped at task %s", task_id)


def invoice(order: int, percent: int = 20) -> Signature:
    """Chain: steps that need what the one before returned. The first that fails ends it.

    The error callback belongs to every step, so whichever fails is reported.
    """
    steps = chain(price.s(order), add_tax.s(percent))
    return steps.on_error(report_failure.s())


def prices(orders: Iterable[int]) -> Signature:
    """Group: independent tasks side by side, where each may fail for itself."""
    return group(price.s(order) for order in orders)


def revenue(orders: Iterable[int]) -> Signature:
    """Chord: a group, and one task that gets all its results when the last one is there.

    If one of the group fails, the last task does not run, and its error callback does.
    """
    header = group(price.s(order) for order in orders)
    return chord(header, total.s().on_error(report_failure.s()))


def prices_in_chunks(orders: Sequence[int], size: int = 100) -> Signature:
    """Chunks: many tiny calls in few messages, where sending costs more than the work.

    A chunk is one task: it is repeated as a whole, and must end within its time limit. Its name is
    `celery.starmap`, so it goes to the default queue, wherever `price` is routed to.
    """
    return price.chunks([(order,) for order in orders], size).group()


def prices_in_order(orders: Sequence[int]) -> Signature:
    """Map: one call after the other in a single task, for calls that must not overlap."""
    return price.map(list(orders))


def taxes_in_order(prices_and_rates: Sequence[tuple[int, int]]) -> Signature:
    """Starmap: like map, for calls with several arguments."""
    return add_tax.starmap(list(prices_and_rates))


@app.task(name="standard_sqs.workflows.export")
def export(cursor: int, end: int, size: int = 100) -> None:
    """Export the orders from `cursor` up to `end`: hours of work, in tasks of seconds.

    Each task does one batch, then sends the next task; where to go on is in the message. So a crash
    or a deploy costs one batch, which is delivered again and starts over.
    """
    batch = range(cursor, min(cursor + size, end))
    for order in batch:
        export_order(order)
    if batch.stop < end:
        export.delay(batch.stop, end, size)


def export_order(order: int) -> None:
    """Do the work. A second time must do no harm: a batch may be repeated.

    And so may all that follow it: where a worker dies after it sent the next batch and before it
    acknowledged this one, both are delivered, and the export goes on twice.
    """
    logger.info("order %s exported", order)
