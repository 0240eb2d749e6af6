"""Every rule fails on its own example, and passes on a project as it is generated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import process_time
from types import SimpleNamespace
from typing import Any

import pytest

from celery_scaffold import answers
from celery_scaffold.components import chosen
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.capabilities import Capability, Topic
from celery_scaffold.model.rules import judge, refuse
from celery_scaffold.model.rules.asked import ASKED
from celery_scaffold.model.rules.rule import Case, Handling, Severity
from celery_scaffold.model.rules.rulebook import RULES

QUEUE = SimpleNamespace(exchange=SimpleNamespace(type="topic"))
WORKER = ["celery", "worker", "--hostname", "default@%h", "--pool", "prefork", "--prefetch-multiplier", "1"]
WORKER += ["--max-tasks-per-child", "1000", "--without-gossip", "--without-mingle"]
REDIS_OPTIONS = {
    "visibility_timeout": 3384,
    "unacked_restore_interval": 15,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 5,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "global_keyprefix": "shop:",
}
QUORUM = {"x-queue-type": "quorum", "x-delivery-limit": 10, "x-dead-letter-exchange": "dead"}
SETTINGS: dict[str, Any] = {
    "accept_content": ["json"],
    "task_serializer": "json",
    "timezone": "UTC",
    "task_acks_late": True,
    "task_retry_on_worker_lost": True,
    "task_reject_on_worker_lost": True,
    "task_routes": {"shop.tasks.emails.send": {}, "shop.tasks.emails.*": {}, "shop.tasks.*": {}},
    "task_queues": [QUEUE],
    "task_default_queue": "shop.default",
    "task_create_missing_queues": False,
    "broker_url": "redis://localhost",
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_pool_acquire_timeout": 10,
    "task_publish_retry_policy": {"max_retries": 5},
    "broker_transport_options": REDIS_OPTIONS,
    "worker_prefetch_multiplier": 1,
    "worker_proc_alive_timeout": 30,
    "worker_hijack_root_logger": False,
    "worker_consumer": "shop.worker.rate_limits:Consumer",
    "beat_scheduler": "shop.worker.beat:Scheduler",
    "beat_cron_starting_deadline": 3600,
    "redis_socket_timeout": 10,
    "redis_socket_keepalive": True,
}
RABBITMQ_SETTINGS = {
    **SETTINGS,
    "broker_url": "amqp://localhost",
    "broker_transport_options": {"confirm_publish": True},
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "task_acks_on_failure": False,
}
PUBSUB_SETTINGS = {
    **SETTINGS,
    "broker_transport_options": {
        "ack_deadline_seconds": 60,
        "expiration_seconds": None,
        "retry_timeout_seconds": 10,
    },
}
SERVER = {"command": ["appendonly yes", "maxmemory-policy noeviction"]}
COMPOSE = {
    "redis": SERVER,
    "worker-heavy": {"command": ["python"], "init": True, "stop_grace_period": "980s"},
}
BASE_TASK = {"retry_backoff": 5, "retry_jitter": True, "max_retries": 4, "whole_seconds": True}
ARGUMENTS = {
    "shop.default": QUORUM,
    "shop.heavy": {**QUORUM, "x-consumer-timeout": 2_100_000},
}


@dataclass(frozen=True)
class Example:
    """How a project that keeps all rules becomes one that breaks this one.

    `settings`, `options`, `rendered` and `answers` are changes; None takes a value away.
    """

    broker: str = "redis"
    backend: str = "redis"
    settings: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    rendered: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    broker_can: dict[Topic, Any] = field(default_factory=dict)
    backend_can: dict[Topic, Any] = field(default_factory=dict)
    passing: dict[str, Any] = field(default_factory=dict)
    broker_kind: str = ""


def with_capabilities(facts: Any, changed: dict[Topic, Any]) -> Any:
    kept = tuple(capability for capability in facts.capabilities if capability.topic not in changed)
    new = tuple(Capability(topic, value, "", "") for topic, value in changed.items())
    return replace(facts, capabilities=(*kept, *new))


def case_of(example: Example, *, broken: bool) -> Case:
    """The failing case of an example, or the passing one beside it."""
    flags = {"name": "shop", "preset": "full", "broker": example.broker, "backend": example.backend}
    project = answers.project(answers.from_flags({**flags, **(example.answers if broken else example.passing)}, []))
    if example.broker_can and broken:
        project = replace(project, broker=with_capabilities(project.broker, example.broker_can))
    if example.backend_can and broken:
        project = replace(project, backend=with_capabilities(project.backend, example.backend_can))
    if example.broker_kind and broken:
        project = replace(project, broker=replace(project.broker, kind=example.broker_kind, family=example.broker_kind))
    components = frozenset(component.name for component in chosen(project))
    settings = dict({"rabbitmq": RABBITMQ_SETTINGS, "gcpubsub": PUBSUB_SETTINGS}.get(example.broker, SETTINGS))
    rendered: dict[str, Any] = {
        "workers": {"default": WORKER},
        "base_task": BASE_TASK,
        "compose": COMPOSE,
        "arguments": ARGUMENTS if example.broker == "rabbitmq" else {},
    }
    if broken:
        settings = {**settings, **example.settings}
        settings["broker_transport_options"] = {**settings["broker_transport_options"], **example.options}
        rendered = {**rendered, **example.rendered}
    return Case(project, components, settings, rendered)


def worker(*words: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"workers": {"default": [word for word in WORKER if word not in without] + list(words)}}


def rabbitmq(**changes: Any) -> Example:
    return Example(broker="rabbitmq", **changes)


def on_sqs(*clouds: str, backend: str = "none", passing: dict[str, Any]) -> Example:
    return Example(broker="sqs", backend=backend, answers={"clouds": clouds}, passing=passing)


def gcpubsub(**changes: Any) -> Example:
    return Example(broker="gcpubsub", backend="none", **changes)


EXAMPLES: dict[str, Example] = {
    "R01": Example(options={"visibility_timeout": 1800}),
    "R02": Example(options={"visibility_timeout": 960}),
    "R03": Example(settings={"result_backend_transport_options": {"visibility_timeout": 7200}}),
    "R04": Example(options={"global_keyprefix": ""}),
    "R05": Example(options={"unacked_restore_interval": 10, "unacked_restore_throttle": 10}),
    "R06": rabbitmq(rendered={"arguments": {"shop.heavy": QUORUM}}),
    "R07": rabbitmq(settings={"broker_channel_error_retry": True}),
    "R08": Example(settings={"worker_prefetch_multiplier": 4}),
    "R10": rabbitmq(settings={"task_queues": [SimpleNamespace(exchange=SimpleNamespace(type="direct"))]}),
    "R11": rabbitmq(rendered={"arguments": {"shop.default": {**QUORUM, "x-max-priority": 10}}}),
    "R12": rabbitmq(rendered={"base_task": {**BASE_TASK, "whole_seconds": False}}),
    "R13": rabbitmq(settings={"broker_url": None}),
    "R14": rabbitmq(options={"confirm_publish": False}),
    "R15": rabbitmq(rendered={"arguments": {"shop.default": {"x-queue-type": "quorum"}}}),
    "R16": rabbitmq(rendered=worker("--autoscale", "8,2")),
    "R17": rabbitmq(rendered={"workers": {"default": ["celery", "worker", "--hostname", "default@shop"]}}),
    "R18": Example(broker_can={Topic.REMOTE_CONTROL: False}),
    "R19": Example(broker_can={Topic.LONGEST_VISIBILITY: 3383}),
    "R20": Example(broker_can={Topic.LONGEST_VISIBILITY: 43_200}, answers={"queues": ("default",)}),
    "R21": Example(broker_kind="sqs"),
    "R22": Example(broker_kind="sqs"),
    "R23": Example(settings={"accept_content": ["json", "pickle"]}),
    "R24": Example(),
    "R25": Example(backend_can={Topic.EXPIRY: "never"}),
    "R26": Example(backend="postgresql", answers={"without": ("beat",)}),
    "R27": Example(backend="rpc", passing={"without": ("workflows",)}),
    "R28": Example(settings={"task_ignore_result": True}),
    "R29": Example(backend="postgresql", broker_can={Topic.LONGEST_VISIBILITY: 43_200}),
    "R30": Example(answers={"queues": ("default:max_task_seconds=7200",)}),
    "R31": Example(rendered={"compose": {"redis": {"command": ["maxmemory-policy allkeys-lru", "appendonly yes"]}}}),
    "R32": Example(),
    "R33": Example(options={"socket_timeout": None}),
    "R34": Example(rendered=worker(without=("--max-tasks-per-child", "1000"))),
    "R35": Example(settings={"worker_proc_alive_timeout": 4}),
    "R36": Example(rendered={"limits": {"default": (4, 2)}}),
    "R37": Example(answers={"queues": ("default:pool=threads",)}),
    "R38": Example(rendered={"workers": {"default": [*WORKER[:4], "--pool", "gevent", *WORKER[6:]]}}),
    "R39": Example(rendered={"limits": {"default": (4, None)}}),
    "R40": Example(settings={"task_retry_on_worker_lost": False}),
    "R41": Example(settings={"task_acks_on_timeout": False}),
    "R43": Example(settings={"task_acks_late": False}),
    "R44": Example(settings={"task_acks_on_failure": False}),
    "R45": Example(settings={"beat_scheduler": "celery.beat:PersistentScheduler"}),
    "R46": Example(settings={"beat_cron_starting_deadline": None}),
    "R47": Example(settings={"enable_utc": False}),
    "R48": Example(answers={"schedules": "night:task=emails.send,every=1d", "timezone": "Asia/Tokyo"}),
    "R49": Example(settings={"broker_connection_retry_on_startup": None}),
    "R50": Example(settings={"broker_connection_max_retries": 100}),
    "R51": Example(settings={"broker_pool_acquire_timeout": None}),
    "R52": rabbitmq(settings={"worker_cancel_long_running_tasks_on_connection_loss": False}),
    "R53": Example(settings={"worker_soft_shutdown_timeout": 10}),
    "R54": Example(rendered={"compose": {**COMPOSE, "worker-heavy": {"stop_grace_period": "10s"}}}),
    "R55": Example(rendered={"compose": {**COMPOSE, "worker-heavy": {"command": "sh -c worker", "init": True}}}),
    "R56": Example(rendered=worker(without=("--without-mingle",))),
    "R57": Example(settings={"worker_hijack_root_logger": True}),
    "R58": Example(settings={"worker_send_task_events": True}),
    "R59": Example(settings={"task_track_started": True}),
    "R62": Example(rendered={"base_task": {**BASE_TASK, "retry_jitter": False}}),
    "R64": Example(settings={"task_publish_retry_policy": {"max_retries": None}}),
    "R65": Example(settings={"task_default_queue": "celery"}),
    "R66": Example(settings={"task_create_missing_queues": True}),
    "R67": Example(settings={"task_routes": {"shop.tasks.*": {}, "shop.tasks.emails.*": {}}}),
    "R69": Example(settings={"broker_url": "sentinel://one:26379/0"}),
    "R70": Example(options={"global_keyprefix": "shop"}),
    "R71": Example(broker_kind="redis-cluster"),
    "R72": Example(settings={"task_serializer": "auth"}),
    "R73": Example(settings={"task_protocol": 1}),
    "R76": Example(settings={"task_annotations": {"*": {"rate_limit": "10/s"}}}),
    "R77": Example(settings={"worker_consumer": None}),
    "R78": Example(settings={"worker_eta_task_limit": 1}),
    "R79": Example(backend_can={Topic.FORK: "spawn"}),
    "R81": gcpubsub(options={"expiration_seconds": 86_400}),
    "R80": Example(broker_kind="azureservicebus"),
    "R82": Example(settings={"broker_use_ssl": True}),
    "R83": rabbitmq(settings={"broker_use_ssl": True}),
    "R84": Example(),
    "S02": Example(backend="rpc", broker_can={Topic.REPLY_QUEUES: False}),
    "S03": Example(rendered={"compose": {"redis": {"command": ["maxmemory-policy noeviction"]}}}),
    "S04": Example(settings={"redis_socket_timeout": 120}),
    "S05": Example(broker_can={Topic.PRIORITY: "none"}),
    "S06": Example(broker="sqs", backend="none", answers={"name": "s" * 40, "queues": ("default", "q" * 40)}),
    "S20": Example(backend="sqlite", passing={"backend": "redis"}),
    "S23": Example(
        broker="redis", answers={"with": ("identity",)}, passing={"with": ("identity",), "clouds": ("aws",)}
    ),
    "S22": Example(broker="sqs", backend="none", answers={"with": ("srv",)}, passing={"broker": "redis"}),
    "S21": Example(broker="sqs", backend="none", answers={"with": ("tls",)}, passing={"broker": "redis"}),
    "S45": on_sqs("gcp", passing={"clouds": ("aws",)}),
    "S46": Example(
        backend="azureblockblob", answers={"clouds": ("aws",)}, passing={"backend": "redis", "clouds": ("aws",)}
    ),
    "S47": on_sqs("aws", "gcp", passing={"clouds": ("aws",)}),
    "S48": on_sqs("aws", "azure", backend="azureblockblob", passing={"backend": "dynamodb"}),
    "S49": rabbitmq(backend="rpc", answers={"clouds": ("gcp",)}, passing={"backend": "postgresql", "clouds": ("gcp",)}),
    "S50": Example(
        broker="redis-sentinel", answers={"clouds": ("aws",)}, passing={"broker": "redis", "clouds": ("aws",)}
    ),
    "S30": Example(
        broker="pgmq",
        backend="postgresql",
        answers={"queues": ("default:concurrency=50",)},
        passing={"queues": ("default:concurrency=40",)},
    ),
    "S35": gcpubsub(passing={"broker": "redis"}),
    "S36": gcpubsub(options={"ack_deadline_seconds": 700}),
    "S37": gcpubsub(options={"retry_timeout_seconds": 300}),
    "S55": Example(answers={"serializer": "auth"}),
    "S40": Example(broker="azureservicebus", backend="none", passing={"broker": "redis"}),
    "S10": Example(broker_kind="kafka"),
}
# Answers of which no flag is the only source.
NUMBERS: dict[str, dict[str, Any]] = {
    "R24": {"result_expires": 86_401},
    "R30": {"result_expires": 60},
    "R32": {"longest_delay": 3601},
}
NUMBERS |= {"R20": {"longest_delay": 901}, "R84": {"package": "celery"}}


def failing(rule: str) -> Case:
    case = case_of(EXAMPLES[rule], broken=True)
    changes: dict[str, Any] = NUMBERS.get(rule, {})
    return replace(case, project=replace(case.project, **changes))


def test_there_are_as_many_as_the_issue_asks_for_and_each_has_an_example() -> None:
    assert len(RULES) >= 60
    assert sorted(EXAMPLES) == sorted(RULES)
    assert all(rule.id == key for key, rule in RULES.items())


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_broken_by_its_example(rule: str) -> None:
    assert RULES[rule].breaks(failing(rule))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_kept_by_the_project_beside_its_example(rule: str) -> None:
    assert not RULES[rule].breaks(case_of(EXAMPLES[rule], broken=False))


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_minds_the_ordinary_project(rule: str) -> None:
    for broker in ("redis", "rabbitmq"):
        assert not RULES[rule].breaks(case_of(Example(broker=broker), broken=False))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_says_what_goes_wrong_what_to_do_and_why_in_one_line_each(rule: Any) -> None:
    for text in (rule.problem, rule.remedy, rule.evidence):
        assert text
        assert text == text.strip()
        assert text.isprintable()
        assert not text.endswith(".")
    assert len(rule.problem) <= 130
    assert len(rule.remedy) <= 130


def test_the_rules_that_are_judged_at_every_run_are_those_that_are_not_kept() -> None:
    words = {"R71", "S10"}
    assert {rule.id for rule in ASKED} | words == {key for key, r in RULES.items() if r.handling is not Handling.KEPT}
    for rule in ASKED:
        is_error = rule.severity is Severity.ERROR
        assert rule.handling is (Handling.REFUSED if is_error else Handling.WARNED)


def test_redis_rules_go_by_the_family() -> None:
    case = failing("R32")
    relative = replace(case.project.broker, kind="valkey", folders=("redis", "valkey"), family="")
    assert RULES["R32"].breaks(replace(case, project=replace(case.project, broker=relative)))


def test_an_error_refuses_a_warning_warns_and_an_accepted_one_is_listed() -> None:
    case = failing("R19")
    judgement = judge(case.project, case.components)
    assert [finding.id for finding in judgement.errors] == ["R19"]
    with pytest.raises(ScaffoldError, match="R19: ") as caught:
        refuse(judgement)
    assert caught.value.hint == RULES["R19"].remedy

    threads = failing("R37")
    assert [finding.id for finding in judge(threads.project, threads.components).warnings] == ["R37"]
    accepted = judge(replace(threads.project, accepted=(("R37", "our calls have timeouts"),)), threads.components)
    assert accepted.warnings == ()
    assert [(finding.id, finding.reason) for finding in accepted.accepted] == [("R37", "our calls have timeouts")]


def test_many_queues_take_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        case = case_of(Example(), broken=False)
        queues = tuple(replace(case.project.queues[0], name=f"q{n}", routes=(f"a{n}.*",)) for n in range(count))
        routes: dict[str, Any] = {
            glob: {} for n in range(count) for glob in (f"shop.tasks.q{n}.one", f"shop.tasks.q{n}.two")
        }
        large = replace(
            case, project=replace(case.project, queues=queues), settings={"task_routes": routes}, rendered={}
        )

        def once() -> float:
            start = process_time()
            for rule in RULES.values():
                rule.breaks(replace(large))
            return process_time() - start

        return min(once() for _ in range(5))

    assert seconds(2000) < 40 * seconds(200), "ten times as many queues; pairs of globs would take a hundred times"


def test_every_offered_pair_is_judged_without_an_error() -> None:
    for broker in BROKERS.values():
        for backend in BACKENDS.values():
            case = case_of(Example(), broken=False)
            project = replace(case.project, broker=broker, backend=backend)
            allowed = {"S02"} if backend.kind == "rpc" else set()
            assert {finding.id for finding in judge(project, case.components).errors} <= allowed, (broker, backend)
