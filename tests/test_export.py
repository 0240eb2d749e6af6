"""The staged template is a complete cookiecutter template: plain cookiecutter and pytest-cookies bake it."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from celery_scaffold import workflows
from celery_scaffold.__main__ import main

from projects import GOLDEN, Choice
from trees import files_of


@pytest.mark.parametrize("choice", GOLDEN, ids=lambda choice: str(choice.name))
def test_plain_cookiecutter_makes_the_same_bytes_as_new(choice: Choice, tmp_path: Path) -> None:
    made = workflows.new(choice.answers(), tmp_path)
    template = tmp_path / "template"
    workflows.export_template(choice.answers(), template)
    (tmp_path / "out").mkdir()
    subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(template), "--no-input", "--output-dir", str(tmp_path / "out")],
        check=True,
    )
    assert files_of(tmp_path / "out" / choice.name) == files_of(made.target)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template exported for the project minimal-redis."""
    template = tmp_path_factory.mktemp("exported") / "template"
    workflows.export_template(GOLDEN[0].answers(), template)
    return template


def test_an_exported_template_is_complete_without_this_installation(template: Path) -> None:
    paths = list(template.rglob("*"))
    assert template / "templates" / "partials" in paths
    assert not [path for path in paths if path.is_symlink()]


def test_a_file_system_without_links_makes_the_same_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refused: list[Path] = []

    def no_links(link: Path, *_: object, **__: object) -> None:
        refused.append(link)
        raise OSError(errno.EPERM, "Operation not permitted")

    (tmp_path / "linked").mkdir()
    (tmp_path / "copied").mkdir()
    linked = workflows.new(GOLDEN[0].answers(), tmp_path / "linked", with_git=False)
    monkeypatch.setattr(Path, "symlink_to", no_links)
    copied = workflows.new(GOLDEN[0].answers(), tmp_path / "copied", with_git=False)
    assert refused
    assert files_of(copied.target) == files_of(linked.target)


@pytest.mark.parametrize(
    "name",
    [
        "other",
        """x"; import os; os.mkdir(os.pardir + os.sep + "pwned") #""",
        """x'; import os; os.mkdir(os.pardir + os.sep + 'pwned') #""",
        '"""\nimport os; os.mkdir(os.pardir + os.sep + "pwned")\n"""',
        "back\\slash\\",
        "../outside",
        "{{ 7 * 7 }}",
        "shöp",
        "x" * 200,
    ],
)
def test_another_name_than_the_exported_one_is_refused_and_never_run(
    name: str,
    template: Path,
    tmp_path: Path,
) -> None:
    output = tmp_path / "out"
    output.mkdir()
    refused = subprocess.run(
        [sys.executable, "-m", "cookiecutter", str(template), "--no-input", f"project_slug={name}"],
        cwd=output,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode != 0
    assert "exported for the project 'minimal-redis'" in refused.stderr
    assert "Traceback" not in refused.stderr.partition("This template")[0], "the hook itself"
    assert os.listdir(output) == []
    assert os.listdir(tmp_path) == ["out"]


def test_what_is_in_the_way_of_a_template_is_told_with_a_hint_of_its_own(
    template: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["export-template", str(template)]) == 1
    assert capsys.readouterr().err == f"error: {template} is there already\nhint: give another DIR\n"
    assert main(["export-template", str(template / "no" / "where")]) == 1
    assert capsys.readouterr().err == (
        f"error: {template / 'no'} is not a directory\nhint: make it first, or give another DIR\n"
    )


def test_the_command_that_is_told_renders_the_template(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export-template", "a 'b' $c", "--name", "shop", "--backend", "dynamodb", "--cloud", "gcp"]) == 0
    made, warning, _ = capsys.readouterr().err.splitlines()
    assert warning.startswith("warning S46: ")
    command = re.fullmatch(r"made a 'b' \$c: render it with `(cookiecutter .* --no-input)`", made)
    assert command
    _render(command[1])
    assert (tmp_path / "shop" / "celery-scaffold.toml").is_file()


def test_a_program_is_told_what_was_exported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export-template", "a b", "--preset", "minimal", "--json"]) == 0
    out, errors = capsys.readouterr()
    facts = json.loads(out)
    assert errors == ""
    assert facts["target"] == str(tmp_path / "a b")
    assert facts["components"] == ["base", "compose"]
    assert facts["answers"]["name"] == {"value": "myproj", "source": "default"}
    _render(facts["command"])
    assert (tmp_path / "myproj" / "celery-scaffold.toml").is_file()


def _render(command: str) -> None:
    program = Path(sys.executable).with_name("cookiecutter")
    subprocess.run(command.replace("cookiecutter", str(program), 1), shell=True, check=True)  # noqa: S602
