from __future__ import annotations

from itertools import product

import pytest

from celery_scaffold import queue_questions
from celery_scaffold.answers import Answers, Source
from celery_scaffold.components import PRESETS
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.queues import DEFAULT_QUEUES, KEYS, Pool, Priority, Queue
from celery_scaffold.options import OPTIONS
from celery_scaffold.questions import Kind, Question, answered, open_keys, present_components, question

KEYS_IN_ORDER = ("name", "preset", "components", "broker", "backend", "clouds", "queues", "ci", "timezone")


def given(**values: object) -> Answers:
    """What flags say; `with_` stands for `with`."""
    return said(values, Source.FLAG)


def replied(**values: object) -> Answers:
    """The same as replies of the wizard."""
    return said(values, Source.PROMPT)


def said(values: dict[str, object], source: Source) -> Answers:
    answers = Answers({})
    for key, value in values.items():
        answers = answers.with_answer(key.rstrip("_"), value, source)
    return answers


def asked(key: str, answers: Answers) -> Question:
    found = question(key, answers)
    assert found is not None
    return found


def values(key: str, answers: Answers) -> list[str]:
    return [choice.value for choice in asked(key, answers).choices]


# --- which questions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "left"),
    [
        ({}, KEYS_IN_ORDER),
        (
            {"name": "shop", "broker": "redis"},
            ("preset", "components", "backend", "clouds", "queues", "ci", "timezone"),
        ),
        ({"with_": "beat"}, tuple(key for key in KEYS_IN_ORDER if key != "components")),
        ({"without": ""}, tuple(key for key in KEYS_IN_ORDER if key != "components")),
        ({"python": "3.12"}, KEYS_IN_ORDER),
        ({"clouds": "aws", "python": "3.12"}, tuple(key for key in KEYS_IN_ORDER if key != "clouds")),
        ({"clouds": ""}, tuple(key for key in KEYS_IN_ORDER if key != "clouds")),
    ],
)
def test_only_what_is_not_given_is_open(known: dict[str, object], left: tuple[str, ...]) -> None:
    assert open_keys(given(**known)) == left


def test_every_option_that_a_run_without_a_terminal_misses_is_asked() -> None:
    assert {key for key, option in OPTIONS.items() if option.asked} <= set(KEYS_IN_ORDER)


@pytest.mark.parametrize(
    ("known", "ci", "timezone"),
    [
        ({}, True, True),
        ({"preset": "minimal"}, False, False),
        ({"preset": "minimal", "with_": "beat"}, False, True),
        ({"preset": "full", "without": "beat"}, True, False),
    ],
)
def test_ci_and_time_zone_are_asked_with_their_component_only(
    known: dict[str, object],
    ci: bool,
    timezone: bool,
) -> None:
    assert (question("ci", given(**known)) is not None, question("timezone", given(**known)) is not None) == (
        ci,
        timezone,
    )


# --- choices -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["preset", "broker", "backend", "ci"])
def test_the_recommended_choice_is_first_marked_and_what_yes_would_take(key: str) -> None:
    answers = given(name="shop")
    found = asked(key, answers)
    assert found.choices[0].value == OPTIONS[key].default(answers)
    assert found.marked == (found.choices[0].value,)


@pytest.mark.parametrize(
    ("preset", "broker", "backend"),
    list(product(PRESETS, BROKERS, BACKENDS)),
)
def test_every_choice_has_one_line_of_why_and_is_a_valid_answer(preset: str, broker: str, backend: str) -> None:
    answers = replied(name="shop", preset=preset, broker=broker, backend=backend)
    for key in KEYS_IN_ORDER:
        found = question(key, answers)
        for choice in found.choices if found else ():
            assert choice.why
            assert "\n" not in choice.why
            if key != "queues":
                reply = (choice.value,) if key in {"components", "clouds"} else choice.value
                assert answered(answers, key, reply).given


@pytest.mark.parametrize(
    ("known", "note"),
    [
        ({}, "with rpc, none the component workflows has no chords"),
        ({"broker": "rabbitmq"}, "with rpc, none the component workflows has no chords"),
        ({"preset": "minimal"}, ""),
        ({"without": "workflows"}, ""),
    ],
)
def test_every_backend_is_offered_and_what_workflows_has_to_do_without_is_said(
    known: dict[str, object],
    note: str,
) -> None:
    assert values("backend", given(**known)) == [
        *("redis", "postgresql", "valkey", "sentinel", "mysql", "dynamodb", "s3", "azureblockblob", "gcs"),
        *("mongodb", "memcached"),
        *("sqlite", "rpc", "none"),
    ]
    assert asked("backend", given(**known)).note == note


@pytest.mark.parametrize(
    ("broker", "redis", "postgresql"),
    [
        ("redis", "the broker's server is there already", "one more server"),
        ("rabbitmq", "one more server", "one more server"),
    ],
)
def test_a_backend_says_whether_it_brings_a_server(broker: str, redis: str, postgresql: str) -> None:
    why = {choice.value: choice.why for choice in asked("backend", given(broker=broker)).choices}
    assert why["redis"].endswith(redis)
    assert why["postgresql"].endswith(postgresql)


@pytest.mark.parametrize(
    ("known", "marked"),
    [
        ({}, ()),
        ({"broker": "sqs"}, ("aws",)),
        ({"broker": "sqs", "backend": "azureblockblob"}, ("aws", "azure")),
        ({"broker": "sqs", "clouds": ""}, ()),
        ({"broker": "sqs", "clouds": "gcp,aws"}, ("aws", "gcp")),
    ],
)
def test_the_clouds_of_the_broker_and_the_backend_are_marked(known: dict[str, object], marked: tuple[str, ...]) -> None:
    assert asked("clouds", replied(**known)).marked == marked
    assert [choice.value for choice in asked("clouds", replied(**known)).choices] == ["aws", "gcp", "azure"]


def test_the_earlier_reply_is_marked() -> None:
    answers = replied(name="shop", preset="full", broker="rabbitmq", timezone="Asia/Tokyo", ci="gitlab")
    assert asked("preset", answers).marked == ("full",)
    assert asked("broker", answers).marked == ("rabbitmq",)
    assert asked("ci", answers).marked == ("gitlab",)
    assert asked("name", answers).default == "shop"
    assert asked("timezone", answers).default == "Asia/Tokyo"


# --- replies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "reply", "added", "left_out"),
    [
        ("minimal", ("compose",), (), None),
        ("minimal", (), None, ("compose",)),
        ("minimal", ("beat", "ci"), ("beat", "ci"), ("compose",)),
        ("standard", ("beat", "compose", "workflows", "ci"), (), None),
        ("standard", ("ci",), None, ("beat", "compose", "workflows")),
        ("full", (), None, ("beat", "compose", "workflows", "ci", "identity", "srv", "tls")),
    ],
)
def test_components_are_kept_as_the_difference_to_the_preset(
    preset: str,
    reply: tuple[str, ...],
    added: tuple[str, ...] | None,
    left_out: tuple[str, ...] | None,
) -> None:
    answers = answered(given(preset=preset), "components", reply)
    kept = {key: answer.value for key, answer in answers.given.items() if key != "preset"}
    assert kept == {key: value for key, value in (("with", added), ("without", left_out)) if value is not None}
    assert present_components(answers) == {"base", *reply}
    assert "components" not in open_keys(answers)
    assert asked("components", answers).marked == tuple(reply)


def test_a_reply_that_is_no_longer_offered_is_dropped() -> None:
    answers = replied(preset="minimal", with_="ci,beat", ci="gitlab", timezone="Asia/Tokyo", backend="rpc")
    answers = answered(answers, "preset", "full")
    assert answers.text("backend") == "rpc"
    assert answers.text("ci") == "gitlab"
    answers = answered(answers, "components", ("compose",))
    assert {"ci", "timezone"} & set(answers.given) == set()


def test_what_was_given_is_never_dropped() -> None:
    answers = given(preset="minimal", backend="rpc", ci="gitlab", timezone="Asia/Tokyo")
    assert answered(answers, "components", ("workflows",)).given.items() >= answers.given.items()


@pytest.mark.parametrize(
    ("key", "reply", "problem"),
    [
        ("name", "My Shop", "not usable as a directory"),
        ("name", "import", "Python keyword"),
        ("timezone", "Europe/Berln", "no time zone"),
        ("broker", "kafka", "S10: kafka is not offered as a broker"),
        ("broker", "carrots", "there is no broker"),
    ],
)
def test_a_reply_is_refused_as_a_flag_would_be(key: str, reply: str, problem: str) -> None:
    with pytest.raises(ScaffoldError, match=problem):
        answered(given(), key, reply)


# --- queues --------------------------------------------------------------------------------------------


def test_the_menu_keeps_the_queues_unless_somebody_wants_else() -> None:
    found = asked("queues", given())
    assert found.marked == ("keep",)
    assert [choice.value for choice in found.choices] == ["keep", "add", "change", "remove"]
    assert found.choices[0].why == "default, urgent, heavy, emails"


def test_the_last_queue_cannot_be_removed() -> None:
    assert values("queues", given(queues="default")) == ["keep", "add", "change"]
    with pytest.raises(ScaffoldError, match="at least one queue"):
        queue_questions.without_queue(given(queues="default"), "default")


def test_keeping_the_queues_answers_the_question() -> None:
    answers = queue_questions.kept_queues(given())
    assert answers.queues() == DEFAULT_QUEUES
    assert answers.given["queues"].source is Source.PROMPT


@pytest.mark.parametrize(
    ("spec", "replaced", "queues"),
    [
        ("reports", "", (*DEFAULT_QUEUES, Queue("reports"))),
        ("emails:concurrency=8", "emails", (*DEFAULT_QUEUES[:3], Queue("emails", 30, 8, rate_limit="10/s"))),
        ("mails", "emails", (*DEFAULT_QUEUES[:3], Queue("mails"))),
        ("fast:priority=high", "default", (Queue("fast", priority=Priority.HIGH), *DEFAULT_QUEUES[1:])),
    ],
)
def test_a_queue_is_added_or_replaced_in_its_place(spec: str, replaced: str, queues: tuple[Queue, ...]) -> None:
    assert queue_questions.with_queue(given(), spec, replaced).queues() == queues


@pytest.mark.parametrize(
    ("spec", "replaced", "problem"),
    [
        ("emails", "", "there is a queue 'emails' already"),
        ("emails", "heavy", "there is a queue 'emails' already"),
        ("reports:pol=threads", "", "has no key 'pol'"),
        ("reports:concurrency=0", "", "must be a whole number"),
        ("two words", "", "queue name"),
    ],
)
def test_a_queue_is_refused_with_the_reason(spec: str, replaced: str, problem: str) -> None:
    with pytest.raises(ScaffoldError, match=problem):
        queue_questions.with_queue(given(), spec, replaced)


@pytest.mark.parametrize(
    "queue",
    [*DEFAULT_QUEUES, Queue("slow", 7200, 1, Pool.THREADS, Priority.HIGH, "5/h", ("shop.a.*", "shop.b"))],
    ids=lambda queue: queue.name,
)
def test_a_queue_is_changed_from_the_text_of_all_its_values(queue: Queue) -> None:
    found = queue_questions.queue_text(queue)
    assert found.kind is Kind.TEXT
    answers = given(queues=(queue,))
    assert queue_questions.with_queue(answers, found.prefilled, queue.name).queues() == (queue,)


def test_the_text_of_a_queue_names_every_key() -> None:
    note = queue_questions.queue_text().note
    assert [key for key in KEYS if f"{key}=" not in note] == []


def test_a_list_of_queues_tells_what_each_is_for() -> None:
    found = queue_questions.which_queue("change", DEFAULT_QUEUES)
    assert {choice.value: choice.why for choice in found.choices} == {
        "default": "up to 60 s a task, 4 at once, prefork",
        "urgent": "up to 10 s a task, 4 at once, prefork, high priority",
        "heavy": "up to 900 s a task, 2 at once, prefork",
        "emails": "up to 30 s a task, 4 at once, prefork, 10/s",
    }
