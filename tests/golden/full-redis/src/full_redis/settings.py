"""What differs between environments: environment variables. Reading them asks nobody but DNS."""

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from full_redis import srv
from full_redis.tls import CaFile, TlsFile, check_pair, check_redis_options, check_use

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ENV_PREFIX = "FULL_REDIS_"

#: Files or memory instead of a server: what `make dev` and the unit tests use.
EMBEDDED_BROKERS = ("filesystem://", "memory://")

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
    #: Beside a URL without one; new connections use it as it is then (credentials.py).
    broker_password: SecretStr | None = None
    #: With TLS: whom to trust, by default the system's authorities, and what this project shows to
    #: a server that asks for a certificate.
    broker_ca_file: CaFile | None = None
    broker_certificate_file: TlsFile | None = None
    broker_key_file: TlsFile | None = Field(default=None, validate_default=True)
    result_backend_url: SecretStr
    #: With TLS: whom to trust, by default the system's authorities, and what this project shows to
    #: a server that asks for a certificate.
    result_backend_ca_file: CaFile | None = None
    result_backend_certificate_file: TlsFile | None = None
    result_backend_key_file: TlsFile | None = Field(default=None, validate_default=True)
    result_backend_password: SecretStr | None = None
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

    @field_validator("broker_url")
    @classmethod
    def _is_what_config_is_for(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if not url.startswith(("redis://", "rediss://", *EMBEDDED_BROKERS)):
            raise ValueError("begin it with redis:// or rediss://")
        check_redis_options(url)
        return broker_url

    @field_validator("broker_url")
    @classmethod
    def _is_one_server(cls, broker_url: SecretStr) -> SecretStr:
        """With several, kombu goes to another one on a failure, and tasks stay behind."""
        if ";" in broker_url.get_secret_value():
            raise ValueError("name one server: two of them do not share their queues")
        return broker_url

    @property
    def broker_tls(self) -> bool:
        """Whether the broker is to be reached over TLS."""
        return "rediss://" in self.broker_url.get_secret_value()

    @field_validator("broker_url", "result_backend_url")
    @classmethod
    def _can_be_read(cls, urls: SecretStr) -> SecretStr:
        """Otherwise a driver says that a part of the password is no port."""
        try:
            _ = [urlsplit(url).port for url in urls.get_secret_value().split(";")]
        except ValueError:
            raise ValueError("write / ? # [ ] @ : % in its password as %2F and so on") from None
        return urls

    @field_validator("broker_password", "result_backend_password")
    @classmethod
    def _is_given_once(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        url = info.data.get(str(info.field_name).replace("_password", "_url"))
        urls = url.get_secret_value().split(";") if url else []
        if password and any(urlsplit(one).password for one in urls):
            raise ValueError("the URL has a password as well: leave one out")
        return password

    @field_validator("result_backend_url")
    @classmethod
    def _verifies_redis(cls, result_backend_url: SecretStr) -> SecretStr:
        check_redis_options(result_backend_url.get_secret_value())
        return result_backend_url

    @property
    def result_backend_tls(self) -> bool:
        """Whether the result backend is to be reached over TLS."""
        return "rediss://" in self.result_backend_url.get_secret_value()

    @field_validator(
        "broker_ca_file",
        "broker_certificate_file",
        "result_backend_ca_file",
        "result_backend_certificate_file",
    )
    @classmethod
    def _is_used(cls, file: Path | None, others: ValidationInfo) -> Path | None:
        server = str(others.field_name).removesuffix("_ca_file").removesuffix("_certificate_file")
        if file is not None and f"{server}_url" in others.data:
            check_use(others.data[f"{server}_url"].get_secret_value())
        return file

    @field_validator("broker_key_file", "result_backend_key_file")
    @classmethod
    def _fits_its_certificate(cls, key: Path | None, others: ValidationInfo) -> Path | None:
        certificate = str(others.field_name).replace("_key_", "_certificate_")
        if certificate in others.data:
            check_pair(others.data[certificate], key)
        return key


@lru_cache
def get_settings() -> Settings:
    """Read the environment, once per process.

    Raises:
        SettingsError: a variable is missing, wrong, or would override this project's; a file that
            holds a secret cannot be read; DNS leads to no server.
    """
    if overrides := [name for name in CELERY_OVERRIDES if os.environ.get(name)]:
        raise SettingsError(f"{', '.join(overrides)} would override {ENV_PREFIX}*: unset it.")
    try:
        return Settings(**_with_servers(_secrets_in_files()))
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


def _mistake(details: "ErrorDetails") -> str:
    """One line that never shows the value: it may hold a password."""
    name = ENV_PREFIX + "_".join(map(str, details["loc"])).upper()
    return f"{name}: {details['msg'].removeprefix('Value error, ')} (see .env.example)"
