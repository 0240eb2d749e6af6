"""TLS: chain and host name are verified, or the settings are refused with one line."""

import runpy
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from ssl import CERT_REQUIRED

import pytest

from standard_rabbitmq import config
from standard_rabbitmq.settings import ENV_PREFIX, SettingsError, get_settings
from standard_rabbitmq.tls import SYSTEM_CA_FILE, check_pair

URLS = {
    "BROKER_URL": "amqps://rabbitmq.example.com//",
    "RESULT_BACKEND_URL": "db+postgresql+psycopg://postgres.example.com/results?sslmode=verify-full",
}
PLAIN_URLS = {
    "BROKER_URL": "amqp://localhost/1",
    "RESULT_BACKEND_URL": "db+postgresql+psycopg://localhost/1",
}
OPENSSL = shutil.which("openssl")
FILES = (
    "BROKER_CA_FILE",
    "BROKER_CERTIFICATE_FILE",
    "BROKER_KEY_FILE",
    "RESULT_BACKEND_CA_FILE",
    "RESULT_BACKEND_CERTIFICATE_FILE",
    "RESULT_BACKEND_KEY_FILE",
)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings are read once per process: forget them before and after."""
    for name, url in URLS.items():
        monkeypatch.setenv(f"{ENV_PREFIX}{name}", url)
    for name in FILES:
        monkeypatch.delenv(f"{ENV_PREFIX}{name}", raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with two certificates and their keys."""
    if OPENSSL is None:
        pytest.skip("openssl is missing: it makes the certificates")
    directory = tmp_path_factory.mktemp("pem")
    for name in ("one", "other"):
        command = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"]
        command += ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
        subprocess.run(command, cwd=directory, check=True, capture_output=True)  # noqa: S603
    return directory


def refusal() -> str:
    """Return what is said about the environment."""
    with pytest.raises(SettingsError) as refused:
        get_settings()
    return str(refused.value).partition(" (see")[0]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_there_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{name}", "/nowhere.pem")
    assert f"{ENV_PREFIX}{name}: /nowhere.pem: No such file or directory" in refusal()


def test_a_file_without_an_authority_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    monkeypatch.setenv(f"{ENV_PREFIX}{FILES[0]}", str(file))
    assert refusal() == f"{ENV_PREFIX}{FILES[0]}: {file}: there is no certificate in it"


def test_a_certificate_needs_its_own_key(pem: Path) -> None:
    check_pair(None, None)
    check_pair(pem / "one.pem", pem / "one.key")
    with pytest.raises(ValueError, match="come together"):
        check_pair(pem / "one.pem", None)
    with pytest.raises(ValueError, match="come together"):
        check_pair(None, pem / "one.key")
    with pytest.raises(ValueError, match="not the key of"):
        check_pair(pem / "one.pem", pem / "other.key")


def test_a_key_alone_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, pem: Path) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{FILES[2]}", str(pem / "one.key"))
    assert refusal().startswith(f"{ENV_PREFIX}{FILES[2]}: a certificate and its key come together")


@pytest.mark.parametrize("variable", PLAIN_URLS)
def test_files_that_nothing_uses_are_refused(
    monkeypatch: pytest.MonkeyPatch, pem: Path, variable: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{variable}", PLAIN_URLS[variable])
    name = f"{ENV_PREFIX}{variable.removesuffix('_URL')}_CA_FILE"
    monkeypatch.setenv(name, str(pem / "one.pem"))
    assert refusal() == f"{name}: the URL of the server asks for no TLS, see README.md"


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
    assert result_backend_files() == {
        "sslrootcert": str(pem / "other.pem"),
        "sslcert": str(pem / "one.pem"),
        "sslkey": str(pem / "one.key"),
    }


def test_result_backend_over_tls_trusts_somebody_by_default() -> None:
    assert result_backend_files() == {"sslrootcert": SYSTEM_CA_FILE}


def result_backend_files() -> dict[str, object]:
    """Return the options for TLS that libpq is given."""
    options = runpy.run_path(config.__file__)["database_engine_options"]["connect_args"]
    return {name: value for name, value in options.items() if name.startswith("ssl")}
