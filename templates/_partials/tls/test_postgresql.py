@pytest.mark.parametrize(
    ("rest", "refused"),
    [
        ("db.example.com/shop", "sslmode=prefer"),
        ("db.example.com/shop?sslmode=require", "sslmode=require"),
        ("postgres/shop?sslmode=verify-ca", "sslmode=verify-ca"),
        ("93.184.215.14/shop", "sslmode=prefer"),
    ],
)
def test_result_backend_that_takes_any_certificate_is_refused(
    monkeypatch: pytest.MonkeyPatch, rest: str, refused: str
) -> None:
    name = f"{ENV_PREFIX}RESULT_BACKEND_URL"
    monkeypatch.setenv(name, f"db+postgresql+psycopg://user:a-password@{rest}")
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
def test_result_backend_that_verifies_or_is_near_is_accepted(
    monkeypatch: pytest.MonkeyPatch, rest: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}RESULT_BACKEND_URL", f"db+postgresql+psycopg://user@{rest}")
    get_settings()


def test_result_backend_over_tls_is_verified(monkeypatch: pytest.MonkeyPatch, pem: Path) -> None:
    for name, file in (("CA", "other.pem"), ("CERTIFICATE", "one.pem"), ("KEY", "one.key")):
        monkeypatch.setenv(f"{ENV_PREFIX}RESULT_BACKEND_{name}_FILE", str(pem / file))
    assert _tls_options() == {
        "sslrootcert": str(pem / "other.pem"),
        "sslcert": str(pem / "one.pem"),
        "sslkey": str(pem / "one.key"),
    }


def test_result_backend_over_tls_trusts_somebody_by_default() -> None:
    assert _tls_options() == {"sslrootcert": SYSTEM_CA_FILE}


def _tls_options() -> dict[str, object]:
    options = runpy.run_path(config.__file__)["database_engine_options"]["connect_args"]
    return {name: value for name, value in options.items() if name.startswith("ssl")}
