"""The password that a new connection logs in with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu.utils.imports import symbol_by_name
from kombu.utils.url import parse_url

from minimal_redis import credentials
from minimal_redis.settings import ENV_PREFIX, get_settings

URLS = {
    "BROKER_URL": "memory://",
}


@pytest.fixture(params=["broker_password"])
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
    ("url", "login"), [("redis://host/0", ("first",)), ("redis://shop@host/0", ("shop", "first"))]
)
def test_the_client_is_told_the_user_of_the_broker_url_and_the_password_of_the_file(
    monkeypatch: pytest.MonkeyPatch, file: Path, url: str, login: tuple[str, ...]
) -> None:
    assert file.exists()
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    get_settings.cache_clear()
    assert credentials.BrokerPassword().get_credentials() == login


def test_kombu_finds_the_class_by_its_name_in_every_url() -> None:
    urls = credentials.with_broker_password("redis://a/0;redis://b/0?health_check_interval=5")
    names = [parse_url(url)["credential_provider"] for url in urls.split(";")]
    assert [symbol_by_name(name) for name in names] == [credentials.BrokerPassword] * 2
