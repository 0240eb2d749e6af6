"""Where results are kept: what is refused, with one line; and what asks for them."""

import pytest
from azure.identity import DefaultAzureCredential

from standard_sqs.app import app
from standard_sqs.reliability import results
from standard_sqs.settings import ENV_PREFIX, SettingsError, get_settings

ACCOUNT = "DefaultAzureCredential@https://account.blob.core.windows.net"


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("redis://localhost/1", "begin it with azureblockblob://"),
        ("azureblockblob://account:a-secret@container", "after azureblockblob:// comes"),
        ("azureblockblob://DefaultAzureCredential@http://account", "behind DefaultAzureCred"),
    ],
)
def test_what_is_no_account_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, url: str, line: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}RESULT_BACKEND_URL", url)
    with pytest.raises(SettingsError, match=f"^{ENV_PREFIX}RESULT_BACKEND_URL: {line}") as refusal:
        get_settings.__wrapped__()
    assert "a-secret" not in str(refusal.value)


def test_the_identity_of_the_machine_is_used_where_the_url_says_so() -> None:
    client = results.connect(ACCOUNT, results.IMPATIENT)
    assert client.url == "https://account.blob.core.windows.net/"
    assert isinstance(client.credential, DefaultAzureCredential)


def test_celery_uses_the_backend_of_this_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "result_backend", f"azureblockblob://{ACCOUNT}")
    assert type(app._get_backend()) is results.Backend
