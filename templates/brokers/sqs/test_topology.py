

@EACH_QUEUE
def test_sqs_waits_longer_than_a_task_and_what_is_left_of_a_delay(queue: WorkQueue) -> None:
    held = max(0, topology.LONGEST_DELAY - topology.BROKER_DELAY)
    # Longer still: behind one running task the next is already unacknowledged. 12 hours at most.
    timeout = topology.VISIBILITY_TIMEOUTS[queue.name]
    assert 2 * queue.time_limit + held < timeout <= 12 * 60 * 60


def test_a_message_that_is_never_acknowledged_ends_as_a_dead_letter() -> None:
    for queue in QUEUES.values():
        attributes = topology.queue_attributes(queue.name, "arn:of:the:dead")
        assert json.loads(attributes["RedrivePolicy"]) == {
            "deadLetterTargetArn": "arn:of:the:dead",
            "maxReceiveCount": topology.MAX_RECEIVES,
        }
        assert attributes["VisibilityTimeout"] == str(topology.VISIBILITY_TIMEOUTS[queue.name])
    assert "RedrivePolicy" not in topology.queue_attributes(topology.DEAD_LETTER_QUEUE, "")


def test_sqs_allows_the_names_of_all_queues() -> None:
    for name in topology.queue_names():
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,75}(\.fifo)?", name), name


def test_a_queue_has_its_own_address_in_each_partition() -> None:
    name = topology.DEFAULT_QUEUE.name
    for region, domain in (("eu-central-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn")):
        url = topology.queue_urls(region, "123456789012")[name]
        assert url == f"https://sqs.{region}.{domain}/123456789012/{name}"


@EACH_QUEUE
def test_a_message_tells_its_queue(queue: WorkQueue) -> None:
    assert topology.queue_of_routing_key(queue.name) == queue.name
    assert topology.queue_of_routing_key("") is None
