def test_broker_options_that_hide_those_of_the_configuration_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "amqps://rabbitmq.example.com//?ssl=1")
    assert "take ssl options out" in refusal()


def test_broker_over_tls_is_verified(monkeypatch: pytest.MonkeyPatch, pem: Path) -> None:
    for name, file in (("CA", "other.pem"), ("CERTIFICATE", "one.pem"), ("KEY", "one.key")):
        monkeypatch.setenv(f"{ENV_PREFIX}BROKER_{name}_FILE", str(pem / file))
    assert runpy.run_path(config.__file__)["broker_use_ssl"] == {
        "cert_reqs": CERT_REQUIRED,
        "server_hostname": None,
        "ca_certs": pem / "other.pem",
        "certfile": pem / "one.pem",
        "keyfile": pem / "one.key",
    }
