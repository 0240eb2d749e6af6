"""The picture in the README of a generated project is true to its answers: each node and each edge of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from celery_scaffold import answers, workflows

from projects import Choice

if TYPE_CHECKING:
    from pathlib import Path

    from celery_scaffold.model.project import Project

# `from["text"] -->|"label"| to["text"]`; text and label may be missing.
NODE = r'(\w+)(?:[\[(]+"([^"]*)"[\])]+)?'
EDGE = re.compile(rf'{NODE} (-->|-\.->)(?:\|"([^"]*)"\|)? {NODE}')
LONE = re.compile(NODE)
DRAWN = 40

CHOICES = tuple(
    Choice(f"{name}-{broker}-{backend}", (("broker", broker), ("backend", backend), *flags))
    for broker, backend in (("redis", "redis"), ("rabbitmq", "postgresql"), ("redis", "none"), ("rabbitmq", "rpc"))
    for name, flags in (
        ("usual", ()),
        ("one", (("queues", ("only:pool=threads,concurrency=9",)), ("without", ("beat",)))),
        ("routes", (("queues", ("default", "web-hooks:routes=hooks.*+billing.close")), ("default_queue", "web-hooks"))),
        ("many", (("queues", tuple(f"queue-{number}" for number in range(DRAWN + 3))),)),
    )
)


@dataclass(frozen=True)
class Picture:
    """A flow chart: the text of each node, and what leads where under which label."""

    texts: dict[str, str]
    edges: frozenset[tuple[str, str, str]]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_the_picture_shows_what_the_answers_say(choice: Choice, tmp_path: Path) -> None:
    workflows.new(choice.answers(), tmp_path, with_git=False)
    readme = (tmp_path / choice.name / "README.md").read_text()
    (source,) = re.findall(r"```mermaid\n(.*?)```", readme, re.DOTALL)
    project = answers.project(choice.answers())
    picture, expected = _read(source), _expected(project, with_beat="beat" not in project.left_out)
    assert picture.edges == expected.edges
    assert picture.texts == expected.texts


def test_every_line_of_a_picture_is_understood() -> None:
    inside = 'subgraph s["x"]\n  b(["two<br>lines"])\n  c[("three")]\nend'
    source = f'flowchart LR\n  a["one"] --> b\n  {inside}\n  b -.->|"why"| c\n'
    expected = Picture({"a": "one", "b": "two<br>lines", "c": "three"}, frozenset({("a", "", "b"), ("b", "why", "c")}))
    assert _read(source) == expected
    with pytest.raises(AssertionError, match="what is this"):
        _read("flowchart LR\n  what is this\n")


def _read(source: str) -> Picture:
    """Parse what we draw of Mermaid; raises AssertionError for a line that is neither node nor edge."""
    first, *lines = (line.strip() for line in source.splitlines())
    assert first == "flowchart LR"
    texts: dict[str, str] = {}
    edges: set[tuple[str, str, str]] = set()
    for line in lines:
        if line == "end" or line.startswith("subgraph "):
            continue
        edge, lone = EDGE.fullmatch(line), LONE.fullmatch(line)
        if edge:
            start, start_text, _, label, end, end_text = edge.groups()
            edges.add((start, label or "", end))
            found = {start: start_text, end: end_text}
        elif lone:
            found = {lone.group(1): lone.group(2)}
        else:
            raise AssertionError(line)
        texts |= {node: text for node, text in found.items() if text}
    return Picture(texts, frozenset(edges))


def _expected(project: Project, *, with_beat: bool) -> Picture:
    """The same from the answers: a queue has its globs on the edge from the exchange, and one worker."""
    drawn, more = project.queues[:DRAWN], project.queues[DRAWN:]
    (default,) = (queue for queue in project.queues if queue.name == project.default_queue)
    texts = {"producers": "your code", "exchange": f"exchange {project.name}"}
    edges = {("producers", "", "exchange"), ("exchange", "anything else", f"q_{default.module}")}
    if with_beat:
        texts["beat"] = "beat: one at a time"
        edges.add(("beat", "", "exchange"))
    if more:
        texts["more"] = f"and {len(more)} more queues like these"
        edges.add(("exchange", "", "more"))
    if project.broker.dead_letters:
        texts["dead"] = f"{project.name}.dead-letters"
        edges |= {(f"q_{queue.module}", "given up", "dead") for queue in drawn}
    if project.backend.stores_results:
        texts["results"] = f"results: {project.backend.label}"
        edges |= {("results", "", "producers"), *((f"w_{queue.module}", "", "results") for queue in drawn)}
    for queue in drawn:
        texts[f"q_{queue.module}"] = project.full_queue_name(queue)
        texts[f"w_{queue.module}"] = f"worker {queue.name}<br>{queue.concurrency} × {queue.pool.value}"
        edges.add(("exchange", "<br>".join(project.globs(queue)), f"q_{queue.module}"))
        edges.add((f"q_{queue.module}", "", f"w_{queue.module}"))
    return Picture(texts, frozenset(edges))
