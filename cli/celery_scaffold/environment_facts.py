"""What templates print about the project's environment: variables, secrets, passwords and their checks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.identity_facts import login_variables, logins
from celery_scaffold.model.serializers import AUTH
from celery_scaffold.tls_facts import tls_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celery_scaffold.model.project import Project
    from celery_scaffold.model.services import Service
    from celery_scaffold.plan import Json

_SIGNING = (
    ("SECURITY_KEY", "signing/key.pem", "the private key that signs messages"),
    ("SECURITY_CERTIFICATE", "signing/certificate.pem", "its certificate"),
    ("SECURITY_CERT_STORE", "signing/trusted", "the directory of the certificates whose messages are taken"),
)


def url(example: str, project: Project) -> str:
    """The servers in compose have the package's name as user and database."""
    return example.replace("{package}", project.package).replace("{store}", store_name(project))


def store_name(project: Project) -> str:
    """What the table or bucket of results is called: buckets have no underscores in their names."""
    return f"{project.package.replace('_', '-')}-results"


def environment(project: Project, components: frozenset[str], elsewhere: Mapping[str, tuple[str, ...]]) -> list[Json]:
    """What a developer has to set, and after that what has a default, for `.env.example` and the README.

    Args:
        project: the answers.
        components: the names of its components.
        elsewhere: for a variable, named without prefix, what it is in production.
    """
    prefix = project.environment_prefix
    rows: list[tuple[str, str, str]] = [
        (
            "BROKER_URL",
            url(project.broker.url_example, project),
            f"{project.broker.label}, where tasks wait",
        ),
    ]
    if project.backend.url_example:
        rows.append(
            (
                "RESULT_BACKEND_URL",
                url(project.backend.url_example, project),
                f"{project.backend.label}, where results are kept",
            )
        )
    further = dict.fromkeys((*project.broker.environment, *project.backend.environment))
    rows += [(name, url(example, project), comment) for name, example, comment in further]
    processes = "workers and beat" if "beat" in components else "workers"
    defaults = [
        *_password_files(project),
        *login_variables(project, components),
        *tls_variables(project),
        *(_SIGNING if project.serializer == AUTH else ()),
        ("ENVIRONMENT", "development", "shown in every line of JSON logs"),
        ("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
        ("LOG_FORMAT", "auto", "json, console, or auto: console on a terminal"),
        ("RUN_DIR", "var/run", f"where {processes} write their health files"),
    ]
    clients = [
        (name, value.replace("{host}", "localhost"), comment)
        for service in _services_with_environment(project)
        for name, value, comment in service.client_environment
    ]
    return [
        {
            "name": start + name,
            "example": example,
            "comment": comment,
            "is_default": is_default,
            "clouds": list(elsewhere.get(name, ())),
        }
        for start, is_default, group in ((prefix, False, rows), ("", False, clients), (prefix, True, defaults))
        for name, example, comment in group
    ]


def client_environment(project: Project) -> list[Json]:
    """What clients of the servers in compose read, under names of their own; `{host}` is where the server answers."""
    return [
        {"name": name, "value": value, "host": service.name}
        for service in _services_with_environment(project)
        for name, value, _ in service.client_environment
    ]


def _services_with_environment(project: Project) -> tuple[Service, ...]:
    broker = project.broker.services if project.broker.reads_environment else ()
    return tuple(dict.fromkeys((*broker, *project.backend.services)))


def _password_files(project: Project) -> list[tuple[str, str, str]]:
    """Where a password stands that changes while processes run."""
    about = "holds the password for a URL without one; new connections read it anew"
    return [
        (f"{side}_PASSWORD_FILE", f"/run/secrets/{side.lower().replace('_', '-')}-password", about)
        for side, lines in (
            ("BROKER", project.broker.login_imports),
            ("RESULT_BACKEND", project.backend.login_imports),
        )
        if lines
    ]


def secrets(project: Project) -> list[Json]:
    """The passwords that `.env` holds, each once, with the first container that takes it."""
    first_of = {name: service for service in reversed(project.services) for name in service.secrets}
    names = dict.fromkeys(name for service in project.services for name in service.secrets)
    return [{"name": name, "comment": f"password of the {first_of[name].name} container"} for name in names]


def passwords(project: Project, components: frozenset[str]) -> dict[str, Json]:
    """The settings that hold a password beside their URL, and what the module that asks for it imports."""
    made = logins(project, components)
    imports = {"broker": project.broker.login_imports, "backend": project.backend.login_imports}
    broker_is_told = bool(project.broker.login_imports) and not project.broker.user_in_url
    settings = {"broker": "broker", "backend": "result_backend"}
    return {
        **{side: bool(lines) for side, lines in imports.items()},
        # Redis is told its user beside the password, AMQP too; SQLAlchemy and libpq read it from the URL.
        "users": broker_is_told or project.backend.login_user,
        "in_config": broker_is_told or imports["backend"] != (),
        # What is true in the settings where each connection asks.
        "asked": {side: f"{name}_{'logs_in' if name in made else 'password'}" for side, name in settings.items()},
        "settings": [*(settings[side] for side, lines in imports.items() if lines)],
        "imports": [*sorted({line for lines in imports.values() for line in lines}, key=_as_isort_does)],
    }


def settings_imports(project: Project) -> dict[str, Json]:
    """What `settings` needs for the checks that this project has."""
    passwords = bool(project.broker.login_imports or project.backend.login_imports)
    tls = bool(project.broker.tls or project.backend.tls)
    signed = project.serializer == AUTH
    many = project.broker.located or "sentinel" in (*project.broker.schemes, *project.backend.schemes)
    names = {
        "SecretStr",
        "ValidationError",
        "field_validator",
        *(["Field"] if tls or many or signed else []),
        *(["ValidationInfo"] if tls or many or passwords else []),
    }
    return {"pydantic": [*sorted(names)], "urlsplit": passwords or many}


def _as_isort_does(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line
