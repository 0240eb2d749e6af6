"""What differs between environments: environment variables. Reading them connects to nothing."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ENV_PREFIX = "STANDARD_SQS_"

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
    #: Where the queues are. Not AWS_REGION: what is sent must not depend on where the sender runs.
    aws_region: str = Field(default="", validate_default=True)
    aws_account_id: str = Field(default="", validate_default=True)
    result_backend_url: SecretStr
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

    @property
    def emulated(self) -> bool:
        """Whether SQS is an emulator: only then does its URL name a host."""
        return urlsplit(self.broker_url.get_secret_value()).hostname is not None

    @field_validator("broker_url")
    @classmethod
    def _is_sqs(cls, broker_url: SecretStr) -> SecretStr:
        """Half of config.py means nothing to another broker."""
        url = broker_url.get_secret_value()
        if url.startswith(EMBEDDED_BROKERS):
            return broker_url
        if not url.startswith("sqs://"):
            raise ValueError("begin it with sqs://")
        server = urlsplit(url)
        if server.username and not server.hostname:
            raise ValueError("leave the keys out: boto3 finds the role of the machine by itself")
        if (server.hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn")):
            raise ValueError("leave the host out: the region says it, and kombu would use HTTP")
        return broker_url

    @field_validator("aws_region", "aws_account_id")
    @classmethod
    def _says_where_the_queues_are(cls, value: str, info: ValidationInfo) -> str:
        broker_url = info.data.get("broker_url")
        needed = broker_url and not broker_url.get_secret_value().startswith(EMBEDDED_BROKERS)
        if needed and not value:
            raise ValueError("required, so that everyone means the same queues")
        if value and info.field_name == "aws_account_id" and not re.fullmatch("[0-9]{12}", value):
            raise ValueError("it is a number of twelve digits")
        return value

    @field_validator("result_backend_url")
    @classmethod
    def _is_an_account(cls, result_backend_url: SecretStr) -> SecretStr:
        """Rows in SQLite or memory instead are what `make dev` and the unit tests use."""
        url = result_backend_url.get_secret_value()
        if url.startswith(("db+sqlite://", "cache+memory://")):
            return result_backend_url
        if not url.startswith("azureblockblob://"):
            raise ValueError("begin it with azureblockblob://")
        place = url.removeprefix("azureblockblob://")
        if place.startswith("DefaultAzureCredential@"):
            if not place.startswith("DefaultAzureCredential@https://"):
                raise ValueError("behind DefaultAzureCredential@ comes https://, and the account")
        elif "AccountName=" not in place and "BlobEndpoint=" not in place:
            raise ValueError(
                "after azureblockblob:// comes DefaultAzureCredential@https://ACCOUNT"
                ".blob.core.windows.net, or a connection string"
            )
        return result_backend_url


@lru_cache
def get_settings() -> Settings:
    """Read the environment, once per process.

    Raises:
        SettingsError: a variable is missing, wrong, or would override this project's; a file that
            holds a secret cannot be read.
    """
    if overrides := [name for name in CELERY_OVERRIDES if os.environ.get(name)]:
        raise SettingsError(f"{', '.join(overrides)} would override {ENV_PREFIX}*: unset it.")
    try:
        return Settings(**_secrets_in_files())
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


def _mistake(details: "ErrorDetails") -> str:
    """One line that never shows the value: it may hold a password."""
    name = ENV_PREFIX + "_".join(map(str, details["loc"])).upper()
    return f"{name}: {details['msg'].removeprefix('Value error, ')} (see .env.example)"
