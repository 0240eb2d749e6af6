
    def signature_from_request(
        self,
        request: Context | None = None,
        args: Any = None,
        kwargs: Any = None,
        queue: str | None = None,
        **options: Any,
    ) -> Signature:
        """Repeat a message for the queue it came from.

        Behind a topic exchange, Celery sends retries with a delay where `task_routes` says, even
        if the sender had named another queue.
        """
        if queue is None:
            delivery = (request or self.request).delivery_info or {}
            queue = topology.queue_of_routing_key(delivery.get("routing_key") or "")
        return super().signature_from_request(request, args, kwargs, queue, **options)
