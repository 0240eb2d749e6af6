

def test_tls_that_accepts_any_certificate_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "rediss://broker.example.com:6379/0")
    with pytest.raises(SettingsError, match="ssl_cert_reqs=required"):
        get_settings()
