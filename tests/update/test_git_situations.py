"""The owner's git: nothing of it matters for a merge, and nothing but unmerged files is written to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from celery_scaffold.git import listed

from update.cases import MARKED, MINE, THEIRS, TOP, L, crlf
from update.projects import Project, commit, everything, git, outside, script, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Project]

HOOKS = (
    "post-index-change", "pre-commit", "post-checkout", "post-merge", "post-rewrite", "pre-merge-commit",
    "reference-transaction", "fsmonitor-watchman", "post-commit", "pre-auto-gc",
)  # fmt: skip
BASE, NEW = {"a.txt": L, "b.txt": L}, {"a.txt": THEIRS, "b.txt": TOP}
RESULT = {"a.txt": MARKED, "b.txt": TOP}


def texts(project: Project) -> dict[str, str]:
    return {path: file.content.decode() for path, file in project.files().items()}


def in_conflict(project: Project) -> Project:
    """The owner has changed and committed what the template changes as well."""
    project.edit({"a.txt": MINE})
    project.commit()
    project.renders(NEW)
    return project


def stages(project: Project) -> dict[str, str]:
    """Stage → content of what the index holds of the file in conflict."""
    rows = [row.split() for row in project.git("ls-files", "--stage", "a.txt").splitlines()]
    return {stage: project.git("cat-file", "blob", name) for _, name, stage, _ in rows}


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of git's with which much goes wrong, and a file that each program of it writes."""
    marker = tmp_path / "was-run"
    for hook in HOOKS:
        script(tmp_path / "hooks" / hook, f"echo {hook} >> '{marker}'\nexit 1\n")
    script(tmp_path / "program", f"echo \"$@\" >> '{marker}'\nexit 1\n")
    program = tmp_path / "program"
    (tmp_path / "excludes").write_text("*.own\n")
    (tmp_path / "template/hooks").mkdir(parents=True)
    (tmp_path / "attributes").write_text("* text=auto eol=crlf merge=ours filter=broken diff=broken\n")
    (tmp_path / "gitconfig").write_text(
        f"[core]\nhooksPath = {tmp_path}/hooks\nautocrlf = true\nfsmonitor = {program}\neditor = {program}\n"
        f"excludesFile = {tmp_path}/excludes\nattributesFile = {tmp_path}/attributes\npager = {program}\n"
        "quotePath = true\nsafecrlf = true\nignoreCase = true\nuntrackedCache = true\n"
        f"[commit]\ngpgSign = true\n[gpg]\nprogram = {program}\n[user]\nuseConfigOnly = true\n"
        f'[merge]\nconflictStyle = merge\nrenames = true\n[merge "ours"]\ndriver = {program}\n'
        f'[diff]\nexternal = {program}\nnoprefix = true\n[diff "broken"]\ntextconv = {program}\n'
        f'[filter "broken"]\nclean = {program}\nsmudge = {program}\nrequired = true\n'
        f"[init]\ntemplateDir = {tmp_path}/template\ndefaultBranch = other\ndefaultObjectFormat = sha256\n"
        "[fetch]\nfsckObjects = true\n[color]\nui = always\n[index]\nversion = 4\n[pull]\nrebase = true\n"
    )  # fmt: skip
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    return marker


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
def test_a_hostile_configuration_changes_nothing(arguments: tuple[str, ...], make: Make, hostile: Path) -> None:
    project = in_conflict(make(BASE))
    history = project.history()
    configuration = (project.root / ".git/config").read_bytes()
    report = project.update(*arguments)
    assert (report.code, report.kinds) == (2, {"a.txt": "conflict", "b.txt": "updated"})
    assert texts(project) == ({"a.txt": MINE, "b.txt": L} if arguments else RESULT)
    assert project.unmerged() == (set() if arguments else {"a.txt"})
    assert project.history() == history
    assert (project.root / ".git/config").read_bytes() == configuration
    for command in (("check",), ("diff",), ("update", "--abort")):
        project.run(*command)
    assert not hostile.exists(), hostile.read_text()


def test_the_diff_of_a_dry_run_is_the_same_whatever_is_configured(
    make: Make, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    project = in_conflict(make(BASE))
    plain = project.update("--dry-run").facts
    request.getfixturevalue("hostile")
    assert project.update("--dry-run").facts == plain


def test_a_repository_among_the_files_of_a_clone_is_none(make: Make, tmp_path: Path) -> None:
    project = in_conflict(make(BASE, "subdirectory"))
    git(tmp_path, "init", "--quiet", "--bare", "inner")
    for name in ("HEAD", "config", "objects", "refs"):
        (tmp_path / "inner" / name).rename(project.root / name)
    (project.root / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tworktree = .\n")
    inner = everything(project.root / "objects")
    assert listed(project.root) is None
    assert project.update().code == 2
    assert everything(project.root / "objects") == inner


@pytest.mark.parametrize("variables", [("GIT_DIR",), ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")])
def test_variables_that_point_git_elsewhere_do_not_count(
    variables: tuple[str, ...], make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = in_conflict(make(BASE))
    other = tmp_path / "other"
    write(other, {"a.txt": "other\n"})
    git(other, "init", "--quiet")
    commit(other)
    before = everything(other)
    values = {"GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": ".git/index"}
    for name in variables:
        monkeypatch.setenv(name, str(other / values[name]))
    assert project.update().code == 2
    assert project.unmerged() == {"a.txt"}
    assert everything(other) == before


def test_the_index_holds_the_three_versions_of_a_conflict(make: Make) -> None:
    project = in_conflict(make(BASE))
    project.update()
    assert stages(project) == {"1": L, "2": MINE, "3": THEIRS}
    assert "UU a.txt" in project.git("status", "--porcelain").splitlines()


def test_what_is_staged_stays_staged(make: Make) -> None:
    project = in_conflict(make({**BASE, "c.txt": "c\n"}))
    project.renders({**NEW, "c.txt": "c\n"})
    project.edit({"own.txt": "staged\n", "c.txt": "staged\n"})
    project.git("add", "own.txt", "c.txt")
    project.edit({"own.txt": "staged\nand changed\n"})
    before = project.index("a.txt")
    project.update()
    assert project.index("a.txt") == before
    project.run("update", "--abort")
    assert project.index("a.txt") == before


def test_a_conflict_of_an_edit_that_is_not_committed_is_shown_as_well(make: Make) -> None:
    project = make(BASE)
    project.edit({"a.txt": MINE})
    project.renders(NEW)
    before = project.index()
    project.update()
    assert stages(project) == {"1": L, "2": MINE, "3": THEIRS}
    project.run("update", "--abort")
    assert project.index() == before
    assert texts(project)["a.txt"] == MINE


def test_a_version_that_is_only_staged_is_not_lost(make: Make) -> None:
    project = make(BASE)
    project.edit({"a.txt": "only staged\n"})
    project.git("add", "a.txt")
    project.edit({"a.txt": MINE})
    project.renders(NEW)
    project.update()
    assert stages(project) == {"0": "only staged\n"}
    assert texts(project)["a.txt"] == MARKED


def test_a_conflict_of_a_checkout_with_crlf_is_shown(make: Make) -> None:
    project = in_conflict(make(BASE))
    project.edit({"a.txt": crlf(MINE)})
    project.update()
    assert stages(project) == {"1": L, "2": MINE, "3": THEIRS}
    assert (project.root / "a.txt").read_bytes() == crlf(MARKED)


def test_without_a_commit_conflicts_are_shown_and_taken_back(make: Make) -> None:
    project = make(BASE, "nowhere")
    project.git("init", "--quiet")
    project.edit({"a.txt": MINE})
    project.renders(NEW)
    assert project.update().code == 2
    assert project.unmerged() == {"a.txt"}
    assert project.run("update", "--abort")[0] == 0
    assert project.index() == set()
    assert texts(project) == {"a.txt": MINE, "b.txt": L}


def test_an_ignored_file_of_the_template_is_merged_and_left_out_of_the_index(make: Make) -> None:
    project = make(BASE, "nowhere")
    project.edit({"a.txt": MINE, ".gitignore": "a.txt\n"})
    project.commit()
    project.renders(NEW)
    assert project.update().code == 2
    assert texts(project)["a.txt"] == MARKED
    assert project.unmerged() == set()


def test_a_linked_worktree_is_a_project_like_any(make: Make, tmp_path: Path) -> None:
    project = in_conflict(make(BASE))
    project.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    linked = Project(tmp_path / "linked", project.template, project.capsys)
    before = outside(everything(project.root), ".git"), project.index()
    assert linked.update().code == 2
    assert linked.unmerged() == {"a.txt"}
    assert (outside(everything(project.root), ".git"), project.index()) == before
    assert linked.run("update", "--abort")[0] == 0
    assert linked.git("status", "--porcelain") == ""


def test_a_repository_of_sha256_is_one_like_any(make: Make) -> None:
    project = make(BASE, "nowhere")
    project.git("init", "--quiet", "--object-format=sha256")
    in_conflict(project)
    project.update()
    assert stages(project) == {"1": L, "2": MINE, "3": THEIRS}
    project.run("update", "--abort")
    assert project.git("status", "--porcelain") == ""


def test_a_submodule_stays_as_it_is(make: Make, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other, {"moved.txt": L})
    git(other, "init", "--quiet")
    commit(other)
    project = make({"a.txt": L, "vendor/b.txt": L})
    project.git("submodule", "--quiet", "add", str(other), "vendor/sub")
    project.remove("a.txt")
    project.commit()
    project.renders({"a.txt": TOP, "vendor": "a file\n"})
    before = everything(project.root / "vendor/sub")
    assert project.update().told == [
        ("a.txt", "skipped", "you deleted it, the template changed: it stays deleted"),
        ("vendor", "skipped", "new in the template, but a directory of yours is there"),
        ("vendor/b.txt", "deleted", "no longer in the template"),
    ]
    assert everything(project.root / "vendor/sub") == before


def test_a_locked_index_is_said_and_the_update_can_be_finished(make: Make) -> None:
    project = in_conflict(make(BASE))
    (project.root / ".git/index.lock").touch()
    code, said = project.run("update")
    assert code == 1
    assert "index.lock': File exists" in said
    assert "hint: the files are written, git does not know of the conflicts yet" in said
    (project.root / ".git/index.lock").unlink()
    assert project.run("update", "--continue")[0] == 2
    assert (texts(project), project.unmerged()) == (RESULT, {"a.txt"})
