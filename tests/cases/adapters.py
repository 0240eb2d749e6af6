"""How each tool is used, as its documentation says: the project is committed and clean before an update."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cases.case import Outcome, commit, git, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cases.case import Case, Files

SLUG = "project"
LONGEST = 120  # seconds; no update takes a tenth of it


@dataclass(frozen=True)
class Desk:
    """Where one run of a case happens: a folder of its own, and an environment without the developer's settings."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / SLUG

    @property
    def template(self) -> Path:
        return self.folder / "template"

    def environment(self) -> Mapping[str, str]:
        """No settings of this machine's, and temporary files that are removed with the folder."""
        home, temporary = self.folder / "home", self.folder / "temporary"
        if not home.exists():
            temporary.mkdir()
            write(home, ".gitconfig", b"[user]\nname = owner\nemail = owner@example.org\n[gc]\nauto = 0\n")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "XDG_"))}
        return {**kept, "HOME": str(home), "TMPDIR": str(temporary), "GIT_CONFIG_NOSYSTEM": "1", "COLUMNS": "200"}

    def run(self, command: Sequence[str], folder: Path) -> Outcome:
        """Run a command to its end.

        Raises:
            subprocess.TimeoutExpired: after two minutes; a question that waits for an answer gets none.
        """
        with start(command, folder, self.environment()) as process:
            try:
                output, _ = process.communicate(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                kill(process)
                raise
        return Outcome(process.returncode, output.decode(errors="replace"))


def start(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A command in a process group of its own, so that all it starts can be killed with it."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the tool and everything it started, as when the machine loses its power."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class Adapter(Protocol):
    """One tool: `create` and `publish` take what they need from the case, and an update is a command to be killed."""

    @property
    def name(self) -> str:
        """How the table calls it."""

    @property
    def answers(self) -> str:
        """The path of the tool's record in the project."""

    @property
    def own_folders(self) -> tuple[str, ...]:
        """Names of folders with the tool's own copies: what is only there does not count as kept."""

    @property
    def scratch(self) -> tuple[str, ...]:
        """Beginnings of paths that a killed run leaves, that git ignores and the next run removes."""

    @property
    def findings(self) -> frozenset[int]:
        """The exit codes by which its documentation says "done, with conflicts or findings"."""

    def create(self, case: Case, desk: Desk) -> None:
        """Make the project from the first version of the template; the caller commits it."""

    def publish(self, case: Case, desk: Desk) -> None:
        """Offer the second version of the template to the project."""

    def update(self, case: Case, /) -> Sequence[str]:
        """The command that updates the project, to be run in it."""

    def recover(self) -> Sequence[str] | None:
        """The command that finishes an update that was killed; None where the tool documents none."""


@dataclass(frozen=True)
class Copier:
    """copier: a template with a tag for each version; files without a suffix are copied as they are."""

    executable: Path
    name: str = "copier"
    answers: str = ".copier-answers.yml"
    own_folders: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    findings: frozenset[int] = frozenset()

    def create(self, case: Case, desk: Desk) -> None:
        git_repository(desk.template)
        self._version(case, desk, case.before, "v1.0.0")
        _succeed(desk, [str(self.executable), "copy", "--defaults", str(desk.template), str(desk.project)])

    def publish(self, case: Case, desk: Desk) -> None:
        self._version(case, desk, {**case.after, **_of_option(case)}, "v2.0.0")

    def update(self, case: Case, /) -> Sequence[str]:
        off = ["--data", "option=false"] if case.option else []
        return [str(self.executable), "update", "--defaults", "--trust", *off]

    def recover(self) -> None:
        return None

    def _version(self, case: Case, desk: Desk, files: Files, tag: str) -> None:
        settings: dict[str, object] = {"_subdirectory": "files", "_templates_suffix": ".jinja"}
        replaced(desk.template / "files", files)
        if case.option and (desk.template / "files" / case.option).exists():
            settings["option"] = {"type": "bool", "default": True}
            folder = desk.template / "files" / case.option
            folder.rename(folder.with_name(f"{{% if option %}}{case.option}{{% endif %}}"))
        write(desk.template, "copier.yml", json.dumps(settings).encode())
        write(
            desk.template,
            "files/{{ _copier_conf.answers_file }}.jinja",
            b"# Changes here will be overwritten by Copier\n{{ _copier_answers|to_nice_yaml -}}\n",
        )
        force_commit(desk.template, tag)
        git(desk.template, "tag", tag)


@dataclass(frozen=True)
class Cruft:
    """cruft: a cookiecutter template with a commit for each version; its files are copied as they are."""

    executable: Path
    name: str = "cruft"
    answers: str = ".cruft.json"
    own_folders: tuple[str, ...] = ()
    scratch: tuple[str, ...] = ()
    findings: frozenset[int] = frozenset()

    def create(self, case: Case, desk: Desk) -> None:
        git_repository(desk.template)
        self._version(case, desk, case.before, "v1")
        _succeed(
            desk,
            [str(self.executable), "create", "--no-input", "--output-dir", str(desk.folder), str(desk.template)],
        )

    def publish(self, case: Case, desk: Desk) -> None:
        self._version(case, desk, {**case.after, **_of_option(case)}, "v2")

    def update(self, case: Case, /) -> Sequence[str]:
        off = ["--variables-to-update", '{"option": "no"}'] if case.option else []
        return [str(self.executable), "update", "-y", *off]

    def recover(self) -> None:
        return None

    def _version(self, case: Case, desk: Desk, files: Files, message: str) -> None:
        settings = {"slug": SLUG, "option": "yes", "_copy_without_render": ["*"]}
        replaced(desk.template / "{{cookiecutter.slug}}", files)
        write(desk.template, "cookiecutter.json", json.dumps(settings).encode())
        if case.option:
            hook = f"import shutil\nif '{{{{ cookiecutter.option }}}}' != 'yes':\n    shutil.rmtree({case.option!r})\n"
            write(desk.template, "hooks/post_gen_project.py", hook.encode())
        force_commit(desk.template, message)


def _of_option(case: Case) -> Files:
    """What the new template still has for those who want the option."""
    return {path: content for path, content in case.before.items() if case.option and path.startswith(case.option)}


def replaced(folder: Path, files: Files) -> None:
    """Have exactly these files in a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path, content in files.items():
        write(folder, path, content)


def git_repository(folder: Path) -> None:
    """An empty repository."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")


def force_commit(template: Path, message: str) -> None:
    """Commit a template, what its own `.gitignore` names as well."""
    git(template, "add", "--all", "--force")
    git(template, "commit", "--quiet", "--message", message)


def _succeed(desk: Desk, command: Sequence[str]) -> None:
    outcome = desk.run(command, desk.folder)
    if outcome.exit_code:
        raise RuntimeError(f"{' '.join(command)} exited with {outcome.exit_code}:\n{outcome.output}")


def prepared(adapter: Adapter, case: Case, desk: Desk) -> None:
    """The project as the owner has it just before the update."""
    desk.folder.mkdir(parents=True, exist_ok=True)
    adapter.create(case, desk)
    git_repository(desk.project)
    commit(desk.project, "made from the template")
    case.edit(desk.project)
    if case.mistake:
        answers = desk.project / adapter.answers
        answers.write_bytes(answers.read_bytes() + case.mistake)
    commit(desk.project, "the owner's work")
    case.uncommitted(desk.project)
    adapter.publish(case, desk)
