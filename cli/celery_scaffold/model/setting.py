"""What is known about one setting that a generated configuration makes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One setting, or one key of a table of settings.

    Attributes:
        name: as Celery calls it; a key of a table behind a dot: `broker_transport_options.visibility_timeout`.
        value: as the configuration says it, or in words where it depends on the answers.
        why: what goes wrong without it, or what it is for, one line.
        evidence: where it was measured or read.
        unit: of its value; empty for words and switches.
        rules: those of the rulebook that it keeps.
    """

    name: str
    value: str
    why: str
    evidence: str
    unit: str = ""
    rules: tuple[str, ...] = ()
