"""Result backends as typed facts."""

from __future__ import annotations

from dataclasses import dataclass

from celery_scaffold.model.brokers import REDIS_SERVICE, Service


@dataclass(frozen=True)
class Backend:
    """What one result backend can do.

    Attributes:
        kind: the word on the command line.
        label: the name that people use.
        why: one line for whoever has to choose.
        url_example: the URL of a local server, `{package}` stands for the package's name; empty where there is none.
        extras: extras of the celery package.
        requirements: further runtime requirements.
        service: the server in compose, None when it brings none of its own.
        stores_results: whether `AsyncResult.get` can ever return.
        chords: whether a chord's body can be called.
        reads_elsewhere: whether a process other than the sender can read a result.
        needs_beat_cleanup: whether expired results are only removed by `celery.backend_cleanup`.
        evidence: where the facts come from.
    """

    kind: str
    label: str
    why: str
    url_example: str
    extras: tuple[str, ...]
    requirements: tuple[str, ...]
    service: Service | None
    stores_results: bool
    chords: bool
    reads_elsewhere: bool
    needs_beat_cleanup: bool
    evidence: str


BACKENDS = {
    backend.kind: backend
    for backend in (
        Backend(
            kind="redis",
            label="Redis",
            why="fast, native chords, results expire by themselves",
            url_example="redis://:${REDIS_PASSWORD}@localhost:6379/1",
            extras=("redis",),
            requirements=(),
            service=REDIS_SERVICE,
            stores_results=True,
            chords=True,
            reads_elsewhere=True,
            needs_beat_cleanup=False,
            evidence="celery-reference 3: add/group/chord .04/.51/.03 s",
        ),
        Backend(
            kind="postgresql",
            label="PostgreSQL",
            why="results you can query and keep; chords by polling; expired rows are removed by beat",
            url_example="db+postgresql+psycopg://{package}:${POSTGRES_PASSWORD}@localhost:5432/{package}",
            extras=("sqlalchemy",),
            requirements=("psycopg[binary]>=3.2,<4",),
            service=Service("postgres", ("POSTGRES_PASSWORD",)),
            stores_results=True,
            chords=True,
            reads_elsewhere=True,
            needs_beat_cleanup=True,
            evidence="celery-reference 3 (database), R26",
        ),
        Backend(
            kind="rpc",
            label="RPC (reply queues on the broker)",
            why="no further server; only the sender can read a result, once; no chords",
            url_example="",
            extras=(),
            requirements=(),
            service=None,
            stores_results=True,
            chords=False,
            reads_elsewhere=False,
            needs_beat_cleanup=False,
            evidence="celery-reference 3 (rpc), R27",
        ),
        Backend(
            kind="none",
            label="none",
            why="fire and forget: the cheapest, when nobody asks for a return value; no chords",
            url_example="",
            extras=(),
            requirements=(),
            service=None,
            stores_results=False,
            chords=False,
            reads_elsewhere=False,
            needs_beat_cleanup=False,
            evidence="celery-reference R24, R27",
        ),
    )
}
