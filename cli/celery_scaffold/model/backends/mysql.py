"""MySQL and MariaDB."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.verdicts import Proof, Verdict

MYSQL = Backend(
    kind="mysql",
    label="MySQL/MariaDB",
    why="results you can query and keep; chords by polling; expired rows are removed by beat",
    verdict=Verdict.PRODUCTION,
    # MariaDB 11.8 is what the tests and compose run; of MySQL's own server only the protocol is the same.
    proof=Proof.SERVER,
    folders=("sql", "mysql"),
    schemes=("db+mysql+pymysql",),
    url_example="db+mysql+pymysql://{package}:${MARIADB_PASSWORD}@localhost:3306/{package}",
    extras=("sqlalchemy",),
    # Pure Python. `rsa` is for the passwords of MySQL's own server (caching_sha2_password), which MariaDB has not.
    requirements=("pymysql[rsa]>=1.2,<2",),
    services=(services.MARIADB,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=True,
    evidence="celery-reference 3 (database), R26; decision 0022: run on MariaDB 11.8, not on MySQL itself",
)
