def test_the_workers_that_answer_are_the_consumers() -> None:
    depths = Depths({DEFAULT_QUEUE.name: Backlog(ready=5)})
    states = {state.queue: state for state in queue_states(depths, [READER])}
    assert states[DEFAULT_QUEUE.key].consumers == 1
    assert states[DEFAULT_QUEUE.key].workers == ("one@host",)
