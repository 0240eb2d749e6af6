"""The directory of a new project appears whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from celery_scaffold.__main__ import main

from trees import digest, files_of

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLED_NEW = Path(__file__).with_name("killed_new.py")
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
    import json

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


def _run_killed(output: Path, event: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(KILLED_NEW), str(output), str(event), *NEW, "--output-dir", str(output)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> int:
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


def test_a_full_disk_is_a_line_and_leaves_nothing(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--output-dir", str(small_disk)]) == 1
    assert "no space left on device" in capsys.readouterr().err
    assert list(small_disk.iterdir()) == []


def test_a_read_only_directory_is_a_line(read_only: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*NEW, "--output-dir", str(read_only)]) == 1
    assert "read-only file system" in capsys.readouterr().err


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


@pytest.mark.parametrize("home", ["missing", "file"])
def test_a_home_that_cannot_be_written_is_no_obstacle(
    home: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = tmp_path / "home"
    if home == "file":
        place.write_text("")
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.setenv("XDG_CACHE_HOME", "" if home == "missing" else str(place))
    if home == "missing":
        place = Path("/proc/nobody")
        monkeypatch.setenv("HOME", str(place))
    (tmp_path / "out").mkdir()
    assert main([*NEW, "--output-dir", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "shop" / "celery-scaffold.toml").is_file()


def test_a_damaged_or_foreign_cache_costs_time_and_nothing_else(whole: Path, tmp_path: Path) -> None:
    (cache,) = (Path(os.environ["XDG_CACHE_HOME"]) / "celery-scaffold").glob("templates-*.bin")
    for content in (b"", b"\x00" * 100, b"not marshal at all"):
        cache.write_bytes(content)
        output = tmp_path / str(len(content))
        output.mkdir()
        assert main([*NEW, "--output-dir", str(output)]) == 0
        assert digest(output / "shop") == digest(whole)
