

@EACH_QUEUE
def test_the_visibility_timeout_covers_a_task_and_a_delay_together(queue: WorkQueue) -> None:
    # Longer still: behind one running task the next is already unacknowledged.
    assert 2 * queue.time_limit + topology.LONGEST_DELAY < topology.VISIBILITY_TIMEOUT


@EACH_QUEUE
def test_a_message_tells_its_queue(queue: WorkQueue) -> None:
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
