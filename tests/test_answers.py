from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers
from celery_scaffold.answers import Answers, Source
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.queues import DEFAULT_QUEUES, Queue
from celery_scaffold.options import OPTIONS

if TYPE_CHECKING:
    from pathlib import Path


def test_a_flag_wins_over_the_environment_the_file_a_prompt_and_the_default(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('broker = "rabbitmq"\nbackend = "rpc"\npreset = "full"\ntimezone = "Asia/Tokyo"\n')
    flags = answers.from_flags({"broker": "redis"}, [])
    environment = answers.from_environment({"CELERY_SCAFFOLD_BROKER": "rabbitmq", "CELERY_SCAFFOLD_BACKEND": "none"})
    prompts = Answers({}).with_answer("preset", "minimal", Source.PROMPT).with_answer("ci", "gitlab", Source.PROMPT)

    merged = answers.merge(flags, environment, answers.from_file(file), prompts)

    assert {key: (answer.value, answer.source.value) for key, answer in merged.given.items()} == {
        "broker": ("redis", "flag"),
        "backend": ("none", "environment"),
        "preset": ("full", "file"),
        "timezone": ("Asia/Tokyo", "file"),
        "ci": ("gitlab", "prompt"),
    }
    assert merged.answer("queues") == answers.Answer(DEFAULT_QUEUES, Source.DEFAULT)


def test_queues_of_a_file_start_from_the_usual_values(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text('[queues.heavy]\nconcurrency = 1\n[queues.reports]\nroutes = ["shop.reports.*"]\n')
    assert answers.from_file(file).queues() == (
        Queue("heavy", max_task_seconds=900, concurrency=1),
        Queue("reports", routes=("shop.reports.*",)),
    )


def test_several_queues_fit_into_one_environment_variable() -> None:
    given = answers.from_environment({"CELERY_SCAFFOLD_QUEUES": "default; mail:concurrency=2"})
    assert [queue.name for queue in given.queues()] == ["default", "mail"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("brocker = 'redis'", "there is no setting 'brocker'", "did you mean 'broker'?"),
        ("broker = 'redsi'", "there is no broker 'redsi'", "did you mean 'redis'?"),
        ("broker = 3", "broker must be text, not a number", "in quotation marks, one of: redis, rabbitmq, sqs"),
        ("broker = ['redis']", "broker must be text, not a list", "one of: redis, rabbitmq, sqs"),
        ("python = 3.13", "python must be text, not a number", "in quotation marks, one of: 3.10, 3.11, 3.12, 3.13"),
        ("name = 1", "name must be text, not a number", 'name = "…"'),
        ("package = []", "package must be text, not a list", 'package = "…"'),
        ("description = {a = 1}", "description must be text, not a table", 'description = "…"'),
        ("description = 1979-05-27", "description must be text, not a date or time", 'description = "…"'),
        ("timezone = 07:32:00", "timezone must be text, not a date or time", 'timezone = "…"'),
        ("default_queue = false", "default_queue must be text, not true or false", 'default_queue = "…"'),
        ("with = true", "with must be a list of words, not true or false", 'with = ["…"]'),
        ("without = 1.5", "without must be a list of words, not a number", 'without = ["…"]'),
        ("clouds = [['aws']]", "each of clouds must be text, not a list", "a list of words in quotation marks"),
        ("max_attempts = 1.0", "max_attempts must be a whole number, not 1.0", "1 to 20"),
        ("max_attempts = '000000000005000'", "must be a whole number, not '000000000005000'", "1 to 20"),
        (f"max_attempts = {'9' * 5000}", "not valid TOML", "mend"),
        (f"max_attempts = 0x{'f' * 9000}", "must be a whole number, not a very long int", "1 to 20"),
        ("queues = [1]", "each of queues must be text, not a number", ""),
        ("[queues.mail]\npool = true", "queue 'mail': pool must be text, not true or false", 'pool = "…"'),
        ("[queues.mail]\nroutes = true", "routes must be a list of words, not true or false", 'routes = ["…"]'),
        ("[queues.mail]\nroutes = [1]", "routes must be text, not a number", "quotation marks"),
        ("[queues.mail]\nrate_limit = 10", "rate_limit must be text, not a number", 'rate_limit = "…"'),
        ("[queues.mail]\nconcurrency = '0004'", "must be a whole number, not '0004'", "1 to 256"),
        ("with = ['beet']", "there is no component 'beet'", "did you mean 'beat'?"),
        ("max_attempts = true", "must be a whole number", "1 to 20"),
        ("max_attempts = 99999999999999999999999", "must be a whole number", "1 to 20"),
        ("description = '{{ 7 * 7 }}'", "template code", "without"),
        ('description = "a\\nb"', "one printable line", "200"),
        ("timezone = '../../etc/passwd'", "no time zone", "IANA"),
        ("timezone = 'localtime'", "no time zone 'localtime'", "IANA"),
        ("timezone = 'posixrules'", "no time zone 'posixrules'", "IANA"),
        ("timezone = 'right/UTC'", "no time zone 'right/UTC'", "did you mean"),
        ("timezone = 'utc'", "no time zone 'utc'", "did you mean 'UTC'?"),
        ("queues = 3", "queues must be text, not a number", "[queues.NAME]"),
        ("[queues]\nmail = 3", "must be a table", "[queues.mail]"),
        ("[queues.mail]\npol = 'x'", "has no key 'pol'", "pool"),
        ("broker = ", "not valid TOML", "mend"),
        ("\x00", "not valid TOML", "mend"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_the_file(tmp_path: Path, text: str, message: str, hint: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(text)
    with pytest.raises(ScaffoldError) as refusal:
        answers.from_file(file)
    assert refusal.value.message.startswith("answers.toml")
    assert message in refusal.value.message
    assert hint in refusal.value.hint


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_bytes(b'\xef\xbb\xbfname = "shop"\n')
    assert answers.from_file(tmp_path / "answers.toml").text("name") == "shop"


def test_an_unknown_variable_is_a_mistake_and_not_silence() -> None:
    with pytest.raises(ScaffoldError) as refusal:
        answers.from_environment({"CELERY_SCAFFOLD_BROCKER": "redis"})
    assert refusal.value.hint == "did you mean 'CELERY_SCAFFOLD_BROKER'?"


def test_what_all_variables_begin_with_is_no_likeness() -> None:
    with pytest.raises(ScaffoldError) as refusal:
        answers.from_environment({"CELERY_SCAFFOLD_FOO": "1"})
    assert refusal.value.hint.startswith("known: CELERY_SCAFFOLD_NAME, CELERY_SCAFFOLD_PACKAGE, ")


@pytest.mark.parametrize(
    ("flags", "pairs", "message", "hint"),
    [
        ({"broker": "redis"}, ["broker=rabbitmq"], "'broker' is given twice", "once, as --broker or with --set"),
        ({"name": "shop"}, ["name=other"], "'name' is given twice", "once is enough"),
        ({"queues": ["mail"]}, ["queues=web"], "'queues' is given twice", "once, as --queue or with --set"),
        ({}, ["ci=github", "ci=github"], "'ci' is given twice", "once is enough"),
        ({}, ["ci=github", " ci =github"], "'ci' is given twice", "once is enough"),
        (
            {"queues": ["aa:concurrency=1,concurrency=2"]},
            [],
            "queue 'aa': concurrency is given twice",
            "once is enough",
        ),
    ],
)
def test_one_source_says_a_thing_once(flags: dict[str, object], pairs: list[str], message: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        answers.from_flags(flags, pairs)
    assert (refusal.value.message, refusal.value.hint) == (message, hint)


def test_a_variable_in_another_case_is_the_same_variable() -> None:
    with pytest.raises(ScaffoldError, match="is given twice"):
        answers.from_environment({"CELERY_SCAFFOLD_BROKER": "redis", "CELERY_SCAFFOLD_broker": "rabbitmq"})


def said(source: Source, **words: str) -> Answers:
    """Answers of one source; the keywords are `with_` and `without`."""
    given = Answers({})
    for key, value in words.items():
        given = given.with_answer(key.rstrip("_"), value, source)
    return given


@pytest.mark.parametrize(
    ("layers", "with_", "without"),
    [
        ([said(Source.FLAG, with_="ci"), said(Source.FILE, without="ci")], ("ci",), ()),
        ([said(Source.FLAG, with_="ci"), said(Source.FILE, without="ci beat")], ("ci",), ("beat",)),
        ([said(Source.FLAG, without="ci"), said(Source.FILE, with_="ci beat")], ("beat",), ("ci",)),
        ([said(Source.FLAG, without="ci"), said(Source.ENVIRONMENT, with_="ci")], (), ("ci",)),
        ([said(Source.ENVIRONMENT, with_="ci"), said(Source.FILE, without="ci")], ("ci",), ()),
        ([said(Source.FILE, with_="ci"), said(Source.PROMPT, without="ci")], ("ci",), ()),
        ([said(Source.FLAG, with_=""), said(Source.FILE, without="ci", with_="beat")], (), ("ci",)),
        ([said(Source.FILE, with_="ci", without="ci")], ("ci",), ("ci",)),
    ],
)
def test_the_stronger_source_wins_for_each_component(
    layers: list[Answers],
    with_: tuple[str, ...],
    without: tuple[str, ...],
) -> None:
    merged = answers.merge(*layers)
    assert (merged.words("with"), merged.words("without")) == (with_, without)


@pytest.mark.parametrize(
    ("queues", "route", "owner"),
    [
        (["aa:routes=bb2.tasks.bb.*", "bb"], "bb2.tasks.bb.*", "bb"),
        (["bb", "aa:routes=bb2.tasks.bb.*"], "bb2.tasks.bb.*", "bb"),
        (["aa:routes=bb2.tasks.bb.example", "bb"], "bb2.tasks.bb.example", "bb"),
        (["aa:routes=x.*+bb2.tasks.web_hooks.*_slow", "web-hooks"], "bb2.tasks.web_hooks.*_slow", "web-hooks"),
        (["aa:routes=bb*.tasks.bb.exampl*", "bb"], "bb*.tasks.bb.exampl*", "bb"),
    ],
)
def test_a_route_that_takes_the_tasks_of_another_queue_s_module_is_refused(
    queues: list[str],
    route: str,
    owner: str,
) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        answers.project(answers.from_flags({"name": "bb2", "queues": queues}, []))
    assert refusal.value.message == f"queue 'aa': the route {route!r} takes tasks of the module of queue {owner!r}"
    assert refusal.value.hint == "drop that route, or move those tasks into the module tasks/aa.py"


@pytest.mark.parametrize("route", ["bb2.tasks.aa.*", "bb2.tasks.*", "bb2.*", "other.tasks.bb.*", "*.bb.*"])
def test_a_route_that_is_wider_than_a_module_or_beside_it_is_taken(route: str) -> None:
    described = answers.project(answers.from_flags({"name": "bb2", "queues": [f"aa:routes={route}", "bb"]}, []))
    assert described.queues[0].routes == (route,)


def test_the_default_queue_must_be_one_of_the_queues() -> None:
    given = answers.from_flags({"name": "shop", "queues": ["mail"]}, ["default_queue=emails"])
    with pytest.raises(ScaffoldError, match="none of the queues"):
        answers.project(given)


def test_without_a_queue_named_default_the_first_one_takes_what_no_route_matches() -> None:
    given = answers.from_flags({"name": "shop", "queues": ["mail", "web"]}, [])
    assert answers.project(given).default_queue == "mail"


def test_every_option_says_what_it_is_for_and_its_default_is_a_value_it_accepts() -> None:
    base = answers.from_flags({"name": "shop"}, [])
    for option in OPTIONS.values():
        assert option.about
        assert option.read(base.answer(option.key).value) == base.answer(option.key).value
