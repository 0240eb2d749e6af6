

def test_service_bus_holds_a_message_for_all_of_its_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.delattr(app, "send_task")  # see conftest.py
    with in_memory(app), app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection, auto_declare=False)
        monkeypatch.setattr(producer, "publish", lambda _, **options: sent.append(options))
        for countdown in (None, 30, LONGEST_DELAY):
            app.send_task("any", countdown=countdown, producer=producer)
    held = [options.get("delay_seconds") for options in sent]
    assert held == [None, 30, LONGEST_DELAY]
    assert LONGEST_DELAY <= BROKER_DELAY
