

@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("gcpubsub://key:a-key@projects/my-project", "begin it with gcpubsub://projects/"),
        ("gcpubsub://projects/key:a-key@my-project", "leave the keys out"),
        ("gcpubsub://projects/", "end it with the id of the project"),
        ("gcpubsub://projects/my-project?key=a-key", "end it with the id of the project"),
    ],
)
def test_keys_and_urls_without_a_project_are_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, reason: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}BROKER_URL: {reason}") as refusal:
        get_settings()
    assert "a-key" not in str(refusal.value)


@pytest.mark.parametrize(("host", "emulated"), [("", False), ("localhost:8085", True)])
def test_an_emulator_is_named_as_googles_client_wants_it(
    monkeypatch: pytest.MonkeyPatch, host: str, *, emulated: bool
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "gcpubsub://projects/my-project")
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", host)
    assert get_settings().emulated is emulated
