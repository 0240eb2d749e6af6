{% import "partials/python.jinja" as python with context %}
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
def test_what_is_no_bucket_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, url: str, line: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}RESULT_BACKEND_URL", url)
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}RESULT_BACKEND_URL: {line}") as refusal:
        get_settings.__wrapped__()
    assert "a-secret" not in str(refusal.value)


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
