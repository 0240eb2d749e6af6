

@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("azureservicebus://RootManageSharedAccessKey:a-key@shop", "leave the key out"),
        ("azureservicebus://RootManageSharedAccessKey:a-key@", "leave the key out"),
        ("azureservicebus://shop.servicebus.windows.net", "after azureservicebus:// comes"),
        ("azureservicebus://DefaultAzureCredential@", "after azureservicebus:// comes"),
    ],
)
def test_keys_are_refused(monkeypatch: pytest.MonkeyPatch, url: str, reason: str) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}BROKER_URL: {reason}") as refusal:
        get_settings()
    assert "a-key" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "emulated"),
    [
        ("azureservicebus://DefaultAzureCredential@shop", False),
        ("azureservicebus://DefaultAzureCredential@shop.servicebus.windows.net", False),
        ("azureservicebus://RootManageSharedAccessKey:SAS_KEY_VALUE@localhost:5672", True),
    ],
)
def test_a_port_is_an_emulators(
    monkeypatch: pytest.MonkeyPatch, url: str, *, emulated: bool
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    assert get_settings().emulated is emulated
