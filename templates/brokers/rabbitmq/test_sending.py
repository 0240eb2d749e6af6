

def test_what_expires_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.delattr(app, "send_task")  # see conftest.py
    with in_memory(app), app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection, auto_declare=False)
        monkeypatch.setattr(producer, "publish", lambda _, **options: sent.append(options))
        app.send_task("any", expires=60, producer=producer)
    (options,) = sent
    assert options["headers"]["expires"] is not None
    assert options.get("expiration") is None
    assert options["confirm_timeout"] == CONFIRM_TIMEOUT
