def test_a_task_that_expires_is_dropped(workers: Workers, journal: Journal) -> None:
    probes.record[DEFAULT].apply_async(["late"], expires=1)
    sleep(1.5)  # it has expired, by the clock of the broker as well
    workers.start(DEFAULT)
    probes.record[DEFAULT].delay("in time")

    assert [run["label"] for run in journal.wait_for("ran")] == ["in time"]
    with app.connection_for_read() as connection:
        assert _dead_letter(connection) is None
