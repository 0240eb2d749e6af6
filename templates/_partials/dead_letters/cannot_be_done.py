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
