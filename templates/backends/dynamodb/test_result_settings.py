{% import "partials/python.jinja" as python with context %}
{% set what = "table" %}
"""Where results are kept: what is refused, with one line; and what asks for them."""

import os
from typing import Any

import pytest

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import Backend
{{ python.import_own("settings", ["ENV_PREFIX", "SettingsError", "get_settings"]) }}

TABLE = "{{ cookiecutter._backend.url_example }}"


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("redis://localhost/1", "make it dynamodb://REGION/TABLE"),
        ("dynamodb://us-east-1", "make it dynamodb://REGION/TABLE"),
        ("dynamodb://AKIA:a-secret@us-east-1/table", "leave the keys out"),
        ("dynamodb://localhost:8000/table", "a region and a table are all it takes"),
        ("dynamodb://us-east-1/table?ttl_seconds=60", "a region and a table are all it takes"),
    ],
)
{% include "backend/test_result_settings_refused.py" %}


def test_a_read_sees_what_was_written_before_it() -> None:
    asked: dict[str, Any] = {}

    class Client:
        def get_item(self, **request: Any) -> dict[str, Any]:
            asked.update(request)
            return {}

    backend = Backend(app=app, url=TABLE)
    backend._client = Client()
    assert backend.get("a-key") is None
    assert (asked["TableName"], asked["ConsistentRead"]) == (TABLE.rpartition("/")[2], True)


def test_a_forked_process_makes_a_client_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Backend(app=app, url=TABLE)
    inherited = backend.client
    assert backend.client is inherited
    monkeypatch.setattr(os, "getpid", lambda: 0)
    assert backend.client is not inherited


def test_celery_uses_the_backend_of_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "result_backend", TABLE)
    assert type(app._get_backend()) is Backend
