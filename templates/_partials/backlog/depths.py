@dataclass(frozen=True)
class Depths:
    """What waits on the broker.

    Attributes:
        backlogs: by full queue name.
        dead_letters: messages that were given up.
    """

    backlogs: dict[str, Backlog]
    dead_letters: int = 0

    def facts(self) -> dict[str, object]:
        """What holds for all queues, for programs."""
        delayed = sum(backlog.delayed for backlog in self.backlogs.values())
        return {"delayed": delayed, "dead_letters": self.dead_letters}

    def notes(self) -> list[str]:
        """What the figures mean, and what waits outside of the queues."""
        lines = ["{{ figures }}"]
        if self.dead_letters:
            lines.append(f"dead letters in {DEAD_LETTER_QUEUE}: {self.dead_letters}")
        return lines


def read_depths(connection: Connection, names: Sequence[str]) -> Depths:
    """{{ request }}"""
    dead_letters = _backlog(connection, DEAD_LETTER_QUEUE).ready
    return Depths({name: _backlog(connection, name) for name in names}, dead_letters)
