{% import "partials/python.jinja" as python with context %}
{% set what = "bucket" %}
"""Where results are kept: what is refused, with one line; and what asks for them."""

import os
import socket
import time

import pytest
from google.auth.credentials import AnonymousCredentials

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import IMPATIENT, Backend
{{ python.import_own("settings", ["ENV_PREFIX", "SettingsError", "get_settings"]) }}

BUCKET = "{{ cookiecutter._backend.url_example }}"


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("redis://localhost/1", "make it gs://BUCKET"),
        ("gcs://bucket", "make it gs://BUCKET"),
        ("gs://", "make it gs://BUCKET"),
        ("gs://account:a-secret@bucket/", "leave the keys out"),
        ("gs://localhost:4443/bucket", "a bucket and a prefix are all it takes"),
        ("gs://bucket/?gcs_ttl=86400", "a bucket and a prefix are all it takes"),
        ("gs://Bucket", "the name of a bucket has no capital letters"),
    ],
)
{% include "backend/test_result_settings_refused.py" %}


@pytest.mark.parametrize("end", ["", "/"])
def test_a_prefix_may_end_with_a_slash(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setitem(app.conf, "gcs_base_path", "")  # Celery leaves there what a URL says
    backend = Backend(app=app, url=f"gs://bucket/shop/results{end}")
    assert (backend.bucket_name, backend.base_path) == ("bucket", "shop/results")


def test_a_forked_process_makes_a_client_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://localhost:4443")
    backend = Backend(app=app, url=BUCKET)
    inherited = backend.client
    assert backend.client is inherited
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert backend.client is not inherited


def test_an_emulator_is_asked_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://localhost:4443")
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    client = Backend(app=app, url=BUCKET).client
    assert isinstance(client._credentials, AnonymousCredentials)


def test_who_is_in_a_hurry_hears_soon_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections, and says nothing
        port = silent.getsockname()[1]
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
        backend = Backend(app=app, url=BUCKET)
        backend.client_config = {**IMPATIENT, "timeout": (1, 1)}
        before = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            backend.get("a-key")
        assert time.monotonic() - before < 3


def test_celery_uses_the_backend_of_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "result_backend", BUCKET)
    assert type(app._get_backend()) is Backend
