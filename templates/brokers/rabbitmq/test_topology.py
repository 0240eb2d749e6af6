

def test_a_message_that_cannot_be_done_ends_as_a_dead_letter() -> None:
    for queue in topology.kombu_queues():
        arguments = dict(queue.queue_arguments)
        arguments.pop("x-consumer-timeout", None)
        assert arguments == {
            "x-queue-type": "quorum",
            "x-delivery-limit": topology.DELIVERY_LIMIT,
            "x-dead-letter-exchange": topology.DEAD_LETTER_EXCHANGE,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }


def test_countdowns_wait_in_the_broker() -> None:
    """Which takes a quorum queue behind a topic exchange."""
    assert {queue.exchange.type for queue in topology.kombu_queues()} == {"topic"}


@EACH_QUEUE
def test_rabbitmq_waits_for_an_acknowledgement_longer_than_two_runs(queue: WorkQueue) -> None:
    (declared,) = (entry for entry in topology.kombu_queues() if entry.name == queue.name)
    # 30 minutes is the server's default, https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout
    milliseconds = declared.queue_arguments.get("x-consumer-timeout", 1_800_000)
    assert 2 * queue.time_limit < milliseconds / 1000


@EACH_QUEUE
def test_a_delayed_message_still_tells_its_queue(queue: WorkQueue) -> None:
    delayed = calculate_routing_key(5, queue.name)
    assert topology.queue_of_routing_key(delayed) == queue.name
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
