{% import "partials/python.jinja" as python with context %}
{% set what = "account" %}
"""Where results are kept: what is refused, with one line; and what asks for them."""

import pytest
from azure.identity import DefaultAzureCredential

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.reliability import results
{{ python.import_own("settings", ["ENV_PREFIX", "SettingsError", "get_settings"]) }}

ACCOUNT = "DefaultAzureCredential@https://account.blob.core.windows.net"


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("redis://localhost/1", "begin it with azureblockblob://"),
        ("azureblockblob://account:a-secret@container", "after azureblockblob:// comes"),
        ("azureblockblob://DefaultAzureCredential@http://account", "behind DefaultAzureCred"),
    ],
)
{% include "backend/test_result_settings_refused.py" %}


def test_the_identity_of_the_machine_is_used_where_the_url_says_so() -> None:
    client = results.connect(ACCOUNT, results.IMPATIENT)
    assert client.url == "https://account.blob.core.windows.net/"
    assert isinstance(client.credential, DefaultAzureCredential)


def test_celery_uses_the_backend_of_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "result_backend", f"azureblockblob://{ACCOUNT}")
    assert type(app._get_backend()) is results.Backend
