
class DeadLetteringRequest(Request):
    """A message whose task runs into the hard time limit becomes a dead letter.

    By itself Celery drops it (task_acks_on_timeout) or runs it again at once, for ever.
    """

    def on_failure(self, exc_info: Any, *args: Any, **kwargs: Any) -> None:
        error = getattr(exc_info.exception, "exc", exc_info.exception)
        if isinstance(error, TimeLimitExceeded):
            self.reject(requeue=False)
        super().on_failure(exc_info, *args, **kwargs)

