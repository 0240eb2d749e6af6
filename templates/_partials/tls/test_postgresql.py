{% set variable = server.name | upper %}
@pytest.mark.parametrize(
    ("rest", "refused"),
    [
        ("db.example.com/shop", "sslmode=prefer"),
        ("db.example.com/shop?sslmode=require", "sslmode=require"),
        ("postgres/shop?sslmode=verify-ca", "sslmode=verify-ca"),
        ("93.184.215.14/shop", "sslmode=prefer"),
    ],
)
def test_{{ server.name }}_that_takes_any_certificate_is_refused(
    monkeypatch: pytest.MonkeyPatch, rest: str, refused: str
) -> None:
    name = f"{ENV_PREFIX}{{ variable }}_URL"
    monkeypatch.setenv(name, f"{{ server.plain }}user:a-password@{rest}")
    assert refusal().startswith(f"{name}: {refused} takes any certificate: add sslmode=verify-full")


@pytest.mark.parametrize(
    "rest",
    [
        "localhost/shop",
        "postgres:5432/shop",
        "10.0.0.7/shop",
        "postgres.shop.svc.cluster.local/shop",
        "db.example.com/shop?sslmode=verify-full",
        "db.example.com/shop?sslmode=disable",
        "/shop?host=/run/postgresql",
    ],
)
def test_{{ server.name }}_that_verifies_or_is_near_is_accepted(
    monkeypatch: pytest.MonkeyPatch, rest: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{{ variable }}_URL", f"{{ server.plain }}user@{rest}")
    get_settings()


def test_{{ server.name }}_over_tls_is_verified(monkeypatch: pytest.MonkeyPatch, pem: Path) -> None:
    for name, file in (("CA", "other.pem"), ("CERTIFICATE", "one.pem"), ("KEY", "one.key")):
        monkeypatch.setenv(f"{ENV_PREFIX}{{ variable }}_{name}_FILE", str(pem / file))
    assert {{ server.name }}_files() == {
        "sslrootcert": str(pem / "other.pem"),
        "sslcert": str(pem / "one.pem"),
        "sslkey": str(pem / "one.key"),
    }


def test_{{ server.name }}_over_tls_trusts_somebody_by_default() -> None:
    assert {{ server.name }}_files() == {"sslrootcert": SYSTEM_CA_FILE}


def {{ server.name }}_files() -> dict[str, object]:
    """Return the options for TLS that libpq is given."""
{% if server.per_connection %}
    options = credentials.libpq_parameters(URLS["BROKER_URL"])
    return {name: options[name] for name in options if name in ("sslrootcert", "sslcert", "sslkey")}
{% else %}
    options = runpy.run_path(config.__file__)["database_engine_options"]["connect_args"]
    return {name: value for name, value in options.items() if name.startswith("ssl")}
{% endif %}
