"""The password that a new connection logs in with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from amqp import Connection
from kombu import Connection as KombuConnection
from kombu.exceptions import OperationalError
from sqlalchemy import create_engine

from standard_rabbitmq import credentials
from standard_rabbitmq.settings import ENV_PREFIX, get_settings

URLS = {
    "RESULT_BACKEND_URL": "cache+memory://",
    "BROKER_URL": "memory://",
}


@pytest.fixture(params=["broker_password", "result_backend_password"])
def setting(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str) -> Iterator[Path]:
    """Keep the password in a file."""
    password = tmp_path / "password"
    password.write_text("first\n")
    for name, url in URLS.items():
        monkeypatch.setenv(ENV_PREFIX + name, url)
        monkeypatch.delenv(f"{ENV_PREFIX}{name}_FILE", raising=False)
    monkeypatch.delenv(ENV_PREFIX + setting.upper(), raising=False)
    monkeypatch.setenv(f"{ENV_PREFIX}{setting.upper()}_FILE", str(password))
    monkeypatch.setattr(credentials, "_last", {})
    get_settings.cache_clear()
    yield password
    get_settings.cache_clear()


def test_a_new_password_is_used_without_a_restart(file: Path, setting: str) -> None:
    assert credentials.present(setting) == "first"
    file.write_text("second")
    assert credentials.present(setting) == "second"


def test_a_file_that_is_being_written_leaves_the_last_password_in_force(
    file: Path, setting: str, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text("second")
    assert credentials.present(setting) == "second"
    file.write_text("")
    assert credentials.present(setting) == "second"
    file.unlink()
    assert credentials.present(setting) == "second"
    assert len(caplog.messages) == 2
    assert "second" not in caplog.text


@pytest.mark.parametrize("setting", ["broker_password"])
@pytest.mark.parametrize(
    ("url", "login"),
    [("amqp://a//;amqp://b//", b"\0guest\0first"), ("amqp://shop@a//", b"\0shop\0first")],
)
def test_rabbitmq_is_told_the_user_of_the_url_and_the_password_of_the_file(
    monkeypatch: pytest.MonkeyPatch, file: Path, url: str, login: bytes
) -> None:
    assert file.exists()
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    get_settings.cache_clear()
    assert credentials.BrokerPassword().start(None) == login


def test_each_host_of_a_cluster_has_to_show_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = []

    def refuse(connection: Connection) -> None:
        names.append(connection.ssl["server_hostname"])
        raise ConnectionRefusedError

    monkeypatch.setattr(Connection, "connect", refuse)
    cluster = KombuConnection("amqps://one//;amqps://two//", ssl={"server_hostname": None})
    with cluster.Pool(1).acquire() as connection, pytest.raises(OperationalError):
        connection.ensure_connection(max_retries=1)
    assert names == ["one", "two"]


@pytest.mark.parametrize("setting", ["result_backend_password"])
def test_the_database_is_told_the_password_of_the_file(file: Path) -> None:
    assert file.exists()
    engine = create_engine("sqlite://")
    credentials.log_in_with_present_password(engine)
    with pytest.raises(TypeError, match="password"):  # which SQLite's driver does not take
        engine.connect()
