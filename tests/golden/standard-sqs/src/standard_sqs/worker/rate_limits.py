"""Rate limits that hold their rate, and count for a queue.

Celery 5.7 starts a timer for every message that has to wait for its rate limit, and each of them
starts the next. The event loop runs ten timers a turn and then sleeps for a second if more are due
(kombu/asynchronous/hub.py, fire_timers): after ten messages "10/s" becomes one a second.
"""

from typing import TYPE_CHECKING

from celery.worker.consumer import Consumer as CeleryConsumer

from standard_sqs import topology

if TYPE_CHECKING:
    from celery import Task
    from celery.worker.request import Request
    from kombu.utils.limits import TokenBucket


class Consumer(CeleryConsumer):
    """Celery's consumer, with one bucket for each queue and one timer for each bucket."""

    def reset_rate_limits(self) -> None:
        """Make all buckets anew: at start, and when `celery control rate_limit` changes a limit."""
        self._queue_buckets: dict[str, TokenBucket] = {}
        super().reset_rate_limits()

    def bucket_for_task(self, task: "Task") -> "TokenBucket | None":
        """Return the bucket of the task's queue, or of its own if it has a limit of its own."""
        queue = topology.queue_of_task(task.name)
        if task.rate_limit is None or task.rate_limit != queue.rate_limit:
            return super().bucket_for_task(task)
        if queue.key not in self._queue_buckets:
            self._queue_buckets[queue.key] = super().bucket_for_task(task)
        return self._queue_buckets[queue.key]

    def _limit_task(self, request: "Request", bucket: "TokenBucket", tokens: int) -> None:
        self._wait_in_line(request, bucket, tokens)

    def _limit_post_eta(self, request: "Request", bucket: "TokenBucket", tokens: int) -> None:
        self.qos.decrement_eventually()
        self._wait_in_line(request, bucket, tokens)

    def _wait_in_line(self, request: "Request", bucket: "TokenBucket", tokens: int) -> None:
        # Whoever came first has started the timer, and it goes on until nobody waits.
        is_first = not bucket.contents
        bucket.add((request, tokens))
        if is_first:
            self._schedule_bucket_request(bucket)
