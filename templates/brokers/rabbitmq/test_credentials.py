

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
