

@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqs://AKIAEXAMPLE:a-key@", "leave the keys out"),
        ("sqs://sqs.eu-central-1.amazonaws.com", "leave the host out"),
    ],
)
def test_keys_and_hosts_of_aws_are_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, reason: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}BROKER_URL: {reason}") as refusal:
        get_settings()
    assert "a-key" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("AWS_REGION", "", "required"),
        ("AWS_ACCOUNT_ID", "", "required"),
        ("AWS_ACCOUNT_ID", "12345", "it is a number of twelve digits"),
    ],
)
def test_where_the_queues_are_must_be_said(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "sqs://")
    monkeypatch.setenv(f"{ENV_PREFIX}{name}", value)
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}{name}: {reason}"):
        get_settings()


@pytest.mark.parametrize(("url", "emulated"), [("sqs://", False), ("sqs://localhost:5000", True)])
def test_a_host_is_an_emulator(
    monkeypatch: pytest.MonkeyPatch, url: str, *, emulated: bool
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    assert get_settings().emulated is emulated
