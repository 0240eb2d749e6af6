"""Results in Azure blobs: what the project's own backend does that Celery's does not."""

import os
from collections.abc import Iterator
from multiprocessing import get_context
from uuid import uuid4

import pytest
from celery import states

from {{ cookiecutter._project.package }}.app import app
from {{ cookiecutter._project.package }}.ops.backend import round_trip
from {{ cookiecutter._project.package }}.reliability.results import Backend

from tests.in_process import connected_to


{% include "backend/test_results_backend.py" %}


{% include "backend/test_results_read.py" %}


{% set kept = "{key}" %}
{% include "backend/test_results_forked.py" %}


@pytest.mark.usefixtures("backend")
def test_health_writes_and_reads_a_blob() -> None:
    assert round_trip(app) == "a blob was written, read and deleted"
