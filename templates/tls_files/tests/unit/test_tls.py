{% import "partials/python.jinja" as python with context %}
"""TLS: chain and host name are verified, or the settings are refused with one line."""

{% if cookiecutter._tls.in_config %}
import runpy
{% endif %}
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
{% if cookiecutter._tls.cert_required %}
from ssl import CERT_REQUIRED
{% endif %}

import pytest

from {{ cookiecutter._project.package }} import {{ "config, credentials" if cookiecutter._tls.in_config and cookiecutter._tls.in_credentials else ("config" if cookiecutter._tls.in_config else "credentials") }}
{{ python.import_own("settings", ["ENV_PREFIX", "SettingsError", "get_settings"]) }}
{{ python.import_own("tls", (["SYSTEM_CA_FILE"] if cookiecutter._tls.verified else []) + ["check_pair"]) }}

URLS = {
{% for variable, url in cookiecutter._tls.urls %}
    "{{ variable }}": "{{ url }}",
{% endfor %}
}
PLAIN_URLS = {
{% for variable, url in cookiecutter._tls.plain_urls %}
    "{{ variable }}": "{{ url }}",
{% endfor %}
}
OPENSSL = shutil.which("openssl")
{{ python.spread("FILES = (", cookiecutter._tls.variables, ")") }}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings are read once per process: forget them before and after."""
    for name, url in URLS.items():
        monkeypatch.setenv(f"{ENV_PREFIX}{name}", url)
    for name in FILES:
        monkeypatch.delenv(f"{ENV_PREFIX}{name}", raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with two certificates and their keys."""
    if OPENSSL is None:
        pytest.skip("openssl is missing: it makes the certificates")
    directory = tmp_path_factory.mktemp("pem")
    for name in ("one", "other"):
        command = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"]
        command += ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
        subprocess.run(command, cwd=directory, check=True, capture_output=True)  # noqa: S603
    return directory


def refusal() -> str:
    """Return what is said about the environment."""
    with pytest.raises(SettingsError) as refused:
        get_settings()
    return str(refused.value).partition(" (see")[0]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_there_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{name}", "/nowhere.pem")
    assert f"{ENV_PREFIX}{name}: /nowhere.pem: No such file or directory" in refusal()


def test_a_file_without_an_authority_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    monkeypatch.setenv(f"{ENV_PREFIX}{FILES[0]}", str(file))
    assert refusal() == f"{ENV_PREFIX}{FILES[0]}: {file}: there is no certificate in it"


def test_a_certificate_needs_its_own_key(pem: Path) -> None:
    check_pair(None, None)
    check_pair(pem / "one.pem", pem / "one.key")
    with pytest.raises(ValueError, match="come together"):
        check_pair(pem / "one.pem", None)
    with pytest.raises(ValueError, match="come together"):
        check_pair(None, pem / "one.key")
    with pytest.raises(ValueError, match="not the key of"):
        check_pair(pem / "one.pem", pem / "other.key")


def test_a_key_alone_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, pem: Path) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{FILES[2]}", str(pem / "one.key"))
    assert refusal().startswith(f"{ENV_PREFIX}{FILES[2]}: a certificate and its key come together")


@pytest.mark.parametrize("variable", PLAIN_URLS)
def test_files_that_nothing_uses_are_refused(
    monkeypatch: pytest.MonkeyPatch, pem: Path, variable: str
) -> None:
    monkeypatch.setenv(f"{ENV_PREFIX}{variable}", PLAIN_URLS[variable])
    name = f"{ENV_PREFIX}{variable.removesuffix('_URL')}_CA_FILE"
    monkeypatch.setenv(name, str(pem / "one.pem"))
    assert refusal() == f"{name}: the URL of the server asks for no TLS, see README.md"


{% for server in cookiecutter._tls.tests %}
{% include "partials/tls/test_" ~ server.checks ~ ".py" %}
{% if not loop.last %}


{% endif %}
{% endfor %}
