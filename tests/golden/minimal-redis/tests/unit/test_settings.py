"""The environment: what is read, and what is refused with one line."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from minimal_redis.settings import CELERY_OVERRIDES, ENV_PREFIX, SettingsError, get_settings


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings are read once per process: forget them before and after."""
    for name in [name for name in os.environ if name.endswith(("_FILE", "_PASSWORD"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "memory://")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.mark.parametrize("name", CELERY_OVERRIDES)
def test_a_variable_that_celery_would_prefer_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "redis://elsewhere")
    with pytest.raises(SettingsError, match=f"^{name} would override {ENV_PREFIX}"):
        get_settings()


def test_a_missing_broker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"{ENV_PREFIX}BROKER_URL")
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}BROKER_URL: Field required"):
        get_settings()


def test_the_url_of_another_broker_is_refused_without_showing_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "sqs://user:a-password@")
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}BROKER_URL: begin it with") as refusal:
        get_settings()
    assert "a-password" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "embedded"),
    [
        ("memory://", True),
        ("filesystem://", True),
        ("redis://broker", False),
    ],
)
def test_files_and_memory_count_as_embedded(
    monkeypatch: pytest.MonkeyPatch, url: str, embedded: bool
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    assert get_settings().embedded is embedded


def test_no_url_is_printed_with_the_settings() -> None:
    assert "memory://" not in repr(get_settings())


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Name a file in place of the broker's URL."""
    file = tmp_path / "broker-url"
    file.write_text("memory://secret\n")
    monkeypatch.delenv(f"{ENV_PREFIX}BROKER_URL")
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL_FILE", str(file))
    return file


def test_a_secret_is_read_from_its_file(secret: Path) -> None:
    assert secret.exists()
    assert get_settings().broker_url.get_secret_value() == "memory://secret"


def test_a_secret_that_is_given_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch, secret: Path
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", secret.read_text())
    with pytest.raises(SettingsError) as refusal:
        get_settings()
    names = f"{ENV_PREFIX}BROKER_URL and {ENV_PREFIX}BROKER_URL_FILE"
    assert str(refusal.value) == f"{names} are both set: unset one."


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "cannot be read: No such file"), (b"\n", "is empty"), (b"\xff", "cannot be read: not")],
)
def test_a_file_without_a_secret_is_named(
    secret: Path, content: bytes | None, problem: str
) -> None:
    secret.unlink()
    if content is not None:
        secret.write_bytes(content)
    with pytest.raises(SettingsError) as refusal:
        get_settings()
    assert str(refusal.value).startswith(f"{ENV_PREFIX}BROKER_URL_FILE: {secret} {problem}")


@pytest.mark.parametrize("setting", ["BROKER"])
def test_a_password_is_given_in_the_url_or_beside_it(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{setting}_URL", "memory://user:in-the-url@")
    monkeypatch.setenv(f"{ENV_PREFIX}{setting}_PASSWORD", "beside-it")
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}{setting}_PASSWORD: ") as refusal:
        get_settings()
    assert "the-url" not in str(refusal.value)
    assert "beside-it" not in str(refusal.value)
    monkeypatch.setenv(f"{ENV_PREFIX}{setting}_URL", "memory://user@")
    assert "beside-it" not in repr(get_settings())


@pytest.mark.parametrize("setting", ["BROKER"])
def test_no_part_of_a_password_is_shown_as_a_port(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{setting}_URL", "memory://user:first/second@host")
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}{setting}_URL: write / ") as refusal:
        get_settings()
    assert "first" not in str(refusal.value)


def test_a_second_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "redis://a:6379/0;redis://b:6379/0")
    with pytest.raises(SettingsError, match="name one server"):
        get_settings()
