"""Clouds as typed facts: which of their services can be which broker and backend, and what is different there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.clouds.aws import AWS
from celery_scaffold.model.clouds.azure import AZURE
from celery_scaffold.model.clouds.cloud import Cloud
from celery_scaffold.model.clouds.gcp import GCP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from celery_scaffold.model.clouds.cloud import Managed

__all__ = ["CLOUDS", "Cloud", "backend_home", "broker_home", "homes", "managed_by"]

# In the order in which they are shown.
CLOUDS = {cloud.kind: cloud for cloud in (AWS, GCP, AZURE)}


def managed_by(side: str, kind: str) -> dict[str, tuple[str, ...]]:
    """The services by cloud that can be a broker or a backend of that kind; clouds without one are left out."""
    found = {name: cloud.for_side(side, kind) for name, cloud in CLOUDS.items()}
    return {name: tuple(service.name for service in services) for name, services in found.items() if services}


def broker_home(kind: str) -> str:
    """The only cloud that has a broker of that kind; empty where anybody can run it."""
    return _home({name: cloud.for_broker(kind) for name, cloud in CLOUDS.items()})


def backend_home(kind: str) -> str:
    """The only cloud that has a result backend of that kind; empty where anybody can run it."""
    return _home({name: cloud.for_backend(kind) for name, cloud in CLOUDS.items()})


def homes(broker: str, backend: str) -> tuple[str, ...]:
    """The clouds that a broker and a backend are tied to, the broker's first."""
    return tuple(dict.fromkeys(home for home in (broker_home(broker), backend_home(backend)) if home))


def _home(services: Mapping[str, tuple[Managed, ...]]) -> str:
    return next((cloud for cloud, found in services.items() if any(service.tied for service in found)), "")
