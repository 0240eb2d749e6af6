

def test_a_second_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "redis://a:6379/0;redis://b:6379/0")
    with pytest.raises(SettingsError, match="name one server"):
        get_settings()
