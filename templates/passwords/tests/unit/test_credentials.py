{% import "partials/python.jinja" as python with context %}
"""The password that a new connection logs in with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
{% if cookiecutter._passwords.broker %}
{% include "broker/test_credentials_imports.py" ignore missing %}
{% endif %}
{% if cookiecutter._passwords.backend %}
{% include "backend/test_credentials_imports.py" ignore missing %}
{% endif %}

from {{ cookiecutter._project.package }} import credentials
from {{ cookiecutter._project.package }}.settings import ENV_PREFIX, get_settings

URLS = {
{% if cookiecutter._backend.stores_results %}
    "RESULT_BACKEND_URL": "cache+memory://",
{% endif %}
    "BROKER_URL": "memory://",
}


@pytest.fixture(params=[{% for one in cookiecutter._passwords.settings %}"{{ one }}_password"{{ "" if loop.last else ", " }}{% endfor %}])
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
{% if cookiecutter._passwords.broker %}
{% include "broker/test_credentials.py" ignore missing %}
{% endif %}
{% if cookiecutter._passwords.backend %}
{% include "backend/test_credentials.py" ignore missing %}
{% endif %}
