

def test_pubsub_allows_the_numbers_of_all_queues() -> None:
    assert 10 <= topology.ACK_DEADLINE <= 600
    assert 5 <= topology.MAX_DELIVERIES <= 100
    assert 10 * 60 <= topology.RETENTION <= 7 * 24 * 60 * 60


def test_pubsub_allows_the_names_of_all_queues() -> None:
    for name in topology.queue_names():
        assert re.fullmatch(r"(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}", name), name


@EACH_QUEUE
def test_a_worker_that_stops_has_heard_out_its_pull_in_time(queue: WorkQueue) -> None:
    assert queue.stop_grace_period - queue.drain_timeout > topology.POLL_TIME


@EACH_QUEUE
def test_a_message_tells_its_queue(queue: WorkQueue) -> None:
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
