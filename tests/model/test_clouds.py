"""One contract for all clouds: every service says how it is made, reached, logged in to and lost, with evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS, backend_home, broker_home, homes, managed_by
from celery_scaffold.model.clouds.aws import ELASTICACHE, SQS
from celery_scaffold.model.clouds.aws_databases import DYNAMODB
from celery_scaffold.model.clouds.cloud import (
    BROKER,
    HERE,
    LOGINS,
    READ,
    READ_LATER,
    RESULT_BACKEND,
    UNVERIFIED,
    Aspect,
    Line,
    Login,
    Managed,
    Regions,
    Span,
)
from celery_scaffold.model.refused import REFUSED

SERVICES = [(cloud.kind, service) for cloud in CLOUDS.values() for service in cloud.services]
NAMES = [f"{cloud}-{service.name}" for cloud, service in SERVICES]
SAID_OF_ALL = (Aspect.CREATE, Aspect.TLS, Aspect.LOGIN, Aspect.FAILOVER)
OFFERED: dict[str, dict[str, Any]] = {BROKER: dict(BROKERS), RESULT_BACKEND: dict(BACKENDS)}
WORDS = {BROKER: "broker", RESULT_BACKEND: "backend"}


def sides(service: Managed) -> list[tuple[str, str, str]]:
    """Side, kind and URL of everything that a service can be."""
    return [
        *((BROKER, kind, service.url) for kind in service.brokers),
        *((RESULT_BACKEND, kind, service.results_url or service.url) for kind in service.backends),
    ]


def wrong(service: Managed) -> list[str]:
    """What a service lacks, or says in a way that nobody can check."""
    aspects = [line.aspect for line in service.lines]
    problems = [f"nothing is said about {aspect.value}" for aspect in SAID_OF_ALL if aspect not in aspects]
    problems += [] if aspects == sorted(aspects, key=list(Aspect).index) else ["the lines are out of order"]
    for line in service.all_lines:
        problems += [f"{line.aspect.value}: {problem}" for problem in _wrong_line(line)]
    problems += _wrong_regions(service)
    for side, kind, url in sides(service):
        problems += _wrong_url(side, kind, url)
    secret = "PASSWORD" in "".join(url for _, _, url in sides(service))
    problems += [] if (service.login is Login.TOKEN) == bool(service.token) else ["a token that nobody makes, or takes"]
    problems += [f"{kind} is asked for no token" for kind in _kinds(service) if service.token and not _asks(kind)]
    problems += ["an identity needs no password"] if secret and service.login is Login.IDENTITY else []
    return problems


def _kinds(service: Managed) -> list[tuple[str, str]]:
    return [(side, kind) for side, kind, _ in sides(service) if kind in OFFERED[side]]


def _asks(kind: tuple[str, str]) -> bool:
    """Whether each connection asks for a password, over TLS that is asked for."""
    side, name = kind
    facts = OFFERED[side][name]
    return bool(facts.login_imports and facts.tls)


def _wrong_line(line: Line) -> list[str]:
    problems = [] if line.evidence.startswith((READ, READ_LATER, HERE, UNVERIFIED)) else ["how it is known is not said"]
    halves = line.evidence.startswith((READ, READ_LATER)) and "verified" in line.evidence.replace("celery-verified", "")
    problems += ["what was read and what was not are two lines"] if halves else []
    is_one = line.text and line.text == line.text.strip() and line.text.isprintable() and not line.text.endswith(".")
    return problems + ([] if is_one else ["is not one line"])


def _wrong_regions(service: Managed) -> list[str]:
    """A name that leads to whichever region leads is said, and is a host that the URLs can have."""
    regions = service.regions
    problems = [] if ("{host}" in regions.text) == bool(regions.host) else ["a name is given, or said, only"]
    if not regions.host:
        return problems
    problems += [] if regions.span is Span.FOLLOWS else ["one name leads nowhere else"]
    for side, kind, url in sides(service):
        user, at, address = urlsplit(url).netloc.rpartition("@")
        host, colon, port = address.rpartition(":")
        moved = url.replace(f"{user}{at}{host}{colon}", f"{user}{at}{regions.host}{colon}")
        problems += _wrong_url(side, kind, moved) if host and port.isdigit() else [f"{url} has no host to replace"]
    return problems


def _wrong_url(side: str, kind: str, url: str) -> list[str]:
    """What is wrong with a URL, as far as the broker or backend is offered here."""
    if kind not in OFFERED[side]:
        return [] if kind in REFUSED[WORDS[side]] else [f"nobody knows the {WORDS[side]} {kind}"]
    facts = OFFERED[side][kind]
    problems = [] if url.partition("://")[0] in facts.schemes else [f"{url} is no URL of {kind}"]
    verified = not facts.tls or url.startswith(facts.tls.way) or (facts.tls.verified or "\0") in url
    return problems + ([] if verified or "@127.0.0.1:" in url else [f"{url} reaches {kind} without TLS"])


@pytest.mark.parametrize(("cloud", "service"), SERVICES, ids=NAMES)
def test_a_service_says_all_that_a_project_has_to_know(cloud: str, service: Managed) -> None:
    assert wrong(service) == []
    assert sides(service), cloud


def test_what_a_service_lacks_is_seen() -> None:
    bare = replace(
        ELASTICACHE, lines=(Line(Aspect.TLS, "always.", "somebody said so"),), url="redis://USER@HOST:6379/0"
    )
    assert wrong(bare) == [
        "nothing is said about create it with",
        "nothing is said about login",
        "nothing is said about failover",
        "TLS: how it is known is not said",
        "TLS: is not one line",
        "redis://USER@HOST:6379/0 reaches redis without TLS",
        "redis://USER@HOST:6379/0 reaches valkey without TLS",
    ]
    assert wrong(replace(SQS, brokers=("carrots",), lines=SQS.lines[::-1])) == [
        "the lines are out of order",
        "nobody knows the broker carrots",
    ]
    assert wrong(replace(DYNAMODB, url="dynamodb://USER:PASSWORD@REGION/t")) == ["an identity needs no password"]
    nowhere = Regions(Span.COPY, "a copy", UNVERIFIED, host="NAME.example.org")
    assert wrong(replace(DYNAMODB, regions=nowhere)) == [
        "a name is given, or said, only",
        "one name leads nowhere else",
        "dynamodb://REGION/{store} has no host to replace",
    ]
    assert wrong(replace(ELASTICACHE, token=None)) == ["a token that nobody makes, or takes"]
    memcached = replace(ELASTICACHE, brokers=(), backends=("memcached",), url="cache+memcached://HOST:11211/")
    assert wrong(replace(memcached, results_url="")) == ["('RESULT_BACKEND', 'memcached') is asked for no token"]
    assert wrong(replace(DYNAMODB, url="redis://REGION/t")) == ["redis://REGION/t is no URL of dynamodb"]


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=list(CLOUDS))
def test_what_is_said_of_a_cloud_itself_has_evidence(cloud: Any) -> None:
    assert cloud.elsewhere
    assert cloud.evidence.startswith((READ, HERE, UNVERIFIED))
    for each in cloud.unsuitable:
        assert each.evidence.startswith((READ, HERE, UNVERIFIED))
        assert each.why
        assert not each.why.endswith("."), each
        assert set(each.kinds) <= {*BROKERS, *BACKENDS, *REFUSED["broker"], *REFUSED["backend"]}
    assert set(LOGINS) == set(Login)


def test_what_is_tied_to_a_cloud_is_in_no_other() -> None:
    for side in (BROKER, RESULT_BACKEND):
        for _, service in SERVICES:
            for where, kind, _ in sides(service):
                if service.tied and where == side:
                    assert len(managed_by(side, kind)) == 1, kind


# What is managed where, of all kinds that are offered or were asked for.
BROKERS_AT: dict[str, tuple[str, ...]] = {
    "redis": ("aws", "gcp", "azure"),
    "rabbitmq": ("aws",),
    "sqs": ("aws",),
    "valkey": ("aws", "gcp"),
    "redis-sentinel": (),
    "gcpubsub": ("gcp",),
    "azureservicebus": ("azure",),
    "pgmq": ("aws", "gcp", "azure"),
}
BACKENDS_AT: dict[str, tuple[str, ...]] = {
    "redis": ("aws", "gcp", "azure"),
    "postgresql": ("aws", "gcp", "azure"),
    "valkey": ("aws", "gcp"),
    "sentinel": (),
    "mysql": ("aws", "gcp", "azure"),
    "dynamodb": ("aws",),
    "s3": ("aws",),
    "azureblockblob": ("azure",),
    "mongodb": ("aws", "azure"),
    "memcached": ("aws",),
    "sqlite": (),
    "rpc": (),
    "none": (),
    "gcs": ("gcp",),
    "cassandra": (),
    "elasticsearch": (),
}
BROKER_HOMES = {"sqs": "aws", "gcpubsub": "gcp", "azureservicebus": "azure"}
BACKEND_HOMES = {"dynamodb": "aws", "s3": "aws", "azureblockblob": "azure", "gcs": "gcp"}


def test_where_each_broker_and_backend_is_managed() -> None:
    assert {kind: tuple(managed_by(BROKER, kind)) for kind in {*BROKERS, *BROKERS_AT}} == BROKERS_AT
    assert {kind: tuple(managed_by(RESULT_BACKEND, kind)) for kind in {*BACKENDS, *BACKENDS_AT}} == BACKENDS_AT


def test_a_kind_is_at_home_where_its_only_provider_is() -> None:
    assert {kind: broker_home(kind) for kind in BROKERS_AT if broker_home(kind)} == BROKER_HOMES
    assert {kind: backend_home(kind) for kind in BACKENDS_AT if backend_home(kind)} == BACKEND_HOMES
    assert homes("sqs", "azureblockblob") == ("aws", "azure")
    assert homes("sqs", "s3") == ("aws",)
    assert homes("redis", "postgresql") == ()


def test_the_variables_of_a_line_are_those_of_the_project() -> None:
    line = Line(Aspect.LOGIN, "a password in {password_file}, or {url_file}; {prefix}MANAGEMENT_URL", UNVERIFIED)
    assert line.told("SHOP_", (BROKER, RESULT_BACKEND), "`") == (
        "a password in `SHOP_BROKER_PASSWORD_FILE` and `SHOP_RESULT_BACKEND_PASSWORD_FILE`, or `SHOP_BROKER_URL_FILE` "
        "and `SHOP_RESULT_BACKEND_URL_FILE`; `SHOP_MANAGEMENT_URL`"
    )
