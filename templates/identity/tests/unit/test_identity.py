{% import "partials/python.jinja" as python with context %}
"""Tokens of this process's identity: the clouds' own client libraries, and no cloud."""

{% if cookiecutter._identity.metadata %}
import json
import time
{% endif %}
from collections.abc import Iterator
{% if cookiecutter._identity.elasticache %}
from hashlib import sha256
from hmac import digest
{% endif %}
{% if cookiecutter._identity.metadata %}
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
{% endif %}
from urllib.parse import {{ cookiecutter._identity.url_functions | join(", ") }}

import pytest

from {{ cookiecutter._project.package }} import credentials, identity
{{ python.import_own("settings", ["ENV_PREFIX", "SettingsError", "get_settings"]) }}

SIDE = "{{ cookiecutter._identity.sides[0] }}"
LOGIN = "{{ cookiecutter._identity.words[0] }}"
URL = "{{ cookiecutter._identity.test_url }}"


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The environment of a process that logs in with tokens."""
    for name in ("URL", "PASSWORD"):
        monkeypatch.delenv(f"{ENV_PREFIX}{SIDE.upper()}_{name}_FILE", raising=False)
    monkeypatch.delenv(f"{ENV_PREFIX}{SIDE.upper()}_PASSWORD", raising=False)
    monkeypatch.setenv(f"{ENV_PREFIX}{SIDE.upper()}_URL", URL)
    monkeypatch.setenv(f"{ENV_PREFIX}{SIDE.upper()}_LOGIN", LOGIN)
    monkeypatch.setattr(credentials, "_last", {})
    get_settings.cache_clear()
    yield monkeypatch
    get_settings.cache_clear()


def test_each_connection_is_given_a_token_and_the_last_one_without_an_identity(
    login: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = iter(["first", "second"])
    asked: list[str | None] = []

    class AwayError(Exception):
        pass

    def make(server: SplitResult) -> str:
        asked.append(server.hostname)
        try:
            return next(made)
        except StopIteration:
            raise AwayError from None

    login.setattr(identity, "ERRORS", (AwayError,))
    login.setitem(identity._MAKERS, LOGIN, make)
    given = [credentials.present(f"{SIDE}_password") for _ in range(3)]
    assert given == ["first", "second", "second"]
    assert len(caplog.messages) == 1
    assert len(set(asked)) == 1
    assert asked[0] is not None


def test_a_token_takes_the_place_of_a_password(login: pytest.MonkeyPatch) -> None:
    assert getattr(get_settings(), f"{SIDE}_logs_in")
    get_settings.cache_clear()
    login.setenv(f"{ENV_PREFIX}{SIDE.upper()}_PASSWORD", "a-password")
    with pytest.raises(SettingsError, match="there is a password as well"):
        get_settings()


def test_a_token_goes_over_tls(login: pytest.MonkeyPatch) -> None:
    login.setenv(f"{ENV_PREFIX}{SIDE.upper()}_URL", "{{ cookiecutter._identity.plain_url }}")
    with pytest.raises(SettingsError, match="asks for no TLS"):
        get_settings()
{% if cookiecutter._identity.aws %}


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The keys of a role, as a platform may give them."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-secret")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    identity._session.cache_clear()
    yield
    identity._session.cache_clear()
{% endif %}
{% if cookiecutter._identity.metadata %}
{% include "partials/identity/test_metadata.py" %}
{% endif %}
{% for word in cookiecutter._identity.partials %}
{% include "partials/identity/test_" ~ word ~ ".py" %}
{% endfor %}
{% if cookiecutter._identity.azure %}
{% include "partials/identity/test_azure.py" %}
{% endif %}
