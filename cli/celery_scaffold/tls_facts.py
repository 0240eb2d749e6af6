"""What templates print about TLS: the settings, their checks, and the variables that name files. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project
    from celery_scaffold.model.services import Service
    from celery_scaffold.model.tls import Tls
    from celery_scaffold.plan import Json

_SETTINGS = {"broker": "broker_use_ssl", "result_backend": "redis_backend_use_ssl"}
_FILES = (
    ("CA", "ca.pem", "the authorities to trust, by default the system's"),
    ("CERTIFICATE", "client.pem", "what to show, where it asks"),
    ("KEY", "client.key", "of that certificate"),
)


def tls_facts(project: Project, services: tuple[Service, ...]) -> dict[str, Json]:
    """The servers that the project reaches over TLS if their URLs ask for it; all empty where there are none.

    Args:
        project: the answers.
        services: those that the stack can start with TLS.
    """
    known = _known(project)
    checks = dict.fromkeys(tls.checks for tls in known.values())
    verified = next((tls.verified for tls in known.values() if tls.verified), "")
    return {
        "ways": " or ".join(dict.fromkeys(tls.way for tls in known.values())),
        "plain": [f'"{tls.plain}"' for tls in dict.fromkeys(known.values())],
        "verified": verified,
        "checks": list(checks),
        "names": [
            *(["SYSTEM_CA_FILE", "VERIFIED"] if verified else []),
            *("CaFile", "TlsFile"),
            *sorted(["check_pair", "check_use", *(f"check_{name}_options" for name in checks)]),
        ],
        "own_options": next((tls.own_options for tls in known.values() if tls.own_options), ""),
        "broker": "broker" in known,
        "backend": "result_backend" in known,
        "cert_required": "amqp" in checks,
        "variables": [f'"{name}_{file}_FILE"'.upper() for name in known for file, _, _ in _FILES],
        "urls": [[f"{name}_URL".upper(), tls.example] for name, tls in known.items()],
        "plain_urls": [[f"{name}_URL".upper(), f"{tls.plain}localhost/1"] for name, tls in known.items()],
        "tests": [
            {
                "name": name,
                "checks": tls.checks,
                "setting": _SETTINGS[name],
                "plain": tls.plain,
                "per_connection": tls.per_connection,
                "example": tls.example,
            }
            for name, tls in known.items()
        ],
        "in_config": any(not tls.per_connection for tls in known.values()),
        "in_credentials": any(tls.per_connection for tls in known.values()),
        "file_fields": [f'"{name}_{file}_file"' for name in known for file in ("ca", "certificate")],
        "services": [service.name for service in services],
        "users": {service.name: service.tls_user or service.name for service in services},
        "images": {service.name: service.tls_image for service in services},
        "compose": {
            "broker": bool(set(project.broker.services) & set(services)),
            "result_backend": bool(set(project.backend.services) & set(services)),
        },
        "key_fields": [f'"{name}_key_file"' for name in known],
    }


def tls_variables(project: Project) -> list[tuple[str, str, str]]:
    """Name without prefix, example and use of each variable that names a file for TLS."""
    return [
        (f"{name}_{file}_FILE".upper(), f"/run/tls/{pem}", f"TLS to the {name.replace('_', ' ')}: {use}")
        for name in _known(project)
        for file, pem, use in _FILES
    ]


def _known(project: Project) -> dict[str, Tls]:
    servers = {"broker": project.broker.tls, "result_backend": project.backend.tls}
    return {name: tls for name, tls in servers.items() if tls}
