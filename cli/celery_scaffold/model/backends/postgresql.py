"""PostgreSQL."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.verdicts import Proof, Verdict

POSTGRESQL = Backend(
    kind="postgresql",
    label="PostgreSQL",
    why="results you can query and keep; chords by polling; expired rows are removed by beat",
    verdict=Verdict.PRODUCTION,
    proof=Proof.SERVER,
    folders=("postgresql",),
    schemes=("db+postgresql+psycopg",),
    url_example="db+postgresql+psycopg://{package}:${POSTGRES_PASSWORD}@localhost:5432/{package}",
    extras=("sqlalchemy",),
    requirements=("psycopg[binary]>=3.2,<4",),
    services=(services.POSTGRES,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=True,
    login_imports=("from sqlalchemy import Engine, event",),
    evidence="celery-reference 3 (database), R26",
)
