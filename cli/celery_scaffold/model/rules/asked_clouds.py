"""Rules about where a project runs: a service of one cloud used from another, and what a cloud does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery_scaffold.model.clouds import backend_home, broker_home, homes
from celery_scaffold.model.rules.rule import Case, Rule, warned

if TYPE_CHECKING:
    from celery_scaffold.model.clouds import Cloud


# --- conditions ----------------------------------------------------------------------------------------


def _homes(case: Case) -> tuple[str, ...]:
    return homes(case.project.broker.kind, case.project.backend.kind)


def _chosen(case: Case) -> frozenset[str]:
    return frozenset(cloud.kind for cloud in case.project.clouds)


def _is_away(case: Case, home: str) -> bool:
    return bool(home) and home not in _chosen(case)


def _crosses(case: Case) -> bool:
    """Whether a service is in one of the clouds, and some process in another that has no part in it."""
    here, served = _chosen(case), frozenset(_homes(case))
    return bool(here & served) and bool(here - served)


def _has_nothing(case: Case, cloud: Cloud) -> bool:
    return not cloud.for_broker(case.project.broker.kind) and not cloud.for_backend(case.project.backend.kind)


def _asks_sentinels(case: Case) -> bool:
    return "sentinel" in {*case.project.broker.schemes, *case.project.backend.schemes}


# --- the rules -----------------------------------------------------------------------------------------

CLOUD_RULES: tuple[Rule, ...] = (
    warned(
        "S45",
        lambda case: _is_away(case, broker_home(case.project.broker.kind)),
        "the broker is a service of a cloud that is not among the clouds: processes elsewhere have no identity there",
        "--cloud with the service's cloud; what a process elsewhere has to set says `celery-scaffold explain` CLOUD",
        "model/clouds: `tied` and `elsewhere`; docs/decisions/0056-clouds.md",
    ),
    warned(
        "S46",
        lambda case: _is_away(case, backend_home(case.project.backend.kind)),
        "results are in a service of a cloud that is not among the clouds: processes elsewhere have no identity there",
        "--cloud with the service's cloud; what a process elsewhere has to set says `celery-scaffold explain` CLOUD",
        "model/clouds: `tied` and `elsewhere`; docs/decisions/0056-clouds.md",
    ),
    warned(
        "S47",
        _crosses,
        "one of the clouds has neither the broker's service nor that of the results: a process there has no identity",
        "a web identity, as the README of the project says for that cloud; or run every process beside the service",
        "botocore/credentials.py: AWS_WEB_IDENTITY_TOKEN_FILE; azure/identity/_constants.py; not run",
    ),
    warned(
        "S48",
        lambda case: len(_homes(case)) > 1,
        "broker and results are in different clouds: each result crosses between them, which costs time and is charged",
        "run workers beside the broker, with a web identity for the results; or take a backend of the broker's cloud",
        "model/clouds: `tied`; that it is charged is general knowledge, not verified",
    ),
    warned(
        "S49",
        lambda case: (
            not _homes(case)
            and not _asks_sentinels(case)
            and any(_has_nothing(case, cloud) for cloud in case.project.clouds)
        ),
        "one of the clouds manages nothing that can be this broker or this backend: the servers are yours to run there",
        "`celery-scaffold brokers --compare` and `backends --compare` say which are managed where; or accept it",
        "model/clouds; read in the documentation of the clouds, not run",
    ),
    warned(
        "S50",
        lambda case: bool(case.project.clouds) and _asks_sentinels(case),
        "no cloud's managed Redis or Valkey answers as a Sentinel: with this choice the servers are yours to run",
        "--broker redis or valkey with the service's own endpoint, which fails over by itself; or accept it",
        "model/clouds: `unsuitable`; general knowledge, not verified",
    ),
)
