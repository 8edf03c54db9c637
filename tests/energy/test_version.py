"""The program says which commit it runs from, and does without where nobody can tell."""

import shutil
import subprocess
from pathlib import Path

import pytest

from energy.version import commit_of, program

GIT = shutil.which("git") or ""
AS_LI = ["-c", "user.name=li", "-c", "user.email=li@example.org"]


def run_git(folder: Path, *words: str) -> str:
    asked = [GIT, "-C", str(folder), *AS_LI, *words]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


@pytest.mark.skipif(not GIT, reason="there is no git here")
def test_a_checkout_names_its_commit_the_same_each_time_and_says_when_files_differ(
    tmp_path: Path,
) -> None:
    run_git(tmp_path, "init", "--quiet")
    (tmp_path / "code.py").write_text("1\n", "utf-8")
    run_git(tmp_path, "add", "code.py")
    run_git(tmp_path, "commit", "--quiet", "-m", "Begin")
    commit = run_git(tmp_path, "rev-parse", "HEAD")[:12]
    assert commit_of(tmp_path) == commit
    run_git(tmp_path, "tag", "-a", "v9", "-m", "nine")
    assert commit_of(tmp_path) == commit
    (tmp_path / "code.py").write_text("2\n", "utf-8")
    assert commit_of(tmp_path) == f"{commit}-dirty"


def test_a_folder_without_a_history_and_a_machine_without_git_name_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commit_of(tmp_path) == ""
    (tmp_path / ".git").write_text("gitdir: nowhere\n", "utf-8")
    assert commit_of(tmp_path) == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(tmp_path) == ""


def test_a_program_begins_with_its_name() -> None:
    assert program().startswith("jieneng")
    assert program() == program()
