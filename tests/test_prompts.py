"""The wizard as a person meets it: through a real pseudo-terminal."""

from __future__ import annotations

import json
import re
import shlex
import signal
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS

from terminal import CLEAR_LINE, CTRL_C, CTRL_D, DOWN, ENTER, ESCAPE, LEFT, SPACE, UP, Terminal

if TYPE_CHECKING:
    from pathlib import Path

# Every place where a question is put: how one gets there from the one before, and what is known by then.
PATH_TO = (
    ("Name of the project", (), ""),
    ("How much to generate", ("shop", ENTER), "shop"),
    ("Components", (ENTER,), "--preset standard"),
    ("Broker", (ENTER,), "--set with="),
    ("Result backend", (ENTER,), "--broker redis"),
    ("Clouds", (ENTER,), "--backend redis"),
    ("Queues", (ENTER,), "--set clouds="),
    ("New queue", (DOWN, ENTER), ""),
    ("Queues", (ESCAPE,), ""),
    ("Which queue to change", (DOWN, DOWN, ENTER), ""),
    ("Queue default", (ENTER,), ""),
    ("Queues", (ESCAPE,), ""),
    ("Which queue to remove", (UP, ENTER), ""),
    ("Queues", (LEFT,), ""),
    ("CI", (ENTER,), "--queue default --queue urgent --queue heavy --queue emails"),
    ("Time zone", (ENTER,), "--set ci=github"),
    ("Write it?", (ENTER,), "--set timezone=UTC"),
)
# Each question once: the menu of queues is passed several times.
PLACES = tuple({question: place for place, (question, _, _) in reversed(list(enumerate(PATH_TO)))}.values())[::-1]
OPTION_ORDER = (
    *("shop", "--preset", "--broker", "--backend", "--set clouds", "--queue"),
    *("--set with", "--set timezone", "--set ci"),
)


def walk_to(terminal: Terminal, place: int) -> str:
    """Go to a place of PATH_TO; the command that is to be told for resuming from there."""
    known = []
    for question, keys, adds in PATH_TO[: place + 1]:
        terminal.press(*keys)
        terminal.see(f"? {question}")
        known.append(adds)
    known.sort(key=lambda words: next((i for i, start in enumerate(OPTION_ORDER) if words.startswith(start)), 0))
    return " ".join(["celery-scaffold new", *filter(None, known)])


def test_enter_takes_the_recommended_answers_and_the_review_shows_what_they_make(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", "--dry-run", rows=100)
    seen = [
        terminal.answer(question, ENTER)
        for question in (
            "How much to generate",
            "Components",
            "Broker",
            "Result backend",
            "Clouds",
            "Queues",
            "CI",
            "Time zone",
        )
    ]
    assert "» standard  what most teams run in production" in seen[0]
    assert re.search("» redis +simple", seen[2])
    review = terminal.answer("Write it?", ENTER)
    assert f"{tmp_path}/shop: " in review
    assert "  shop/" in review
    assert "      shop/\n        __init__.py" in review
    assert "broker      redis (prompt)" in review
    assert "name        shop (flag)" in review
    assert "components  base, beat, compose, workflows, ci" in review
    assert "max_attempts 5" in review
    assert "celery-scaffold new shop --dry-run --yes\n" in review
    assert terminal.end() == 0
    assert "nothing was written: --dry-run" in terminal.screen()
    assert list(tmp_path.iterdir()) == []


def test_every_reply_reaches_the_project(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "--json", "--dry-run", through='"$0" "$@" > facts.json')
    terminal.answer("Name of the project", "shop", ENTER)
    terminal.answer("How much to generate", DOWN, ENTER)
    terminal.answer("Components", SPACE, DOWN, SPACE, DOWN, DOWN, SPACE, ENTER)
    terminal.answer("Broker", DOWN, ENTER)
    assert "one more server" in terminal.answer("Result backend", UP, ENTER)
    terminal.answer("Clouds", SPACE, DOWN, DOWN, SPACE, ENTER)
    terminal.answer("Queues", DOWN, ENTER)
    terminal.answer("New queue", "reports:max_task_seconds=3600,concurrency=1", ENTER)
    assert "default, urgent, heavy, emails, reports" in terminal.answer("Queues", DOWN, DOWN, ENTER)
    terminal.answer("Which queue to change", DOWN, DOWN, DOWN, ENTER)
    terminal.answer("Queue emails", CLEAR_LINE, "mails:pool=threads", ENTER)
    terminal.answer("Queues", UP, ENTER)
    terminal.answer("Which queue to remove", DOWN, DOWN, ENTER)
    assert "default, urgent, mails, reports" in terminal.answer("Queues", ENTER)
    terminal.answer("CI", DOWN, ENTER)
    terminal.answer("Time zone", "Europe/Berlin", ENTER)
    review = terminal.answer("Write it?", ENTER)
    assert "warning R37: Celery enforces no time limits in a thread pool" in review
    assert "hint: give every call in such tasks its own timeout" in review
    assert terminal.end() == 0

    facts = json.loads((tmp_path / "facts.json").read_text())
    replies = {key: row["value"] for key, row in facts["answers"].items() if row["source"] == "prompt"}
    queues = {queue.pop("name"): queue for queue in replies.pop("queues")}
    assert list(queues) == ["default", "urgent", "mails", "reports"]
    assert queues["mails"]["pool"] == "threads"
    assert (queues["reports"]["max_task_seconds"], queues["reports"]["concurrency"]) == (3600, 1)
    assert replies == {
        "name": "shop",
        "preset": "minimal",
        "with": ["beat", "ci"],
        "without": ["compose"],
        "broker": "rabbitmq",
        "backend": "none",
        "clouds": ["aws", "azure"],
        "ci": "gitlab",
        "timezone": "Europe/Berlin",
    }


def test_what_is_given_is_not_asked(tmp_path: Path) -> None:
    given = (
        "--preset",
        "minimal",
        "--broker",
        "redis",
        "--backend",
        "none",
        "--set",
        "clouds=",
        "--without",
        "compose",
    )
    terminal = Terminal(tmp_path, "new", "shop", *given, environment={"CELERY_SCAFFOLD_QUEUES": "default"})
    review = terminal.answer("Write it?", DOWN, DOWN, ENTER)
    assert "queues      default (environment)" in review
    assert terminal.end() == 130


def test_going_back_keeps_the_replies_and_marks_them(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new")
    terminal.answer("Name of the project", "shop", ENTER)
    terminal.answer("How much to generate", DOWN, ENTER)
    terminal.answer("Components", SPACE, ENTER)
    terminal.answer("Broker", DOWN, ENTER)
    terminal.answer("Result backend", ESCAPE)
    assert "» rabbitmq" in terminal.answer("Broker", LEFT)
    assert "» ● beat" in terminal.answer("Components", LEFT)
    assert "» minimal" in terminal.answer("How much to generate", ESCAPE)
    assert "? Name of the project: shop" in terminal.answer("Name of the project", ENTER)
    assert "» minimal" in terminal.answer("How much to generate", ENTER)
    terminal.answer("Components", ENTER)
    terminal.answer("Broker", CTRL_C)
    assert terminal.end() == 130
    assert "  celery-scaffold new shop --preset minimal --broker rabbitmq --with beat" in terminal.screen()


def test_going_back_from_the_first_question_stays_there(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop")
    terminal.answer("How much to generate", DOWN)
    terminal.see("» minimal")
    terminal.press(ESCAPE)
    terminal.see("» standard")
    terminal.press(CTRL_C)
    assert terminal.end() == 130


def test_going_back_passes_over_what_is_not_asked(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", "--preset", "minimal", "--broker", "redis", "--queue", "default")
    terminal.answer("Components", ENTER)
    terminal.answer("Result backend", ENTER)
    terminal.answer("Clouds", ENTER)
    terminal.answer("Write it?", DOWN, ENTER)
    terminal.answer("Clouds", LEFT)
    terminal.answer("Result backend", LEFT)
    terminal.answer("Components", CTRL_C)
    assert terminal.end() == 130


def test_a_component_that_is_taken_away_takes_its_question_along(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", "--preset", "full", "--broker", "redis", "--queue", "default")
    assert "workflows has no chords" in walk(terminal, "Components", "Result backend")
    terminal.press(ENTER)
    terminal.answer("Clouds", ENTER)
    terminal.answer("CI", DOWN, ENTER)
    terminal.answer("Time zone", ESCAPE)
    assert "» gitlab" in terminal.answer("CI", ESCAPE)
    terminal.answer("Clouds", ESCAPE)
    terminal.answer("Result backend", ESCAPE)
    # Everything but compose is switched off.
    terminal.answer("Components", SPACE, DOWN, DOWN, SPACE, DOWN, SPACE, DOWN, SPACE, ENTER)
    assert re.search("none +fire and forget", terminal.answer("Result backend", ENTER))
    terminal.answer("Clouds", ENTER)
    review = terminal.answer("Write it?", CTRL_C)
    assert "celery-scaffold new shop --preset full --broker redis --queue default --without beat" in review
    assert "gitlab" not in review.partition("shop/")[2]
    assert terminal.end() == 130


def walk(terminal: Terminal, *questions: str) -> str:
    """Enter at all but the last question; the screen of the last."""
    for question in questions[:-1]:
        terminal.answer(question, ENTER)
    return terminal.see(f"? {questions[-1]}")


@pytest.mark.parametrize(
    ("place", "wrong", "problem", "right"),
    [
        (0, "My Shop", "is not usable as a directory", "shop"),
        (0, "celery", "would clash with an installed package", "shop"),
        (0, "taken", "is there already", "shop"),
        (0, "", "characters", "shop"),
        (7, "reports:pol=threads", "has no key 'pol'", "reports:pool=threads"),
        (7, "emails", "there is a queue 'emails' already", "reports"),
        (10, "default:concurrency=0", "1 to 256", "default:concurrency=1"),
        (10, "urgent", "there is a queue 'urgent' already", "quick"),
        (15, "Europe/Berln", "did you mean 'Europe/Berlin'?", "Europe/Berlin"),
    ],
)
def test_what_cannot_be_used_stays_to_be_mended(
    tmp_path: Path,
    place: int,
    wrong: str,
    problem: str,
    right: str,
) -> None:
    (tmp_path / "taken").mkdir()
    terminal = Terminal(tmp_path, "new")
    walk_to(terminal, place)
    terminal.press(CLEAR_LINE, wrong, ENTER)
    terminal.see(problem, wrong)
    terminal.press(CLEAR_LINE, right, ENTER)
    terminal.see("? ", gone=problem)
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert shlex.quote(right) in terminal.screen().rpartition("resume with:")[2]


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: PATH_TO[place][0])
def test_stopping_writes_nothing_and_says_how_to_resume(tmp_path: Path, place: int, key: str) -> None:
    terminal = Terminal(tmp_path, "new")
    command = walk_to(terminal, place)
    terminal.press(key)
    assert terminal.end() == 130
    assert terminal.screen().endswith(f"stopped: nothing was written\nresume with:\n  {command}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_signal_of_an_interrupt_stops_as_well(tmp_path: Path, place: int) -> None:
    terminal = Terminal(tmp_path, "new")
    command = walk_to(terminal, place)
    terminal.kill(signal.SIGINT)
    assert terminal.end() == 130
    assert terminal.screen().endswith(f"resume with:\n  {command}")
    assert list(tmp_path.iterdir()) == []


def test_the_command_that_is_told_resumes_at_the_question_where_it_stopped(tmp_path: Path) -> None:
    stopped = Terminal(tmp_path, "new", "--output-dir", str(tmp_path))
    walk_to(stopped, 4)
    stopped.press(CTRL_C)
    assert stopped.end() == 130
    command = shlex.split(stopped.screen().splitlines()[-1])
    resumed = Terminal(tmp_path, *command[1:])
    walk(resumed, "Result backend", "Clouds", "Queues")
    resumed.press(CTRL_C)
    assert resumed.end() == 130
    assert shlex.split(resumed.screen().splitlines()[-1]) == [
        *("celery-scaffold", "new", "shop", "--preset", "standard", "--broker", "redis", "--backend", "redis"),
        *("--set", "clouds=", "--set", "with=", "--output-dir", str(tmp_path)),
    ]


def test_the_choice_to_stop_says_how_to_resume(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new")
    command = walk_to(terminal, len(PATH_TO) - 1)
    terminal.press(UP, ENTER)
    assert terminal.end() == 130
    assert terminal.screen().endswith(f"resume with:\n  {command}")


def test_a_target_that_is_there_is_told_before_the_first_question(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    terminal = Terminal(tmp_path, "new", "shop")
    assert terminal.end() == 1
    assert "shop is there already" in terminal.screen()
    assert "?" not in terminal.screen()


def test_answers_that_do_not_fit_together_can_be_changed_but_not_written(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", "--preset", "minimal", "--set", "default_queue=mails")
    terminal.answer("Components", ENTER)
    terminal.answer("Broker", ENTER)
    terminal.answer("Result backend", ENTER)
    terminal.answer("Clouds", ENTER)
    terminal.answer("Queues", ENTER)
    review = terminal.answer("Write it?", ENTER)
    assert "error: default_queue 'mails' is none of the queues" in review
    assert "write" not in review.rpartition("? Write it?")[2].splitlines()[1]
    terminal.answer("Queues", DOWN, ENTER)
    terminal.answer("New queue", "mails", ENTER)
    terminal.answer("Queues", ENTER)
    assert "» write" in terminal.answer("Write it?", CTRL_C)
    assert terminal.end() == 130


def test_a_paste_and_alt_keys_edit_the_text(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new")
    terminal.answer("Name of the project", "\x1b[200~my-shop\n\x1b[201~")
    terminal.see("my-shop")
    terminal.press("\x1bb", "x", ENTER)
    assert "name       my-xshop" in terminal.answer("How much to generate", CTRL_C)
    assert terminal.end() == 130


# --- terminals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "rows"), [(1, 24), (2, 24), (3, 24)])
def test_a_terminal_that_is_too_narrow_to_read_is_no_reason_to_fail(tmp_path: Path, columns: int, rows: int) -> None:
    terminal = Terminal(tmp_path, "new", "--dry-run", columns=columns, rows=rows)
    for keys in ((), ("A", ENTER), (CLEAR_LINE, "shop", ENTER), (ENTER,), (ENTER,), (ENTER,), (ENTER,)):
        terminal.press(*keys)
        terminal.settle()
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert b"Traceback" not in terminal.raw
    assert b"resume with:" in terminal.raw


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP], ids=lambda sent: str(sent.name))
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_signal_to_stop_ends_the_questions(tmp_path: Path, place: int, sent: signal.Signals) -> None:
    terminal = Terminal(tmp_path, "new")
    walk_to(terminal, place)
    terminal.kill(sent)
    assert terminal.end() == 128 + sent
    assert f"stopped by {sent.name}: nothing was written" in terminal.screen()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("columns", "rows"), [(30, 24), (30, 8), (200, 5), (12, 10)])
def test_a_small_terminal_shows_every_question(tmp_path: Path, columns: int, rows: int) -> None:
    terminal = Terminal(tmp_path, "new", "sh", "--dry-run", columns=columns, rows=rows)
    # What stands beside the pointer is on every screen, however little fits around it.
    for marked in ("standard", "● beat", "redis", "redis", "○ aws", "keep", "github"):
        terminal.see(f"» {marked}")
        terminal.press(ENTER)
    terminal.see("UTC")
    terminal.press(ENTER)
    terminal.see("» write")
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert b"Traceback" not in terminal.raw


def test_no_word_is_broken_at_thirty_columns(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", columns=30)
    terminal.answer("Name of the project", "a b", ENTER)
    screen = terminal.see("? Name of the project: a b", "first")
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    message = " ".join(screen.split())
    assert "the project name 'a b' is not usable as a directory, a package and a queue at once" in message
    assert "lower-case letters and digits, words joined by single '-' or '_', a letter first" in message
    assert "Enter takes what is marked, Esc goes back, Ctrl-C stops." in message


@pytest.mark.parametrize("value", ["1", "yes"])
def test_no_color_means_none(tmp_path: Path, value: str) -> None:
    terminal = Terminal(tmp_path, "new", "shop", environment={"NO_COLOR": value})
    walk(
        terminal,
        "How much to generate",
        "Components",
        "Broker",
        "Result backend",
        "Clouds",
        "Queues",
        "CI",
        "Time zone",
    )
    terminal.press("x", ENTER)
    terminal.see("there is no time zone")
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    codes = {code for codes in re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw) for code in codes.split(b";")}
    assert codes <= {b"", b"0", b"1"}


def test_colour_is_there_otherwise(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop")
    terminal.answer("How much to generate", CTRL_C)
    assert terminal.end() == 130
    assert re.search(rb"\x1b\[0;3[0-9]", terminal.raw)


HEADINGS = ("How much", "Components", "Broker", "Result backend", "Clouds", "Queues", "CI", "Time zone", "Write it?")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NUMBERED = (
    ("Name of the project\n", "", "celery-scaffold new"),
    ("How much to generate\n", "shop", "celery-scaffold new shop"),
    ("Components\n", "", "celery-scaffold new shop --preset standard"),
    ("Broker", "", "celery-scaffold new shop --preset standard --set with="),
    ("Result backend", "2", "celery-scaffold new shop --preset standard --broker rabbitmq --set with="),
    ("Clouds", "2", "celery-scaffold new shop --preset standard --broker rabbitmq --backend postgresql --set with="),
    ("Queues\n", "3", "--broker rabbitmq --backend postgresql --cloud azure --set with="),
    ("CI\n", "", "--queue default --queue urgent --queue heavy --queue emails --set with="),
    ("Time zone of the schedule\n", "2", "--queue emails --set with= --set ci=gitlab"),
    ("Write it?\n", "", "--queue emails --set with= --set timezone=UTC --set ci=gitlab"),
)


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"TERM": "dumb"}, id="dumb"),
        pytest.param({"TERM": ""}, id="no TERM"),
        pytest.param(ASCII, id="ascii"),
    ],
)
def test_a_terminal_without_cursor_or_characters_is_asked_by_number(
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    terminal = Terminal(tmp_path, "new", "--dry-run", environment=environment)

    def type_line(line: str, *heard: str) -> str:
        terminal.press(line, ENTER)
        return terminal.hear(*heard)

    terminal.hear("Name of the project\n", "\n> ")
    type_line("My Shop", "error: the project name 'My Shop' is not usable", "\n> ")
    type_line("b", "Name of the project\n", "\n> ")
    type_line("shop", "How much to generate\n", " 1) standard: what most", "\n[1] > ")
    type_line("2", "Components\n", " *2) compose: ", "several numbers, 0 for none [2] > ")
    type_line("b", "How much to generate\n", "\n[2] > ")
    type_line("standard", "Components\n", "[1 2 3 4] > ")
    type_line("1, 2 4", "components beat, compose, ci\n", "Broker", "\n[1] > ")
    type_line("99", f"error: '99' is none of the choices\nhint: 1 to {len(BROKERS)}, or b to go back\n[1] > ")
    type_line("", "Result backend", f" {len(BACKENDS)}) none: fire and forget", "\n[1] > ")
    type_line(str(len(BACKENDS)), "Clouds", " 3) azure: ", "several numbers, 0 for none [0] > ")
    type_line("", "clouds     none\n", "Queues\n", " 2) add: one more queue", "\n[1] > ")
    type_line("add", "New queue\n", "NAME or NAME:KEY=VALUE", "\n> ")
    type_line("b", "Queues\n", "\n[1] > ")
    type_line("2", "New queue\n", "\n> ")
    type_line("reports", " 1) keep: default, urgent, heavy, emails, reports\n", "\n[1] > ")
    type_line("", "CI\n", "\n[1] > ")
    type_line("", "Time zone of the schedule\n", "\n[UTC] > ")
    type_line("", "  celery-scaffold new shop --backend none", "Write it?\n", " 3) stop", "\n[1] > ")
    terminal.press(ENTER)
    assert terminal.end() == 0
    if "TERM" in environment:
        assert b"\x1b" not in terminal.raw
    else:
        assert terminal.raw.isascii()


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
@pytest.mark.parametrize("place", range(len(NUMBERED)), ids=lambda place: f"{place}-{NUMBERED[place][0].strip()}")
def test_stopping_a_dumb_terminal_writes_nothing_and_says_how_to_resume(tmp_path: Path, place: int, key: str) -> None:
    terminal = Terminal(tmp_path, "new", environment={"TERM": "dumb"})
    terminal.hear(NUMBERED[0][0], "> ")
    for heading, line, _ in NUMBERED[1 : place + 1]:
        terminal.press(line, ENTER)
        terminal.hear(heading, "] > ")
    terminal.press(key)
    assert terminal.end() == 130
    end = terminal.raw.decode().splitlines()[-3:]
    assert end[:2] == ["stopped: nothing was written", "resume with:"]
    assert end[2].startswith("  celery-scaffold new")
    assert end[2].endswith(NUMBERED[place][2])
    assert list(tmp_path.iterdir()) == []


def test_an_ascii_terminal_is_told_the_nearest_characters(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", "--yes", "--dry-run", environment=ASCII)
    assert terminal.end() == 0
    assert b"Redis -> Redis" in terminal.raw
    assert terminal.raw.isascii()


def test_the_plain_c_locale_is_utf_8_to_python(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", environment={"LC_ALL": "C"})
    assert "» standard" in terminal.answer("How much to generate", CTRL_C)
    assert terminal.end() == 130


def test_somebody_agrees_and_the_project_is_there(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "new", "shop", "--no-git")
    walk(terminal, *HEADINGS)
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert (tmp_path / "shop" / "celery-scaffold.toml").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]
