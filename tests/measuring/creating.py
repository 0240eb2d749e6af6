"""What is timed of making a project: `new` beside a bare Typer program, cookiecutter and copier."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cases.tools import installed
from measuring.timing import Comparison, Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

JINJA = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
COOKIECUTTER, COPIER = "cookiecutter>=2.7,<3", "copier>=9.19,<10"
NAME = "bench"
MANY = 200
BARE = '''import typer
app = typer.Typer()
@app.command()
def new(name: str, broker: str = "redis", yes: bool = False) -> None:
    """Make a new project."""
@app.command()
def brokers() -> None:
    """List the brokers."""
app()
'''


COMPARISONS = (
    Comparison("--help", "bare Typer --help"),
    Comparison("--help", "cookiecutter --help", 0.75),
    Comparison("--help", "copier --help"),
    Comparison("new", "bare Typer new"),
    Comparison("new", "cookiecutter", 1.0),
    Comparison("new", "cookiecutter without the hook"),
    Comparison("new", "copier copy", 0.45),
    Comparison("new", "copier copy without the hook"),
    Comparison("new cold", "new"),
    Comparison("new cold", "cookiecutter"),
    Comparison(f"new, {MANY} queues", "new", 1.5),
)


def exported(tool: Path, work: Path) -> Path:
    """The cookiecutter template of the project that `new` makes."""
    template = work / "cookiecutter-template"
    subprocess.run([tool, "export-template", template, "--name", NAME], check=True, capture_output=True)
    return template


def converted(template: Path, rendered: Path, work: Path, *, hook: bool) -> tuple[Path, Path]:
    """The same template for copier: same files, same includes, same values.

    Returns:
        The template and the file with the values that its files print.
    """
    copy = work / f"copier-template-{'hook' if hook else 'plain'}"
    shutil.copytree(template / "{{cookiecutter.project_slug}}", copy / "project")
    shutil.copytree(template / "templates", copy, dirs_exist_ok=True)
    settings = {
        "_subdirectory": "project",
        "_templates_suffix": "",
        "_envops": JINJA,
        "_tasks": [[sys.executable, str(rendered)]] if hook else [],
        "cookiecutter": {"type": "yaml", "default": {}, "when": False},
    }
    (copy / "copier.yml").write_text(json.dumps(settings), encoding="utf-8")
    values = work / "copier-values.yml"
    context = json.loads((template / "cookiecutter.json").read_text(encoding="utf-8"))
    values.write_text(json.dumps({"cookiecutter": context}), encoding="utf-8")
    return copy, values


def rendered_hook(template: Path, work: Path) -> Path:
    """The hook as cookiecutter would run it, for copier's task."""
    import jinja2

    context = json.loads((template / "cookiecutter.json").read_text(encoding="utf-8"))
    source = (template / "hooks" / "post_gen_project.py").read_text(encoding="utf-8")
    hook = work / "hook.py"
    hook.write_text(jinja2.Template(source).render(cookiecutter=context), encoding="utf-8")
    return hook


def subjects(work: Path) -> list[Subject]:
    """Everything that is timed; each writes into a directory of its own."""
    cookiecutter, copier = installed(COOKIECUTTER), installed(COPIER)
    tool = Path(sys.executable).parent / "celery-scaffold"
    bare = work / "bare.py"
    bare.write_text(BARE, encoding="utf-8")
    return [
        Subject("bare Typer --help", (sys.executable, str(bare), "--help")),
        Subject("--help", (str(tool), "--help")),
        Subject("cookiecutter --help", (str(cookiecutter / "cookiecutter"), "--help")),
        Subject("copier --help", (str(copier / "copier"), "--help")),
        Subject("bare Typer new", (sys.executable, str(bare), "new", NAME, "--yes")),
        *own_subjects(tool, work),
        *rival_subjects(tool, cookiecutter, copier, work),
    ]


def own_subjects(tool: Path, work: Path) -> list[Subject]:
    """`new` with the default queues, with many, and with an empty cache."""
    many = [word for number in range(MANY) for word in ("--queue", f"queue-{number}")]
    cases: dict[str, tuple[list[str], Mapping[str, str]]] = {
        "new": ([], {}),
        f"new, {MANY} queues": (many, {}),
        "new cold": ([], {"XDG_CACHE_HOME": str(work / "no-cache")}),
    }
    made = []
    for number, (name, (options, environment)) in enumerate(cases.items()):
        output = work / f"own-{number}"
        output.mkdir()
        command = (str(tool), "new", NAME, "--yes", "--output-dir", str(output), *options)
        made.append(Subject(name, command, (output / NAME, work / "no-cache"), environment))
    return made


def rival_subjects(tool: Path, cookiecutter: Path, copier: Path, work: Path) -> list[Subject]:
    """The rivals on the same project, with and without the hook."""
    template = exported(tool, work)
    hook = rendered_hook(template, work)
    made = []
    for label, with_hook in (("", True), (" without the hook", False)):
        output = work / f"cookiecutter-{with_hook}"
        accept = "yes" if with_hook else "no"
        command = (
            str(cookiecutter / "cookiecutter"),
            "--no-input",
            "--accept-hooks",
            accept,
            "-o",
            str(output),
            str(template),
        )
        made.append(Subject(f"cookiecutter{label}", command, (output,)))
        copy, values = converted(template, hook, work, hook=with_hook)
        output = work / f"copier-{with_hook}"
        options = ("--quiet", "--trust", "--defaults", "--data-file", str(values), str(copy), str(output))
        made.append(Subject(f"copier copy{label}", (str(copier / "copier"), "copy", *options), (output,)))
    return made


def check_equal_work(work: Path) -> None:
    """Fail when a rival did not make the files that `new` made: then the comparison would say nothing."""
    made = files(work / "own-0" / NAME)
    for folder in (work / "cookiecutter-True" / NAME, work / "copier-True"):
        differing = sorted({path for path, _ in made ^ files(folder)})
        if differing:
            raise SystemExit(f"{folder.name} made other files than `new`: {', '.join(differing[:5])}")


def files(folder: Path) -> set[tuple[str, bytes]]:
    """Paths and contents, without what is random."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != ".env")
    found = ((path.relative_to(folder), path) for path in paths)
    return {(str(name), path.read_bytes()) for name, path in found if name.parts[0] != ".git"}
