

@pytest.mark.parametrize("setting", ["broker_password"])
@pytest.mark.parametrize(
    ("url", "login"),
    [("amqp://a//;amqp://b//", b"\0guest\0first"), ("amqp://shop@a//", b"\0shop\0first")],
)
def test_rabbitmq_is_told_the_user_of_the_url_and_the_password_of_the_file(
    monkeypatch: pytest.MonkeyPatch, file: Path, url: str, login: bytes
) -> None:
    assert file.exists()
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    get_settings.cache_clear()
    assert credentials.BrokerPassword().start(None) == login


def test_each_host_of_a_cluster_has_to_show_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []

    def refuse(connection: Connection) -> None:
        names.append(connection.ssl["server_hostname"])
        raise ConnectionRefusedError

    monkeypatch.setattr(Connection, "connect", refuse)
    cluster = KombuConnection("amqps://one//;amqps://two//", ssl={"server_hostname": None})
    with cluster.Pool(1).acquire() as connection, pytest.raises(OperationalError):
        connection.ensure_connection(max_retries=1)
    assert names == ["one", "two"]
