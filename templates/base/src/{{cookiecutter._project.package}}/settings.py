{% import "partials/python.jinja" as python with context %}
"""What differs between environments: environment variables. Reading them {{ "asks nobody but DNS" if cookiecutter._components.srv else "connects to nothing" }}."""

import os
{% include "broker/settings_stdlib.py" %}
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
{% if cookiecutter._settings_imports.urlsplit %}
from urllib.parse import urlsplit
{% endif %}

from pydantic import {{ cookiecutter._settings_imports.pydantic | join(", ") }}
from pydantic_settings import BaseSettings, SettingsConfigDict

{% if cookiecutter._components.srv %}
from {{ cookiecutter._project.package }} import srv
{% endif %}
{% if cookiecutter._tls.ways %}
{{ python.import_own("tls", cookiecutter._tls.names) }}
{% endif %}
{% if cookiecutter._backend.url_checks %}
from {{ cookiecutter._project.package }}.urls import check_server
{% endif %}
{% if cookiecutter._tls.ways or cookiecutter._components.srv or cookiecutter._backend.url_checks %}

{% endif %}
if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ENV_PREFIX = "{{ cookiecutter._project.env_prefix }}"

#: Files or memory instead of a server: what `make dev` and the unit tests use.
EMBEDDED_BROKERS = ("filesystem://", "memory://")
{% if cookiecutter._sentinel %}
#: What `make dev` and the unit tests have in place of Sentinels.
WITHOUT_SENTINELS = {% if cookiecutter._sentinel.results %}(*EMBEDDED_BROKERS, "cache+memory://", "db+sqlite://"){% else %}EMBEDDED_BROKERS{% endif %}

{% endif %}

#: Celery reads these by itself, and they win over config.py (celery/app/utils.py, class Settings).
CELERY_OVERRIDES = (
    "CELERY_BROKER_URL",
    "CELERY_BROKER_READ_URL",
    "CELERY_BROKER_WRITE_URL",
    "CELERY_RESULT_BACKEND",
)


class SettingsError(SystemExit):
    """The environment is wrong.

    An exit, not an exception: mostly it is `celery -A` that loads this project, and it would bury
    the one line that helps in a traceback.
    """


class Settings(BaseSettings):
    """Each field is an environment variable: its name in capitals, after the prefix.

    A secret (`SecretStr`) may be a file instead, which the variable with …_FILE behind it names.
    """

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, frozen=True)

    environment: str = "development"
    broker_url: SecretStr
{% if cookiecutter._passwords.broker %}
    #: Beside a URL without one; new connections use it as it is then (credentials.py).
    broker_password: SecretStr | None = None
{% endif %}
{% if cookiecutter._identity.broker %}
{% with side = "broker", words = cookiecutter._identity.broker %}
{% include "partials/identity/settings_fields.py" %}
{% endwith %}
{% endif %}
{% include "broker/settings_fields.py" %}
{% include "backend/settings_fields.py" %}
{% if cookiecutter._passwords.backend %}
    result_backend_password: SecretStr | None = None
{% endif %}
{% if cookiecutter._identity.result_backend %}
{% with side = "result_backend", words = cookiecutter._identity.result_backend %}
{% include "partials/identity/settings_fields.py" %}
{% endwith %}
{% endif %}
{% if cookiecutter._sentinel %}
{% include "partials/sentinel/settings_fields.py" %}
{% endif %}
{% if cookiecutter._serializer.auth %}
    #: `make signing-keys` makes all three.
    security_key: Path = Field(Path("signing/key.pem"), validate_default=True)
    security_certificate: Path = Field(Path("signing/certificate.pem"), validate_default=True)
    #: Whose messages are taken.
    security_cert_store: Path = Field(Path("signing/trusted"), validate_default=True)
{% endif %}
    #: The messages of the embedded broker.
    embedded_dir: Path = Path("var/broker")
    #: Where processes leave the files that the health checks look at.
    run_dir: Path = Path("var/run")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    #: auto: coloured text on a terminal, JSON everywhere else.
    log_format: Literal["auto", "json", "console"] = "auto"

    @property
    def embedded(self) -> bool:
        """Whether there is no broker server: files or memory."""
        return self.broker_url.get_secret_value().startswith(EMBEDDED_BROKERS)

{% include "broker/settings_checks.py" %}
{% include "partials/password_checks.py" %}
{% if cookiecutter._components.identity %}
{% include "partials/identity/settings_checks.py" %}
{% endif %}
{% include "backend/settings_checks.py" ignore missing %}
{% if cookiecutter._backend.url_checks %}
{% include "partials/urls/settings_checks.py" %}
{% endif %}
{% if cookiecutter._tls.ways %}
{% include "partials/tls/checks.py" %}
{% endif %}
{% if cookiecutter._sentinel and cookiecutter._sentinel.results_only %}

{% include "partials/sentinel/settings_checks.py" %}
{% endif %}
{% if cookiecutter._serializer.auth %}

    @field_validator("security_key", "security_certificate", "security_cert_store")
    @classmethod
    def _is_there(cls, path: Path) -> Path:
        if not path.exists():
            raise ValueError(f"there is no {path}: `make signing-keys`")
        return path
{% endif %}


@lru_cache
def get_settings() -> Settings:
    """Read the environment, once per process.

    Raises:
        SettingsError: a variable is missing, wrong, or would override this project's; a file that
            holds a secret cannot be read{{ "; DNS leads to no server" if cookiecutter._components.srv }}.
    """
    if overrides := [name for name in CELERY_OVERRIDES if os.environ.get(name)]:
        raise SettingsError(f"{', '.join(overrides)} would override {ENV_PREFIX}*: unset it.")
    try:
        return Settings(**{{ "_with_servers(_secrets_in_files())" if cookiecutter._components.srv else "_secrets_in_files()" }})
    except ValidationError as error:
        raise SettingsError("\n".join(map(_mistake, error.errors()))) from None


def secret_in_file(setting: str) -> str | None:
    """What the file of a secret holds now, without the newline at its end; None without a file.

    Raises:
        SettingsError: the secret is given twice, or its file cannot be read or is empty.
    """
    variable = ENV_PREFIX + setting.upper()
    path = os.environ.get(f"{variable}_FILE")
    if not path:
        return None
    if os.environ.get(variable):
        raise SettingsError(f"{variable} and {variable}_FILE are both set: unset one.")
    try:
        secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise SettingsError(f"{variable}_FILE: {path} cannot be read: {reason}") from None
    if not secret:
        raise SettingsError(f"{variable}_FILE: {path} is empty")
    return secret


def _secrets_in_files() -> dict[str, Any]:
    secrets = (
        (name, secret_in_file(name))
        for name, field in Settings.model_fields.items()
        if field.annotation in (SecretStr, SecretStr | None)
    )
    return {name: secret for name, secret in secrets if secret}

{% if cookiecutter._components.srv %}

def _with_servers(secrets: dict[str, Any]) -> dict[str, Any]:
    """Look up the records that URLs may have in place of a host."""
    urls = {
        name: secrets.get(name) or os.environ.get(ENV_PREFIX + name.upper())
        for name in srv.TAKES_SEVERAL
    }
    found = {}
    for name, url in urls.items():
        if url:
            try:
                found[name] = srv.located(name, url)
            except srv.NoServerError as error:
                raise SettingsError(f"{ENV_PREFIX}{name.upper()}: {error}") from None
    return {**secrets, **found}

{% endif %}

def _mistake(details: "ErrorDetails") -> str:
    """One line that never shows the value: it may hold a password."""
    name = ENV_PREFIX + "_".join(map(str, details["loc"])).upper()
    return f"{name}: {details['msg'].removeprefix('Value error, ')} (see .env.example)"
