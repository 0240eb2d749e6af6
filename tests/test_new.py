"""The directory of a new project appears whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from celery_scaffold import workspace
from celery_scaffold.__main__ import main
from celery_scaffold.errors import ScaffoldError

from conftest import need
from processes import heed_signals, wait_for
from trees import digest, files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KILLED_RUN = Path(__file__).with_name("killed_run.py")
KILL_POINTS = 24
NEW = ["new", "shop", "--yes"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project made undisturbed."""
    output = tmp_path_factory.mktemp("whole")
    assert main([*NEW, "--output-dir", str(output)]) == 0
    return output / "shop"


def test_the_same_answers_give_the_same_bytes(whole: Path, tmp_path: Path) -> None:
    assert main([*NEW, "--output-dir", str(tmp_path)]) == 0
    assert files_of(tmp_path / "shop") == files_of(whole)


def test_nothing_but_the_project_is_left_behind(whole: Path) -> None:
    assert os.listdir(whole.parent) == ["shop"]


def test_what_the_dry_run_lists_is_what_is_written(
    whole: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*NEW, "--output-dir", str(tmp_path), "--dry-run", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["files"]
    assert [path for path in files_of(whole) if not path.startswith(".celery-scaffold/")] == sorted(listed)
    assert list(tmp_path.iterdir()) == []


def test_the_record_holds_the_tree_as_it_was_rendered(whole: Path) -> None:
    import zipfile

    with zipfile.ZipFile(whole / ".celery-scaffold" / "base.zip") as base:
        recorded = {name: base.read(name) for name in base.namelist()}
    rendered = {
        path: content[1:] for path, content in files_of(whole).items() if not path.startswith(".celery-scaffold/")
    }
    assert recorded == rendered


def test_the_answers_file_gives_the_same_project_again(whole: Path, tmp_path: Path) -> None:
    answers = whole / "celery-scaffold.toml"
    assert main(["new", "--yes", "--answers", str(answers), "--output-dir", str(tmp_path)]) == 0
    assert digest(tmp_path / "shop") == digest(whole)


def test_a_description_stays_readable_in_every_file(tmp_path: Path) -> None:
    description = 'It\'s ü & <b> "quoted" \\ and 😀'
    assert main([*NEW, "--set", f"description={description}", "--output-dir", str(tmp_path)]) == 0
    written = 'description = "It\'s ü & <b> \\"quoted\\" \\\\ and 😀"'
    for name in ("celery-scaffold.toml", "pyproject.toml"):
        assert written in (tmp_path / "shop" / name).read_text().splitlines()
    read = ["new", "again", "--yes", "--answers", str(tmp_path / "shop" / "celery-scaffold.toml"), "--dry-run"]
    assert main([*read, "--output-dir", str(tmp_path), "--set", "package=again"]) == 0


def test_secrets_are_random_private_and_not_tracked(whole: Path, tmp_path: Path) -> None:
    assert main([*NEW, "--output-dir", str(tmp_path)]) == 0
    one, other = (whole / ".env"), (tmp_path / "shop" / ".env")
    assert one.stat().st_mode & 0o777 == 0o600
    pattern = re.compile(r"^REDIS_PASSWORD=(\S{24,})$", re.MULTILINE)
    (first,), (second,) = pattern.findall(one.read_text()), pattern.findall(other.read_text())
    assert first != second
    ignored = subprocess.run(["git", "check-ignore", "-q", ".env"], cwd=whole, check=False)
    assert ignored.returncode == 0
    assert all(first.encode() not in content for content in files_of(whole).values())


def test_git_is_left_out_on_request_and_inside_another_repository(tmp_path: Path) -> None:
    assert main([*NEW, "--no-git", "--output-dir", str(tmp_path)]) == 0
    assert not (tmp_path / "shop" / ".git").exists()
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert main(["new", "other", "--yes", "--output-dir", str(tmp_path)]) == 0
    assert not (tmp_path / "other" / ".git").exists()


def _with_git(folder: Path, script: str) -> str:
    """A PATH on which git is that script, or something that is no program, and nothing else is."""
    programs = folder / "programs"
    programs.mkdir()
    (programs / "git").write_text(script)
    (programs / "git").chmod(0o755)
    return str(programs)


@pytest.mark.parametrize(
    ("git", "why"),
    [
        ("no program", "git init: [Errno 8] Exec format error: 'git'"),
        ("#!/bin/sh\necho noise; echo 'fatal: \033[31mbroken' >&2; exit 128\n", "git init: fatal: [31mbroken"),
        ("#!/bin/sh\nexit 3\n", "git init: exit status 3"),
    ],
)
def test_without_a_git_that_works_there_is_no_repository_and_it_is_said(
    git: str,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", _with_git(tmp_path, git))
    assert main([*NEW, "--output-dir", str(tmp_path)]) == 0
    out, errors = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in errors
    assert errors.splitlines()[0] == why
    assert "warning: no git repository was made: git is missing, or did not work" in errors
    assert (tmp_path / "shop" / ".env").is_file()
    assert not (tmp_path / "shop" / ".git").exists()


def test_what_git_prints_stays_out_of_the_facts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    noisy = f'#!/bin/sh\necho "on stdout"\n{shutil.which("git")} "$@"\n'
    monkeypatch.setenv("PATH", _with_git(tmp_path, noisy))
    assert main([*NEW, "--json", "--output-dir", str(tmp_path)]) == 0
    out, errors = capfd.readouterr()
    assert json.loads(out)["repository"] == "made"
    assert errors == ""


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"])
def test_the_repository_is_the_project_s_own_wherever_git_is_pointed_to(
    variable: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "elsewhere"))
    assert main([*NEW, "--output-dir", str(tmp_path)]) == 0
    assert os.listdir(tmp_path) == ["shop"]
    assert (tmp_path / "shop" / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"


def test_a_way_over_a_link_and_back_leads_where_the_system_says(tmp_path: Path) -> None:
    (tmp_path / "deep" / "folder").mkdir(parents=True)
    (tmp_path / "link").symlink_to("deep/folder")
    assert main([*NEW, "--output-dir", str(tmp_path / "link" / "..")]) == 0
    assert sorted(os.listdir(tmp_path)) == ["deep", "link"]
    assert sorted(os.listdir(tmp_path / "deep")) == ["folder", "shop"]


TEMPLATE_CODE = ("{{ 7*7 }}", "{% raw %}", "{{ cycler.__init__.__globals__.os.system('touch pwned') }}")


@pytest.mark.parametrize("name", TEMPLATE_CODE)
@pytest.mark.parametrize("way", ["output-dir", "working directory", "export-template"])
def test_a_directory_that_looks_like_a_template_is_data(
    name: str,
    way: str,
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.chdir(folder if way == "working directory" else tmp_path)
    if way == "export-template":
        assert main(["export-template", f"{name}/shop"]) == 0
    else:
        assert main([*NEW, *(["--output-dir", name] if way == "output-dir" else [])]) == 0
        assert digest(folder / "shop") == digest(whole)
    assert os.listdir(tmp_path) == [name]
    assert os.listdir(folder) == ["shop"]


def _run_killed(
    output: Path,
    event: int | str,
    sent: signal.Signals = signal.SIGKILL,
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(KILLED_RUN), str(output), str(event), str(sent.value), *NEW]
    return subprocess.run(
        [*command, "--output-dir", str(output)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=heed_signals,
    )


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory, whole: Path) -> int:
    """How many file-system events an undisturbed run has."""
    undisturbed = _run_killed(tmp_path_factory.mktemp("counted"), 0)
    match = re.search(r"events: (\d+)", undisturbed.stderr)
    assert match, undisturbed.stderr
    return int(match[1])


@pytest.mark.parametrize("point", range(1, KILL_POINTS + 1))
def test_killed_at_any_moment_the_directory_is_whole_or_absent(
    point: int,
    events: int,
    whole: Path,
    tmp_path: Path,
) -> None:
    killed = _run_killed(tmp_path, max(1, events * point // KILL_POINTS))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    target = tmp_path / "shop"
    if target.exists():
        assert digest(target) == digest(whole)
        shutil.rmtree(target)
    assert main([*NEW, "--output-dir", str(tmp_path)]) == 0, "the next call works, and tidies up"
    assert os.listdir(tmp_path) == ["shop"]
    assert digest(target) == digest(whole)


STOPS = [
    *((signal.SIGINT, point) for point in range(1, KILL_POINTS + 1)),
    *((sent, point) for sent in (signal.SIGTERM, signal.SIGHUP) for point in (2, 9, 16, 23)),
]


@pytest.mark.parametrize(("sent", "point"), STOPS, ids=lambda value: getattr(value, "name", str(value)))
def test_asked_to_stop_at_any_moment_it_tidies_up_or_is_done(
    sent: signal.Signals,
    point: int,
    events: int,
    whole: Path,
    tmp_path: Path,
) -> None:
    stopped = _run_killed(tmp_path, max(1, events * point // KILL_POINTS), sent)
    assert "Traceback" not in stopped.stderr
    if stopped.returncode == 0:
        _is_done(stopped, tmp_path, whole)
    else:
        assert stopped.returncode == 128 + sent
        said = "interrupted" if sent is signal.SIGINT else f"stopped by {sent.name}"
        assert stopped.stderr.startswith(f"{said}: nothing was written\n")
        assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("event", ["os.rename", "os.rmdir"])
def test_from_the_rename_on_it_is_too_late_to_stop_it(event: str, whole: Path, tmp_path: Path) -> None:
    _is_done(_run_killed(tmp_path, event, signal.SIGINT), tmp_path, whole)


def _is_done(new: subprocess.CompletedProcess[str], output: Path, whole: Path) -> None:
    assert new.returncode == 0
    assert new.stderr.startswith(f"made {output}/shop: ")
    assert os.listdir(output) == ["shop"]
    assert digest(output / "shop") == digest(whole)


# Answers like git, after a while in which the terminal's Ctrl-C can arrive.
SLOW_GIT = """#!/bin/sh
: > "{}"
/bin/sleep 0.5
exit 0
"""


def test_an_interrupt_of_the_whole_group_waits_for_the_hook_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    begun = tmp_path / "begun"
    path = _with_git(tmp_path, SLOW_GIT.format(begun))
    with subprocess.Popen(
        [sys.executable, "-m", "celery_scaffold", *NEW, "--output-dir", tmp_path / "out"],
        env={**os.environ, "PATH": path},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_signals,  # noqa: PLW1509  there are no threads
    ) as new:
        wait_for(begun.exists)
        os.killpg(new.pid, signal.SIGINT)
        _, errors = new.communicate()
    assert errors == "interrupted: nothing was written\n"
    assert new.returncode == 130
    assert os.listdir(tmp_path / "out") == []


@pytest.fixture(params=["96k", "400k", "800k", "1100k", "1300k"])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A file system that is full while staging, while rendering, in the hook or in the record."""
    yield from _mounted(tmp_path / "small", f"size={request.param}")


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A file system that takes nothing at all."""
    yield from _mounted(tmp_path / "read-only", "ro,size=64k")


def _mounted(place: Path, options: str) -> Iterator[Path]:
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"a file system can only be mounted by root: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_a_line_and_leaves_nothing(small_disk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--output-dir", str(small_disk)]) == 1
    *hook, error, hint = capfd.readouterr().err.splitlines()
    assert error in {
        f"error: cannot write in {small_disk}: no space left on device",
        "error: a hook of the template failed: Hook script failed (exit status: 1)",
    }
    assert hint in {"hint: nothing was written there", "hint: its own message is above"}
    assert "Traceback" not in "\n".join(hook)
    assert [line for line in hook if "No space left on device" not in line] == []
    assert list(small_disk.iterdir()) == []


def test_a_read_only_directory_is_a_line(read_only: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--output-dir", str(read_only)]) == 1
    assert capfd.readouterr().err == (
        f"error: cannot write in {read_only}: read-only file system\nhint: nothing was written there\n"
    )


def test_a_directory_without_permission_is_a_line(tmp_path: Path) -> None:
    """Root may write everywhere, so it gives that up for the run."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    command = [sys.executable, "-m", "celery_scaffold", *NEW, "--output-dir", str(closed)]
    if os.getuid() == 0:
        need("setpriv", "root can do without the permission")
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.stderr.splitlines() == [
        f"error: cannot write in {closed}: permission denied",
        "hint: nothing was written there",
    ]
    assert refused.returncode == 1


@pytest.mark.parametrize(
    ("directory", "problem"),
    [
        ("x" * 300, "file name too long"),
        ("nul\0", "cannot be a path"),
        ("file", "is not a directory"),
        ("file/below", "is not a directory"),
        ("loop", "too many levels of symbolic links"),
        ("nowhere\x1b[31m\n", r"nowhere\x1b[31m\n is not a directory"),
        ("/".join(["y" * 200] * 3), "y is not a directory"),
    ],
)
def test_a_directory_that_cannot_be_used_is_a_printable_line(
    directory: str,
    problem: str,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    assert main([*NEW, "--output-dir", f"{tmp_path}/{directory}"]) == 1
    error, hint = capfd.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert problem in error
    assert error.isprintable()
    assert len(error) < 250
    assert hint.startswith("hint: ")


@pytest.mark.parametrize("arguments", [NEW, ["export-template", "shop"]])
def test_a_current_directory_that_is_gone_is_a_line(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    try:
        assert main(arguments) == 1
        assert capfd.readouterr().err == (
            "error: the current directory is gone\nhint: cd to one that is there, or give a full path\n"
        )
        assert main([*NEW, "--output-dir", str(tmp_path)]) == 0, "it is not needed"
    finally:
        os.chdir(tmp_path)
    assert f"  cd {tmp_path}/shop" in capfd.readouterr().err


def test_the_working_directory_is_no_longer_than_the_file_system_allows(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The output directory fits into PATH_MAX, and what is rendered below it does not."""
    monkeypatch.chdir(tmp_path)
    while (room := 4020 - len(str(Path.cwd()))) > 1:
        deeper = "z" * min(200, room)
        Path(deeper).mkdir()
        os.chdir(deeper)
    assert main(NEW) == 1
    assert "file name too long" in capfd.readouterr().err
    assert os.listdir() == []


def test_an_empty_directory_that_appears_after_the_check_is_replaced_and_any_other_is_kept(tmp_path: Path) -> None:
    """See `move_into_place`: nothing is lost by the first, and no process is killed between a claim and a rename."""
    project, target = tmp_path / "project", tmp_path / "target"

    def appearing(content: tuple[str, ...]) -> Callable[..., None]:
        def check(*_: object) -> None:
            target.mkdir()
            for name in content:
                (target / name).touch()

        return check

    project.mkdir()
    (project / "ours").touch()
    with (
        mock.patch.object(workspace, "check_target", appearing(("theirs",))),
        pytest.raises(ScaffoldError, match="appeared meanwhile"),
    ):
        workspace.move_into_place(project, target)
    assert os.listdir(target) == ["theirs"]
    shutil.rmtree(target)
    with mock.patch.object(workspace, "check_target", appearing(())):
        workspace.move_into_place(project, target)
    assert os.listdir(target) == ["ours"]


def _a_file(target: Path) -> None:
    target.write_text("mine")


def _an_empty_directory(target: Path) -> None:
    target.mkdir()


def _a_link_to_a_directory(target: Path) -> None:
    (target.parent / "elsewhere").mkdir()
    target.symlink_to("elsewhere")


def _a_dangling_link(target: Path) -> None:
    target.symlink_to("nowhere")


@pytest.mark.parametrize("existing", [_a_file, _an_empty_directory, _a_link_to_a_directory, _a_dangling_link])
def test_a_target_that_is_there_already_is_left_as_it_is(
    existing: object,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert callable(existing)
    existing(tmp_path / "shop")
    before = sorted((path.name, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*"))
    assert main([*NEW, "--output-dir", str(tmp_path)]) == 1
    assert "hint: give another name, or another --output-dir" in capsys.readouterr().err
    assert sorted((path.name, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


def test_a_missing_output_directory_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--output-dir", str(tmp_path / "nowhere")]) == 1
    assert "is not a directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("home", "cache"),
    [("/proc/nobody", ""), ("{file}", "{file}"), ("relative", ""), ("relative", "also/relative"), ("{home}", "cache")],
)
def test_a_home_or_cache_that_is_missing_a_file_or_relative_is_no_obstacle(
    home: str,
    cache: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "out").mkdir()
    places = {"file": tmp_path / "file", "home": tmp_path / "home"}
    monkeypatch.setenv("HOME", home.format(**places))
    monkeypatch.setenv("XDG_CACHE_HOME", cache.format(**places))
    monkeypatch.chdir(tmp_path)
    assert main([*NEW, "--output-dir", "out"]) == 0
    assert (tmp_path / "out" / "shop" / "celery-scaffold.toml").is_file()
    assert sorted(set(os.listdir(tmp_path)) - {"home"}) == ["file", "out"]
    assert (tmp_path / "home" / ".cache" / "celery-scaffold").is_dir() == (home == "{home}")


def test_a_home_that_is_read_only_is_no_obstacle(
    read_only: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HOME", str(read_only))
    monkeypatch.delenv("XDG_CACHE_HOME")
    (tmp_path / "out").mkdir()
    assert main([*NEW, "--output-dir", str(tmp_path / "out")]) == 0
    assert capfd.readouterr().err.startswith("made ")


def test_a_damaged_or_foreign_cache_costs_time_and_nothing_else(whole: Path, tmp_path: Path) -> None:
    (cache,) = (Path(os.environ["XDG_CACHE_HOME"]) / "celery-scaffold").glob("templates-*.bin")
    for content in (b"", b"\x00" * 100, b"not marshal at all"):
        cache.write_bytes(content)
        output = tmp_path / str(len(content))
        output.mkdir()
        assert main([*NEW, "--output-dir", str(output)]) == 0
        assert digest(output / "shop") == digest(whole)
