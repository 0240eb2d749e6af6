{% import "partials/python.jinja" as python with context %}
"""The environment: what is read, and what is refused with one line."""

from collections.abc import Iterator

import pytest

{{ python.import_own("settings", ["CELERY_OVERRIDES", "ENV_PREFIX", "SettingsError", "get_settings"]) }}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings are read once per process: forget them before and after."""
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "memory://")
{% if cookiecutter._backend.stores_results %}
    monkeypatch.setenv(f"{ENV_PREFIX}RESULT_BACKEND_URL", "cache+memory://")
{% endif %}
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
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", "{{ cookiecutter._broker.foreign_url }}")
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}BROKER_URL: begin it with") as refusal:
        get_settings()
    assert "a-password" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "embedded"),
    [
        ("memory://", True),
        ("filesystem://", True),
        ("{{ cookiecutter._broker.url_example.partition(':')[0] }}://broker.example.com", False),
    ],
)
def test_files_and_memory_count_as_embedded(
    monkeypatch: pytest.MonkeyPatch, url: str, embedded: bool
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}BROKER_URL", url)
    assert get_settings().embedded is embedded


def test_no_url_is_printed_with_the_settings() -> None:
    assert "memory://" not in repr(get_settings())
{% include "broker/test_settings.py" %}
