

@pytest.mark.parametrize("setting", ["broker_password"])
@pytest.mark.parametrize(
    ("url", "login"), [("redis://host/0", ("first",)), ("redis://shop@host/0", ("shop", "first"))]
)
def test_the_client_is_told_the_user_of_the_broker_url_and_the_password_of_the_file(
    monkeypatch: pytest.MonkeyPatch, file: Path, url: str, login: tuple[str, ...]
) -> None:
    assert file.exists()
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    get_settings.cache_clear()
    assert credentials.BrokerPassword().get_credentials() == login


def test_kombu_finds_the_class_by_its_name_in_every_url() -> None:
    urls = credentials.with_broker_password("redis://a/0;redis://b/0?health_check_interval=5")
    names = [parse_url(url)["credential_provider"] for url in urls.split(";")]
    assert [symbol_by_name(name) for name in names] == [credentials.BrokerPassword] * 2
