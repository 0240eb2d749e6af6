

@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("redis://:a-password@redis:6379/0", "begin it with sentinel://"),
        ("sentinel://:a-password@one/0;redis://:a-password@two/0", "begin it with sentinel://"),
        ("sentinels://:a-password@one/0;sentinel://:a-password@two/0", "begin it with sentinel://"),
        ("sentinel://:a-password@/0", "name each Sentinel"),
        ("sentinel://:a-password@one/0;sentinel://", "name each Sentinel"),
        ("sentinel://:a-password@one/0;sentinel://two/0", "give all parts the password"),
    ],
)
def test_a_url_that_does_not_lead_to_sentinels_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, reason: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}SENTINEL_MASTER", "name")
    variable = f"{ENV_PREFIX}{{ cookiecutter._sentinel.variable }}"
    monkeypatch.setenv(variable, url)
    with pytest.raises(SettingsError, match=f"^{variable}: {reason}") as refusal:
        get_settings()
    assert "a-password" not in str(refusal.value)


def test_sentinels_without_the_name_of_the_master_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(f"{ENV_PREFIX}SENTINEL_MASTER", raising=False)
    monkeypatch.setenv(f"{ENV_PREFIX}{{ cookiecutter._sentinel.variable }}", "sentinel://one:26379/0;sentinel://two/0")
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}SENTINEL_MASTER: set it to the name"):
        get_settings()
