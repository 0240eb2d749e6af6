"""YAML and JSON as values that know where they stand in the text; PyYAML reads, nothing is ever written by it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from celery_scaffold.structure.values import STRING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from celery_scaffold.structure.values import Value

_IMPLICIT_TAG = "tag:yaml.org,2002:"
# What is not text where it is written without quotes: YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema),
# and what only readers of 1.1 take for something else, so that quotes count there as well.
_PLAIN = re.compile(
    r"""(?P<null>~|null|Null|NULL|)
    |(?P<bool>true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)
    |(?P<int>[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*|[-+]?0o?[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?0b[01_]+)
    |(?P<float>[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
    |(?P<timestamp>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9:.]+(?:[ \t]*(?:Z|[-+][0-9:]+))?)?)
    |(?P<merge><<)
    |(?P<value>=)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Node:
    """A scalar, an alias, a list or a table.

    Attributes:
        start: offset of its first character, in the text.
        end: offset behind its last one. A block scalar ends with its last line, a block list with its last item.
        value: what it says. A table or list with a tag is an atom, and so is an alias: what it stands for is written
            elsewhere.
        items: of a list, its items; of a table, its values.
        keys: of a table, the key of each item.
        flow: whether it is written in brackets.
    """

    start: int
    end: int
    value: Value
    items: tuple[Node, ...] = ()
    keys: tuple[Node, ...] = ()
    flow: bool = False


def documents(text: str) -> tuple[Node, ...]:
    """The documents of a YAML stream, or the one of JSON.

    Raises:
        ValueError: it is not YAML, has a key twice, or an alias of nothing.
    """
    import yaml

    # libyaml reads ten times as fast; an installation from source may have none.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return tuple(_Reader(text, loader).documents())
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error


@dataclass
class _Reader:
    text: str
    loader: Any
    anchors: set[str] = field(default_factory=set)

    def documents(self) -> Iterator[Node]:
        import yaml
        from yaml.events import DocumentStartEvent

        events: Iterator[Any] = iter(yaml.parse(self.text, Loader=self.loader))
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self.anchors = set()
                yield self.node(next(events), events, _span(event)[1])

    def node(self, event: Any, events: Iterator[Any], after: int) -> Node:
        """The node that begins with this event; `after` is where the thing before it ends."""
        from yaml.events import AliasEvent, MappingStartEvent, SequenceStartEvent

        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise ValueError(f"no anchor {event.anchor}")
            return Node(*_span(event), ("alias", event.anchor))
        if event.anchor:
            self.anchors.add(event.anchor)
        if isinstance(event, MappingStartEvent):
            return self.table(event, events)
        if isinstance(event, SequenceStartEvent):
            return self.list(event, events)
        return self.scalar(event, after)

    def scalar(self, event: Any, after: int) -> Node:
        name = event.tag.removeprefix(_IMPLICIT_TAG) if event.tag else _implicit(event)
        start, end = _span(event)
        if start == end:  # nothing is written: the mark is that of the next token
            start = end = after
        end = start + len(self.text[start:end].rstrip("\n ")) if event.style in {"|", ">"} else end
        return Node(start, end, (name, event.value))

    def list(self, event: Any, events: Iterator[Any]) -> Node:
        from yaml.events import SequenceEndEvent

        items: list[Node] = []
        start, last = _span(event)
        while not isinstance(inner := next(events), SequenceEndEvent):
            items.append(self.node(inner, events, last + 1))
            last = items[-1].end
        end = _span(inner)[1] if event.flow_style else last
        value: Value = [item.value for item in items]
        value = (str(event.tag), repr(value)) if event.tag else value
        return Node(start, end, value, tuple(items), (), bool(event.flow_style))

    def table(self, event: Any, events: Iterator[Any]) -> Node:
        from yaml.events import MappingEndEvent

        keys: list[Node] = []
        items: list[Node] = []
        start, behind = _span(event)
        while not isinstance(inner := next(events), MappingEndEvent):
            keys.append(self.node(inner, events, behind))
            items.append(self.node(next(events), events, keys[-1].end + 1))
        end = _span(inner)[1] if event.flow_style else max([behind, *(item.end for item in items)])
        value: Value = {name_of(key): item.value for key, item in zip(keys, items, strict=True)}
        if len(value) < len(keys):
            raise ValueError("a key twice in one table")
        value = (str(event.tag), repr(value)) if event.tag else value
        return Node(start, end, value, tuple(items), tuple(keys), bool(event.flow_style))


def _span(event: Any) -> tuple[int, int]:
    """Offsets of the first character, and behind the last one."""
    return event.start_mark.index, event.end_mark.index


def _implicit(event: Any) -> str:
    """What a scalar without a tag is."""
    match = _PLAIN.fullmatch(event.value) if event.implicit[0] else None
    return (match.lastgroup if match else None) or STRING


def name_of(key: Node) -> str:
    """What a key is called in a value."""
    return key.value[1] if isinstance(key.value, tuple) and key.value[0] == STRING else repr(key.value)
