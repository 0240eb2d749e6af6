
@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ("db.example.com/shop", "add tls=true"),
        ("mongo:27017,db.example.com:27017/shop", "add tls=true"),
        ("[2606:4700::1]:27017/shop", "add tls=true"),
        ("mongo/shop?tls=true;tlsInsecure=true", "write & between its options"),
        ("mongo/shop?tls=true&tlsInsecure=true", "take tlsInsecure out"),
        (
            "mongo/shop?tls=true&tlsallowinvalidhostnames=true",
            "take tlsAllowInvalidHostnames out",
        ),
    ],
)
def test_a_server_that_anybody_could_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, rest: str, reason: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{VARIABLE}: {reason}"):
        read(monkeypatch, rest)


@pytest.mark.parametrize(
    "rest",
    [
        "localhost/shop",
        "mongo-1:27017,mongo-2:27017/shop?replicaSet=rs0",
        "10.0.0.7:27017/shop",
        "[fd00::7]:27017/shop",
        "db.example.com/shop?tls=true",
        "db.example.com/shop?tls=false",
    ],
)
def test_a_server_that_is_verified_or_near_is_accepted(
    monkeypatch: pytest.MonkeyPatch, rest: str
) -> None:
    read(monkeypatch, rest)
