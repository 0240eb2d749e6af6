{% import "partials/python.jinja" as python with context %}
{% set what = "bucket" %}
"""Where results are kept: what is refused, with one line; and what asks for them."""

import os

import pytest

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability.results import Backend
{{ python.import_own("settings", ["ENV_PREFIX", "SettingsError", "get_settings"]) }}

BUCKET = "{{ cookiecutter._backend.url_example }}"


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("redis://localhost/1", "make it s3://BUCKET"),
        ("s3://", "make it s3://BUCKET"),
        ("s3://AKIA:a-secret@bucket/", "leave the keys out"),
        ("s3://localhost:9000/bucket", "a bucket and a prefix are all it takes"),
        ("s3://bucket/?region=eu-west-1", "a bucket and a prefix are all it takes"),
        ("s3://bucket/prefix", "end the prefix with a slash"),
    ],
)
{% include "backend/test_result_settings_refused.py" %}


def test_a_forked_process_makes_a_client_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setitem(app.conf, "s3_bucket", "a-bucket")
    backend = Backend(app=app, url=BUCKET)
    inherited = backend._get_s3_object("a-key").meta.client
    assert backend._get_s3_object("a-key").meta.client is inherited
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert backend._get_s3_object("a-key").meta.client is not inherited


def test_celery_uses_the_backend_of_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "result_backend", BUCKET)
    monkeypatch.setitem(app.conf, "s3_bucket", "a-bucket")
    assert type(app._get_backend()) is Backend
