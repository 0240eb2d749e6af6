"""Amazon DynamoDB."""

from __future__ import annotations

from celery_scaffold.model import services
from celery_scaffold.model.backends.backend import Backend
from celery_scaffold.model.verdicts import Proof, Verdict

DYNAMODB = Backend(
    kind="dynamodb",
    label="DynamoDB",
    why="no server of your own, results expire by themselves, chords; a result has at most 400 kB",
    verdict=Verdict.PRODUCTION,
    proof=Proof.EMULATOR,
    folders=("dynamodb",),
    schemes=("dynamodb",),
    url_example="dynamodb://us-east-1/{package}-results",
    extras=("dynamodb",),
    # AWS_ENDPOINT_URL is read since 1.28; Celery's extra asks for 1.26.
    requirements=("boto3>=1.35,<2",),
    services=(services.MOTO,),
    stores_results=True,
    chords=True,
    reads_elsewhere=True,
    needs_beat_cleanup=False,
    evidence="celery-reference 3 (dynamodb), R25; celery/backends/dynamodb.py; docs/decisions/0021",
    store="table",
    untyped_packages=("boto3", "botocore"),
)
