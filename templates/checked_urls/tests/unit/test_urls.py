{% import "partials/python.jinja" as python with context %}
"""Servers that anybody could stand in for are refused when the settings are read."""

import pytest

{{ python.import_own("settings", ["ENV_PREFIX", "SettingsError", "get_settings"]) }}

VARIABLE = f"{ENV_PREFIX}RESULT_BACKEND_URL"
SCHEME = "{{ cookiecutter._backend.scheme }}://"
{% include "partials/urls/test_" ~ cookiecutter._backend.url_checks ~ ".py" %}


def read(monkeypatch: pytest.MonkeyPatch, rest: str) -> None:
    monkeypatch.delenv(f"{VARIABLE}_FILE", raising=False)
    monkeypatch.setenv(VARIABLE, f"{SCHEME}user@{rest}")
    get_settings.cache_clear()
    try:
        get_settings()
    finally:
        get_settings.cache_clear()


@pytest.mark.parametrize(("rest", "reason"), REFUSED)
def test_a_server_that_anybody_could_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, rest: str, reason: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{VARIABLE}: {reason}"):
        read(monkeypatch, rest)


@pytest.mark.parametrize("rest", ACCEPTED)
def test_a_server_that_is_verified_or_near_is_accepted(
    monkeypatch: pytest.MonkeyPatch, rest: str
) -> None:
    read(monkeypatch, rest)
