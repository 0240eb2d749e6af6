from __future__ import annotations

import contextlib
import itertools
import keyword
import re
import sys
from importlib import metadata
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from celery_scaffold.answers import project
from celery_scaffold.errors import ScaffoldError
from celery_scaffold.model.names import DISTRIBUTIONS, PACKAGES, package_name, project_name, queue_name
from celery_scaffold.plan import plan

from projects import Choice, every_combination

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("name", ["shop", "my-shop", "my_shop", "a1", "order-events2", "x" * 40])
def test_usable_names_are_taken_as_they_are(name: str) -> None:
    assert project_name(name) == name


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("", " is 0 long"),
        ("x", " is 1 long"),
        ("x" * 41, " is 41 long"),
        ("x" * 200, " is 200 long"),
        ("../shop", "not usable"),
        ("/etc/shop", "not usable"),
        ("shop/../..", "not usable"),
        ("{{ cookiecutter }}", "not usable"),
        ("{%raw%}", "not usable"),
        ("sh op", "not usable"),
        ("shop\n", "not usable"),
        ("sh\x00op", "not usable"),
        ("-shop", "not usable"),
        ("shop-", "not usable"),
        ("sh--op", "not usable"),
        ("1shop", "not usable"),
        ("Shop", "not usable"),
        ("shöp", "not usable"),
        ("class", "keyword"),
        ("match", "keyword"),
        ("nul", "reserved"),
        ("json", "Python's own module"),
        ("email", "Python's own module"),
        ("celery", "installed package"),
        ("redis", "installed package"),
        ("tomllib", "Python's own module"),
        ("distutils", "Python's own module"),
        ("type", "keyword"),
        ("celery-redbeat", "a distribution it depends on"),
        ("python_dotenv", "a distribution it depends on"),
        ("watchfiles", "installed package"),
        ("typing-inspection", "installed package"),
    ],
)
def test_unusable_names_are_refused_with_the_reason(name: str, because: str) -> None:
    with pytest.raises(ScaffoldError) as refusal:
        project_name(name)
    assert because in refusal.value.message
    assert refusal.value.hint


@given(st.text(max_size=60))
def test_whatever_is_accepted_is_an_identifier_that_hides_nothing(text: str) -> None:
    try:
        name = project_name(text)
    except ScaffoldError as refusal:
        assert "\n" not in refusal.message  # noqa: PT017
        return
    package = name.replace("-", "_")
    assert package.isidentifier()
    assert not keyword.iskeyword(package)
    assert package not in sys.stdlib_module_names


def environments() -> Iterator[dict[str, str]]:
    """The Pythons and systems that a project may be installed on, as markers see them."""
    systems = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
    for minor, (platform, system, os_name) in itertools.product(range(10, 15), systems):
        yield {
            "python_version": f"3.{minor}",
            "python_full_version": f"3.{minor}.0",
            "sys_platform": platform,
            "platform_system": system,
            "os_name": os_name,
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
        }


def is_wanted(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**environment, "extra": extra}) for environment in environments() for extra in {"", *extras}
    )


def dependencies() -> set[str]:
    """What any generated project depends on, as far as it is installed here; the names are normalized."""
    open_ = [Requirement(text) for choice in every_combination() for text in requirements_of(choice)]
    seen: set[str] = set()
    while open_:
        requirement = open_.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        with contextlib.suppress(metadata.PackageNotFoundError):  # of another system, or a newer Python needs it not
            wanted = [Requirement(text) for text in metadata.requires(requirement.name) or []]
            open_ += [further for further in wanted if is_wanted(further, requirement.extras)]
    return {canonicalize_name(Requirement(text).name) for text in seen}


def requirements_of(choice: Choice) -> list[str]:
    context = plan(project(choice.answers())).context
    return [str(text) for key in ("_dependencies", "_dev_dependencies") for text in cast("list[str]", context[key])]


def packages_of(distribution: str) -> set[str]:
    """The importable top-level names that a distribution installs; private ones cannot be asked for."""
    files = metadata.files(distribution) or []
    modules = {file.parts[0].partition(".")[0] for file in files if file.suffix in {".py", ".so", ".pyi"}}
    return {module for module in modules if re.fullmatch(r"[a-z]\w*(?<!__mypyc)", module)}


def test_every_name_of_the_dependencies_is_refused() -> None:
    needed = dependencies()
    assert {"celery", "celery-redbeat", "watchfiles", "ruff", "tomli", "psycopg-binary"} <= needed
    assert needed - DISTRIBUTIONS == set()
    installed = {name for name in needed if any(True for _ in metadata.distributions(name=name))}
    assert set().union(*map(packages_of, installed)) - PACKAGES == set()
    for name in DISTRIBUTIONS | PACKAGES:
        with pytest.raises(ScaffoldError):
            project_name(name)


@pytest.mark.parametrize("name", ["cookiecutter", "questionary", "hypothesis"])
def test_what_is_installed_beside_the_tool_and_not_in_a_project_is_no_reason_to_refuse_a_name(name: str) -> None:
    assert metadata.version(name)
    assert project_name(name) == name


def test_a_package_may_differ_from_the_project() -> None:
    assert package_name("shop_tasks") == "shop_tasks"
    with pytest.raises(ScaffoldError):
        package_name("shop-tasks")


def test_a_queue_may_be_called_like_a_module_of_python() -> None:
    assert queue_name("email") == "email"
