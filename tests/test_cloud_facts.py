"""What clouds change in a project: the plans of every pair with every set of clouds, and what the sections say."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any, cast

import pytest

from celery_scaffold import answers
from celery_scaffold.answers import Source
from celery_scaffold.cloud_facts import cloud_sections, cloud_urls
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS, homes
from celery_scaffold.plan import Plan, plan

from conftest import REPOSITORY
from projects import refusals

SUBSETS = [chosen for size in range(len(CLOUDS) + 1) for chosen in itertools.combinations(CLOUDS, size)]
OF_CLOUDS = {"S45", "S46", "S47", "S48", "S49", "S50"}
# Whatever prints one of these has other bytes where the clouds are others.
KEYS = ("cookiecutter._clouds", "variable.clouds", "cookiecutter._answers[", "cookiecutter._answers.clouds")


def a_plan(broker: str, backend: str, clouds: tuple[str, ...] | None) -> Plan:
    given = answers.from_flags({"name": "shop", "broker": broker, "backend": backend}, [])
    if clouds is not None:
        given = given.with_answer("clouds", clouds, Source.FLAG)
    return plan(answers.project(given))


def without_clouds(made: Plan) -> dict[str, Any]:
    """All that is rendered but for what is about clouds."""
    context: dict[str, Any] = {key: value for key, value in made.context.items() if key != "_clouds"}
    context["_environment"] = [{**row, "clouds": []} for row in context["_environment"]]
    context["_answers"] = {**context["_answers"], "clouds": []}
    return {"folders": made.folders, "includes": made.includes, **context}


@pytest.mark.parametrize("broker", BROKERS)
def test_clouds_change_nothing_of_a_plan_but_what_is_about_them(broker: str) -> None:
    for backend in BACKENDS:
        if refusals()[broker, backend]:
            continue
        plain = without_clouds(a_plan(broker, backend, ()))
        for clouds in SUBSETS:
            made = a_plan(broker, backend, clouds)
            assert without_clouds(made) == plain, (backend, clouds)
            assert [section["kind"] for section in cast("Any", made.context["_clouds"])] == list(clouds)


def test_only_three_files_print_what_is_about_clouds() -> None:
    templates = REPOSITORY / "templates"
    files = [path for path in templates.rglob("*") if path.is_file()]
    found = {str(path.relative_to(templates)) for path in files if any(key in path.read_text("utf-8") for key in KEYS)}
    assert found == {
        "base/.env.example",
        "base/README.md",
        "base/celery-scaffold.toml",
        "_partials/clouds/README.md",
    }


def test_without_clouds_nothing_is_said_about_them() -> None:
    for broker, backend in (("redis", "redis"), ("sqs", "azureblockblob")):
        context: Any = a_plan(broker, backend, ()).context
        assert context["_clouds"] == []
        assert [row["clouds"] for row in context["_environment"] if row["clouds"]] == []


def test_clouds_refuse_nothing_and_warn_by_their_own_rules() -> None:
    found: Counter[str] = Counter()
    judged = Counter[str]()
    for (broker, backend), refusal in refusals().items():
        for clouds in SUBSETS:
            judged["refused" if refusal else "valid"] += 1
            if refusal:
                continue
            ids = {finding.id for finding in a_plan(broker, backend, clouds).warnings} & OF_CLOUDS
            found.update(ids)
            if not ids:
                judged["without a word about clouds"] += 1
    pairs = Counter("refused" if refusal else "valid" for refusal in refusals().values())
    assert {word: judged[word] for word in pairs} == {word: len(SUBSETS) * count for word, count in pairs.items()}
    assert set(found) == OF_CLOUDS
    assert 0 < judged["without a word about clouds"] < judged["valid"]


@pytest.mark.parametrize(("broker", "backend"), list(itertools.product(BROKERS, BACKENDS)))
def test_the_default_is_where_the_services_are(broker: str, backend: str) -> None:
    given = answers.from_flags({"name": "shop", "broker": broker, "backend": backend}, [])
    assert given.words("clouds") == homes(broker, backend)
    if not refusals()[broker, backend]:
        ids = {finding.id for finding in a_plan(broker, backend, None).warnings} & OF_CLOUDS
        crossing = {"S48"} if len(homes(broker, backend)) > 1 else set()
        sentinels = {"S50"} if homes(broker, backend) and "sentinel" in broker + backend else set()
        assert ids == crossing | sentinels


# --- what is said --------------------------------------------------------------------------------------


def sections(broker: str, backend: str, *clouds: str) -> list[Any]:
    return cast("list[Any]", cloud_sections(a_plan(broker, backend, clouds).project))


def test_one_service_for_both_sides_is_named_once() -> None:
    (section,) = sections("redis", "redis", "aws")
    assert [(service["name"], service["purpose"]) for service in section["services"]] == [
        ("Amazon ElastiCache", "broker and results")
    ]
    assert [variable.partition("=")[0] for variable in section["services"][0]["variables"]] == [
        "SHOP_BROKER_URL",
        "SHOP_RESULT_BACKEND_URL",
    ]
    assert [note.partition(":")[0] for note in section["notes"]] == [
        "- Not Amazon MemoryDB",
        "- Not ElastiCache Serverless",
    ]


def test_the_authority_of_a_server_is_a_variable() -> None:
    (section,) = sections("rabbitmq", "postgresql", "aws")
    server = "db+postgresql+psycopg://USER@NAME.xxxxxx.REGION.rds.amazonaws.com:5432"
    assert section["services"][1]["variables"] == [
        f"SHOP_RESULT_BACKEND_URL={server}/shop?sslmode=verify-full",
        "SHOP_RESULT_BACKEND_CA_FILE=/run/tls/global-bundle.pem",
    ]


def test_lines_about_one_thing_are_sentences_of_one_item() -> None:
    (section,) = sections("rabbitmq", "none", "aws")
    shown = [" ".join(line.split()) for line in section["services"][0]["lines"]]
    assert [line.partition("*:")[0] for line in shown] == [
        "- *create it with",
        "- *TLS",
        "- *login",
        "- *failover",
        "- *different there",
        "- *another region",
    ]
    assert shown[3] == (
        "- *failover*: all nodes have one name, behind a load balancer. In the maintenance window they restart one "
        "after the other, and connections are made anew."
    )
    assert ". consumer_timeout is 30 minutes" in shown[4]
    assert max(len(line) for text in section["services"][0]["lines"] for line in text.splitlines()) <= 120


def test_what_is_in_another_cloud_says_which_variables_lead_there() -> None:
    amazon, azure = sections("sqs", "azureblockblob", "aws", "azure")
    assert [service["name"] for service in (*amazon["services"], *azure["services"])] == [
        "Amazon SQS",
        "Azure Blob Storage",
    ]
    assert [" ".join(note.split()) for note in amazon["notes"]] == [
        f"- Azure blobs: a service of Microsoft Azure. Each process that runs here needs {CLOUDS['azure'].elsewhere}."
    ]
    assert "AWS_WEB_IDENTITY_TOKEN_FILE" in azure["notes"][0]


def test_what_nobody_manages_there_is_said() -> None:
    (section,) = sections("rabbitmq", "rpc", "gcp")
    assert section["services"] == []
    assert [note.partition(":")[0] for note in section["notes"]] == [
        "- Google Cloud manages nothing that can be RabbitMQ"
    ]
    (section,) = sections("redis-sentinel", "sqlite", "azure")
    assert [note.partition(":")[0] for note in section["notes"]] == [
        "- Not Azure Managed Redis",
    ], "which says as well that nobody manages Sentinels"


def test_the_urls_for_the_example_are_those_of_the_clouds_in_their_order() -> None:
    found = cloud_urls(a_plan("valkey", "mysql", ("gcp", "aws")).project)
    assert [url.partition("://")[0] for url in found["BROKER_URL"]] == [
        "with Memorystore for Valkey: rediss",
        "with Amazon ElastiCache: rediss",
    ]
    assert found["RESULT_BACKEND_URL"][0] == "with Cloud SQL for MySQL: db+mysql+pymysql://NAME@127.0.0.1:3306/shop"
    assert cloud_urls(a_plan("rabbitmq", "none", ("gcp",)).project) == {"BROKER_URL": ()}
