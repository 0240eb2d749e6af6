def test_a_result_is_read_as_it_was_stored_until_it_is_forgotten(backend: Backend) -> None:
    task = str(uuid4())
    assert backend.get_state(task) == states.PENDING
    backend.store_result(task, {"größe": 1}, states.SUCCESS)
    assert backend.get_result(task) == {"größe": 1}
    backend.forget(task)
    assert backend.get(backend.get_key_for_task(task)) is None
