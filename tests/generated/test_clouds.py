"""Generated projects with clouds: which bytes are others, and that their settings take the URLs that they name."""

from __future__ import annotations

import itertools
import json
import re
import ssl
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from celery_scaffold import answers, workflows
from celery_scaffold.answers import Source
from celery_scaffold.model.backends import BACKENDS
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.clouds import CLOUDS
from celery_scaffold.model.clouds.cloud import BROKER

from projects import refusals
from trees import files_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBSETS = [chosen for size in range(1, len(CLOUDS) + 1) for chosen in itertools.combinations(CLOUDS, size)]
VALID = frozenset(pair for pair, refusal in refusals().items() if not refusal)


def sample() -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Each backend with a broker in turn, and sets of clouds in turn; test_cloud_facts.py has the plans of all."""
    for number, (backend, clouds) in enumerate(zip(BACKENDS, itertools.cycle(SUBSETS), strict=False)):
        brokers = itertools.islice(itertools.cycle(BROKERS), number, None)
        yield next((broker, backend) for broker in brokers if (broker, backend) in VALID), clouds


SAMPLE = list(sample())
# What clouds may add to each file.
SAID_IN = {
    "README.md": re.compile(rb"^## Deploy on .*?(?=^## (?!Deploy on))", re.MULTILINE | re.DOTALL),
    ".env.example": re.compile(rb"^# with [^\n]*\n", re.MULTILINE),
    "celery-scaffold.toml": re.compile(rb"^clouds = [^\n]*\n", re.MULTILINE),
}
RECORD = (".celery-scaffold/base.zip", ".celery-scaffold/record.toml")
READER = Path(__file__).parent / "read_settings.py"


def made(folder: Path, broker: str, backend: str, clouds: tuple[str, ...]) -> Path:
    """A project called shop in a folder of its own."""
    folder.mkdir()
    given = answers.from_flags({"name": "shop", "preset": "minimal", "broker": broker, "backend": backend}, [])
    workflows.new(given.with_answer("clouds", clouds, Source.FLAG), folder, with_git=False)
    return folder / "shop"


@pytest.mark.slow
@pytest.mark.parametrize(("pair", "clouds"), SAMPLE, ids="+".join)
def test_clouds_add_lines_to_three_files_and_change_no_other_byte(
    tmp_path: Path, pair: tuple[str, str], clouds: tuple[str, ...]
) -> None:
    plain, other = files_of(made(tmp_path / "plain", *pair, ())), files_of(made(tmp_path / "clouds", *pair, clouds))
    assert set(plain) == set(other)
    assert {path for path in plain if plain[path] != other[path]} <= {*SAID_IN, *RECORD}
    assert plain["README.md"] != other["README.md"]
    for path, added in SAID_IN.items():
        assert added.sub(b"", other[path]) == added.sub(b"", plain[path]), path


# --- the URLs ------------------------------------------------------------------------------------------


def urls() -> Iterator[tuple[str, str, str]]:
    """Cloud, broker and backend: each service that is named for either is in one of the pairs at least."""
    for cloud in CLOUDS.values():
        for broker in (kind for kind in BROKERS if cloud.for_broker(kind)):
            yield cloud.kind, broker, "none"
        for backend in (kind for kind in BACKENDS if cloud.for_backend(kind)):
            yield cloud.kind, "rabbitmq", backend


def lines(readme: str, authorities: str) -> dict[str, str]:
    """The variables that the README names for a cloud, with an authority's file that is there."""
    found = dict(line.split("=", 1) for line in readme.splitlines() if line.startswith("SHOP_") and "=" in line)
    return {name: authorities if name.endswith("_CA_FILE") else value for name, value in found.items()}


@pytest.mark.slow
def test_the_settings_of_a_project_take_every_url_that_its_readme_names_for_a_cloud(tmp_path: Path) -> None:
    authorities = ssl.get_default_verify_paths().cafile
    if not authorities:
        pytest.skip("this machine trusts no authority: a README names the file of one")
    asked = []
    for number, (cloud, broker, backend) in enumerate(urls()):
        project = made(tmp_path / str(number), broker, backend, (cloud,))
        section = (project / "README.md").read_text("utf-8").partition("## Deploy on")[2].partition("\n## ")[0]
        named = lines(section, authorities)
        side = BROKER if backend == "none" else "RESULT_BACKEND"
        assert f"SHOP_{side}_URL" in named, (cloud, broker, backend)
        others = {
            "SHOP_BROKER_URL": "amqp://localhost//",
            "SHOP_AWS_REGION": "eu-central-1",
            "SHOP_AWS_ACCOUNT_ID": "1" * 12,
        }
        asked.append({"project": str(project), "package": "shop", "environment": {**others, **named}})
    assert {report["project"]: report["problem"] for report in read(asked) if report["problem"]} == {}


def test_a_url_that_a_project_refuses_is_seen(tmp_path: Path) -> None:
    project = made(tmp_path / "p", "rabbitmq", "postgresql", ("aws",))
    url = "db+postgresql+psycopg://USER@NAME.xxxxxx.REGION.rds.amazonaws.com/shop?sslmode=require"
    environment = {"SHOP_BROKER_URL": "amqp://localhost//", "SHOP_RESULT_BACKEND_URL": url}
    (report,) = read([{"project": str(project), "package": "shop", "environment": environment}])
    assert "sslmode=require takes any certificate" in report["problem"]


def read(asked: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What each project says about its settings."""
    done = subprocess.run(
        [sys.executable, str(READER)],
        input="\n".join(json.dumps(one) for one in asked),
        capture_output=True,
        text=True,
        check=True,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) == len(asked)
    return reports
