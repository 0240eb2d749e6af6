def test_the_broker_counts_consumers_better_than_replies_do() -> None:
    depths = Depths({DEFAULT_QUEUE.name: Backlog(ready=5, consumers=3)})
    states = {state.queue: state for state in queue_states(depths, [READER])}
    assert states[DEFAULT_QUEUE.key].consumers == 3
    assert states[DEFAULT_QUEUE.key].workers == ("one@host",)
