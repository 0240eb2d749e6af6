    # Service Bus knows none: what is urgent needs a queue, and a worker, of its own.
    NORMAL = 0
