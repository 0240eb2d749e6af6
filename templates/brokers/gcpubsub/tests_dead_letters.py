

@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("probes.broken", [], id="fails"),
        pytest.param("probes.deadly", [2], id="kills its process", marks=PROCESSES),
        pytest.param("probes.endless", [], id="hangs", marks=PROCESSES),
        pytest.param("nobody.knows", [], id="is unknown"),
    ],
)
def test_a_task_that_cannot_be_done_is_a_dead_letter(
    name: str, arguments: list[int], workers: Workers
) -> None:
    workers.start(DEFAULT)

    app.send_task(name, arguments)

    with app.connection_for_read() as connection:
        message = eventually(lambda: _dead_letter(connection), within=20)
        assert json.loads(message.data)["headers"]["task"] == name
        assert message.attributes["queue"] == DEFAULT_QUEUE.name
        assert _dead_letter(connection) is None


def test_a_task_that_expires_is_dropped(workers: Workers, journal: Journal) -> None:
    probes.record[DEFAULT].apply_async(["late"], expires=1)
    sleep(1.5)
    workers.start(DEFAULT)
    probes.record[DEFAULT].delay("in time")

    assert [run["label"] for run in journal.wait_for("ran")] == ["in time"]
    with app.connection_for_read() as connection:
        assert _dead_letter(connection) is None


def _dead_letter(connection: Connection) -> Any:
    received = connection.default_channel.receive(DEAD_LETTER_QUEUE, timeout=1)
    return received[0].message if received else None
