{% set variable = server.name | upper %}
@pytest.mark.parametrize("option", ["ssl_cert_reqs=none", "ssl_check_hostname=false"])
def test_{{ server.name }}_options_that_verify_less_are_refused(
    monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{{ variable }}_URL", f"{{ server.example }}?{option}")
    assert "they verify less" in refusal()


def test_{{ server.name }}_options_that_hide_the_files_are_refused(
    monkeypatch: pytest.MonkeyPatch, pem: Path
) -> None:
    url = "{{ server.example }}?ssl_cert_reqs=required"
    monkeypatch.setenv(f"{ENV_PREFIX}{{ variable }}_URL", url)
    get_settings()
    get_settings.cache_clear()
    monkeypatch.setenv(f"{ENV_PREFIX}{{ variable }}_CA_FILE", str(pem / "one.pem"))
    assert "ssl_ options, which count instead" in refusal()


def test_{{ server.name }}_over_tls_is_verified(monkeypatch: pytest.MonkeyPatch, pem: Path) -> None:
    for name, file in (("CA", "other.pem"), ("CERTIFICATE", "one.pem"), ("KEY", "one.key")):
        monkeypatch.setenv(f"{ENV_PREFIX}{{ variable }}_{name}_FILE", str(pem / file))
    assert runpy.run_path(config.__file__)["{{ server.setting }}"] == {
        "ssl_cert_reqs": "required",
        "ssl_check_hostname": True,
        "ssl_ca_certs": pem / "other.pem",
        "ssl_certfile": pem / "one.pem",
        "ssl_keyfile": pem / "one.key",
    }
