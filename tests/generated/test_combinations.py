"""Every valid combination of answers renders, lints, compiles and loads in Celery."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from celery_scaffold import answers, workflows
from celery_scaffold.bundle import staged_files
from celery_scaffold.components import chosen
from celery_scaffold.model.brokers import BROKERS
from celery_scaffold.model.capabilities import Topic
from celery_scaffold.render import render

from generated.loading import load
from projects import RULE, Choice, every_combination, refusals

if TYPE_CHECKING:
    from celery_scaffold.model.project import Project

# Once in a CI run: on the oldest Python their sources are parsed, and a sample of them is installed and tested.
pytestmark = pytest.mark.slow
COMBINATIONS = every_combination()
# How a Dockerfile names what it starts from and what it takes out of the build context.
FROM = re.compile(r"^FROM (\S+)", re.MULTILINE)
COPY = re.compile(r"^COPY (?!--from)(?:--\S+ )*(.+)$", re.MULTILINE)
STAGES = {"base", "builder"}
COMMENT = re.compile(r"# (?!----)")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WIRING = ("include", "beat_scheduler")


@pytest.fixture(scope="module", params=BROKERS)
def choices(request: pytest.FixtureRequest) -> tuple[Choice, ...]:
    """The combinations with one broker: those of others may be tested at the same time."""
    return tuple(choice for choice in COMBINATIONS if dict(choice.flags)["broker"] == request.param)


@pytest.fixture(scope="module")
def trees(choices: tuple[Choice, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All combinations, rendered side by side; without what the hook and the record add, which is the same for all."""
    output, work = tmp_path_factory.mktemp("combinations"), tmp_path_factory.mktemp("work")
    for choice in choices:
        planned = workflows.planned(choice.answers(), with_git=False)
        place = work / choice.name
        place.mkdir()
        rendered = render(planned, staged_files(planned), place, hooks=False)
        choice.output(output).mkdir(exist_ok=True)
        rendered.rename(choice.root(output))
        shutil.rmtree(place)
    return output


@pytest.fixture(scope="module")
def loaded(choices: tuple[Choice, ...], trees: Path) -> dict[str, dict[str, Any]]:
    """What Celery makes of each."""
    return load(choices, trees)


def test_there_are_as_many_as_we_say() -> None:
    valid = [pair for pair, refusal in refusals().items() if not refusal]
    sets, presets, serialized = 2**4 + 2**3, 3 * 2, 4 * 2 * 3
    assert len(COMBINATIONS) == 2 * 4 * sets + len(valid) * presets + serialized, (
        "pairs × (component subsets without tls + those with ci again), and all pairs × presets × beat, "
        "and four pairs × msgpack and auth × presets"
    )


def test_every_pair_that_is_refused_is_refused_by_a_rule() -> None:
    assert [refusal for refusal in refusals().values() if refusal and not RULE.search(refusal)] == []


def test_all_pass_their_own_ruff_untouched(trees: Path) -> None:
    for arguments in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "."],
            cwd=trees,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]


def test_all_compile_on_the_oldest_python(trees: Path) -> None:
    seen: set[bytes] = set()
    for path in trees.rglob("*.py"):
        source = path.read_bytes()
        if source not in seen:
            ast.parse(source, str(path), feature_version=(3, 10))
            seen.add(source)


def test_all_data_files_are_valid(trees: Path) -> None:
    for path in [*trees.rglob("*.yaml"), *trees.rglob("*.yml")]:
        assert _data(path), path


def test_all_load_in_celery(choices: tuple[Choice, ...], loaded: dict[str, dict[str, Any]]) -> None:
    assert sorted(loaded) == sorted(choice.name for choice in choices)
    errors = {name: report["error"] for name, report in loaded.items() if "error" in report}
    assert errors == {}


def test_no_setting_is_unknown_or_deprecated(loaded: dict[str, dict[str, Any]]) -> None:
    found = {name: (report["unknown"], report["deprecated"]) for name, report in loaded.items()}
    assert {name: bad for name, bad in found.items() if bad != ([], [])} == {}


def test_every_task_has_a_declared_queue_and_that_queues_limits(
    choices: tuple[Choice, ...], loaded: dict[str, dict[str, Any]]
) -> None:
    for choice in choices:
        report = loaded[choice.name]
        limits = {
            entry["name"]: [entry["soft_time_limit"], entry["time_limit"]] for entry in report["topology"].values()
        }
        assert report["tasks"]
        for task, queue in report["tasks"].items():
            assert queue in report["queues"]
            assert report["limits"][task] == limits[queue], task


def test_every_schedule_entry_names_a_task_that_exists(loaded: dict[str, dict[str, Any]]) -> None:
    for report in loaded.values():
        assert set(report["schedule"].values()) <= {*report["tasks"], "celery.backend_cleanup"}


@pytest.fixture(scope="module")
def stacks(choices: tuple[Choice, ...], trees: Path) -> dict[str, dict[str, Any]]:
    """The services of compose.yaml, by name, of each combination that has one."""
    files = {choice.name: choice.root(trees) / "compose.yaml" for choice in choices if _has(choice, "compose")}
    return {name: _data(file)["services"] for name, file in files.items()}


def test_compose_has_a_service_for_each_role_and_no_other(
    choices: tuple[Choice, ...], stacks: dict[str, dict[str, Any]]
) -> None:
    for choice in choices:
        project = _project(choice)
        workers = {f"worker-{queue.name}" for queue in project.queues}
        beat = {"beat"} if _has(choice, "beat") else set()
        servers = {service.name for service in (*project.broker.services, *project.backend.services)}
        expected = workers | beat | servers if _has(choice, "compose") else set()
        assert set(stacks.get(choice.name, {})) == expected, choice


def test_every_container_is_limited_watched_and_reached_by_no_port(stacks: dict[str, dict[str, Any]]) -> None:
    assert stacks
    for project, services in stacks.items():
        for name, service in services.items():
            limits = service["deploy"]["resources"]["limits"]
            assert {"ports", "privileged", "network_mode"} & set(service) == set(), (project, name)
            assert service["init"] is True, (project, name)
            assert {"memory", "pids"} <= set(limits), (project, name)
            assert "cpus" in limits or service["cpu_quota"] > 0, (project, name)
            assert service["healthcheck"]["test"], (project, name)
            assert service["stop_grace_period"], (project, name)
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), (project, name)


def test_every_image_has_a_tag_that_stays(trees: Path, stacks: dict[str, dict[str, Any]]) -> None:
    for project, services in stacks.items():
        bases = set(FROM.findall((trees / project / "shop" / "deploy" / "docker" / "Dockerfile").read_text())) - STAGES
        images = {service["image"] for service in services.values()} | bases
        assert len(bases) == 2, "uv and Python"
        assert [image for image in images if image.partition(":")[2] in ("", "latest")] == []


def test_the_builder_gets_what_the_dockerfile_copies_and_nothing_else(
    trees: Path, stacks: dict[str, dict[str, Any]]
) -> None:
    for project in stacks:
        copied = {
            source
            for line in COPY.findall((trees / project / "shop" / "deploy" / "docker" / "Dockerfile").read_text())
            for source in line.split()[:-1]
        }
        ignored = (trees / project / "shop" / ".dockerignore").read_text().splitlines()
        first, *others = [line for line in ignored if not line.startswith("#")]
        assert first == "*"
        assert {line[1:] for line in others if line.startswith("!")} == copied
        # The last match counts: nothing below what is let in may be a secret or a leftover.
        assert [line for line in others if not line.startswith("!")] == others[len(copied) :]
        assert {"**/.env*", "**/__pycache__"} <= set(others[len(copied) :])


def test_every_literal_setting_stands_under_its_reason(choices: tuple[Choice, ...], trees: Path) -> None:
    found = {}
    for choice in choices:
        config = choice.root(trees) / "src" / _project(choice).package / "config.py"
        found[choice.name] = _without_reason(config.read_text())
    assert {name: settings for name, settings in found.items() if settings} == {}


def test_a_setting_without_a_reason_is_found() -> None:
    source = "# why\none = 1\ntwo = 2\n\nthree = 3\n\n# ---- heading\nfour = 4\nfive = elsewhere.five\n"
    assert _without_reason(source) == ["three", "four"]


def test_no_setting_is_for_another_broker_backend_or_component(
    choices: tuple[Choice, ...], loaded: dict[str, dict[str, Any]]
) -> None:
    for choice in choices:
        project, report = _project(choice), loaded[choice.name]
        redis_broker, redis_backend = "redis" in project.broker.folders, "redis" in project.backend.folders
        rabbitmq = "rabbitmq" in project.broker.folders
        retried = redis_backend or project.backend.own_class != ""
        allowed = {
            "beat_": _has(choice, "beat"),
            "redbeat_": _has(choice, "beat") and redis_broker,
            "broker_heartbeat": rabbitmq,
            "redis_": redis_backend,
            "result_backend_": project.backend.own_class != "",
            "database_": project.backend.is_sql,
            "result_backend_transport_options": project.backend.kind == "sentinel",
            "result_backend_always_retry": retried,
            "result_backend_base_sleep_between_retries_ms": retried,
            "result_backend_max_sleep_between_retries_ms": retried,
            "result_backend_max_retries": retried,
            "result_backend": project.backend.stores_results,
            "result_expires": project.backend.stores_results,
            "task_store_errors_even_if_ignored": project.backend.stores_results,
            "task_ignore_result": not project.backend.stores_results,
            "worker_pool_start_method": project.broker.can(Topic.FORK) == "spawn",
            "worker_consumer": project.has_rate_limits or redis_broker,
            "worker_enable_prefetch_count_reduction": redis_broker,
        }
        for key in report["set"]:
            prefix = max((prefix for prefix in allowed if key.startswith(prefix)), key=len, default=None)
            assert prefix is None or allowed[prefix], (choice, key)
        assert ("visibility_timeout" in report["transport_options"]) == redis_broker
        assert ("confirm_publish" in report["transport_options"]) == rabbitmq
        assert ("predefined_queues" in report["transport_options"]) == ("sqs" in project.broker.folders)


def _data(path: Path) -> Any:
    """What a YAML file says; libyaml, where PyYAML has it, takes a tenth of the time."""
    with path.open("rb") as stream:
        return LOADER(stream).get_single_data()


def _project(choice: Choice) -> Project:
    return answers.project(choice.answers())


def _has(choice: Choice, component: str) -> bool:
    return component in {one.name for one in chosen(_project(choice))}


def _without_reason(source: str) -> list[str]:
    """The settings with a literal value that are in no run of lines which begins with a comment.

    A value that is taken from elsewhere has its reason there, and `WIRING` is what Celery is told of this project
    rather than how it should behave.
    """
    lines, found = source.splitlines(), []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name, first = node.targets[0].id, node.lineno - 1
        while first > 0 and lines[first - 1].strip():
            first -= 1
        explained = any(COMMENT.match(line) for line in lines[first : node.lineno - 1])
        if name not in WIRING and not explained and _is_literal(node.value):
            found.append(name)
    return found


def _is_literal(value: ast.expr) -> bool:
    return isinstance(value, (ast.Constant, ast.List, ast.Dict, ast.Tuple))
