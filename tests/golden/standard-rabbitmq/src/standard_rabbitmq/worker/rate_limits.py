"""Rate limits that hold their rate.

Celery 5.7 starts a timer for every message that has to wait for its rate limit, and each of them
starts the next. The event loop runs ten timers a turn and then sleeps for a second if more are due
(kombu/asynchronous/hub.py, fire_timers): after ten messages "10/s" becomes one a second.
"""

from typing import TYPE_CHECKING

from celery.worker.consumer import Consumer as CeleryConsumer

if TYPE_CHECKING:
    from celery.worker.request import Request
    from kombu.utils.limits import TokenBucket


class Consumer(CeleryConsumer):
    """Celery's consumer, with one timer for each rate limit instead of one for each message."""

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
