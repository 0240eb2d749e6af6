

@EACH_QUEUE
def test_a_message_is_held_for_as_long_as_its_task_may_need(queue: WorkQueue) -> None:
    # It may wait for one run before its own.
    assert 2 * queue.time_limit < topology.LONGEST_HOLD


def test_service_bus_locks_no_message_for_longer_than_five_minutes() -> None:
    for name in topology.queue_names():
        lock = re.fullmatch(r"PT(\d+)S", str(topology.queue_properties(name)["lock_duration"]))
        assert lock, name
        assert 5 <= int(lock[1]) <= 300, name


def test_a_message_that_is_never_acknowledged_ends_as_a_dead_letter() -> None:
    for queue in QUEUES.values():
        properties = topology.queue_properties(queue.name)
        assert properties["max_delivery_count"] == topology.MAX_RECEIVES
        assert properties["forward_dead_lettered_messages_to"] == topology.DEAD_LETTER_QUEUE
    dead_letters = topology.queue_properties(topology.DEAD_LETTER_QUEUE)
    assert "forward_dead_lettered_messages_to" not in dead_letters


def test_kombu_changes_none_of_the_names() -> None:
    for name in topology.queue_names():
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,259}", name), name


@EACH_QUEUE
def test_a_message_tells_its_queue(queue: WorkQueue) -> None:
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
