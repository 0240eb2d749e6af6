

@EACH_QUEUE
def test_a_worker_may_have_a_message_for_two_runs(queue: WorkQueue) -> None:
    # Behind one running task the next is already unacknowledged.
    assert 2 * queue.time_limit < topology.VISIBILITY_TIMEOUTS[queue.name]


def test_pgmq_allows_the_names_of_all_queues() -> None:
    for name in topology.queue_names():
        assert re.fullmatch(r"[a-z0-9_]{1,47}", name), name


@EACH_QUEUE
def test_a_message_tells_its_queue(queue: WorkQueue) -> None:
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
