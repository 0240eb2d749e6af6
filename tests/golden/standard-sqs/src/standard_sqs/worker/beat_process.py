"""Beat as a process: how it stops, and the files that answer its probe."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import platforms
from celery.signals import beat_init

from standard_sqs.settings import get_settings


class BeatProcess:
    """The part of a scheduler that has nothing to do with its schedule."""

    _ticking = False
    _stopping = False

    @contextmanager
    def whole_tick(self) -> Iterator[None]:
        """Put off a stop until the end of the block."""
        self._ticking = True
        try:
            yield
        finally:
            self._ticking = False
        if self._stopping:
            raise SystemExit

    def stop(self, *_signal: object) -> None:
        """Handle SIGTERM and SIGINT."""
        self._stopping = True
        if not self._ticking:
            raise SystemExit

    def show(self, *, leading: bool) -> None:
        """Touch `beat` or `beat.standby`; deploy/docker/probe looks at their age."""
        file = get_settings().run_dir / ("beat" if leading else "beat.standby")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


@beat_init.connect
def stop_after_the_tick(sender: Any, **_signal: Any) -> None:
    """Replace Celery's handler, which closes the connections wherever the scheduler is.

    In the middle of a write it waits for ever for that write to end, or the error that follows
    takes the place of SystemExit, is logged, and beat goes on.
    """
    stop = sender.scheduler.stop
    platforms.signals.update(SIGTERM=stop, SIGINT=stop)


@beat_init.connect
def load_results(sender: Any, **_signal: Any) -> None:
    """Import now what the first task to be sent would: an instance that takes over has no time."""
    _ = sender.app.backend
