

def test_several_hosts_of_a_cluster_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = "amqp://a:5672//;amqp://b:5672//"
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", urls)
    assert get_settings().broker_url.get_secret_value() == urls


def test_another_server_among_them_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "amqp://a:5672//;redis://b:6379/0")
    with pytest.raises(SettingsError, match="each after a ;"):
        get_settings()
