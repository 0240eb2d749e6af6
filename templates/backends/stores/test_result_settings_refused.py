def test_what_is_no_{{ what }}_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, url: str, line: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}RESULT_BACKEND_URL", url)
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}RESULT_BACKEND_URL: {line}") as refusal:
        get_settings.__wrapped__()
    assert "a-secret" not in str(refusal.value)
