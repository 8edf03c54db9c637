"""What a person sees of an error: one sentence, beside the answer, and exit code 1."""

import subprocess
import sys
from pathlib import Path

import pytest

from collector.keeping.state import State

CHECKOUT = Path(__file__).parents[2]


def ran(
    folder: Path, *arguments: str, before: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, with settings of its own, after a line of Python."""
    program = f"{before}\nfrom jieneng.__main__ import main\nmain()"
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(CHECKOUT), "PATH": "/usr/bin:/bin"} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_error_does_not_end_in_the_file_that_an_export_is_written_to(tmp_path: Path) -> None:
    done = ran(tmp_path, "export", "table", "nosuch")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Table 'nosuch' is not known. Tables: ")


def test_a_folder_that_was_deleted_under_the_person_is_said_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()

    done = ran(folder, "status", before="import os; os.rmdir(os.getcwd())")

    assert done.returncode == 1
    assert done.stderr == (
        "The folder you are in is no longer there. Go to another one with cd first.\n"
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("collector.sqlite", ["collect"]), ("collector.sqlite", ["backup", "copy"])],
)
def test_a_damaged_state_of_the_collector_is_said_in_a_sentence(
    name: str, arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / name).write_bytes(b"garbage" * 1000)

    done = ran(tmp_path, *arguments)

    assert done.returncode == 1
    assert f"{name} is damaged or cannot be read" in done.stderr
    assert "Restore a backup" in done.stderr
    assert "Traceback" not in done.stderr


def test_damage_behind_the_first_page_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "data" / "collector.sqlite"
    path.parent.mkdir()
    State(path).close()
    sound = path.read_bytes()
    path.write_bytes(sound[:4096].ljust(len(sound), b"g"))

    done = ran(tmp_path, "collect")

    assert done.returncode == 1
    assert "collector.sqlite is damaged or cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_in_the_place_of_the_collectors_lock_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data" / "collector.lock").mkdir(parents=True)

    done = ran(tmp_path, "collect")

    assert done.returncode == 1
    assert "collector.lock cannot be used: Is a directory. Move it away" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_in_the_place_of_a_folder_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "spool").write_text("no folder")

    done = ran(tmp_path, "collect")

    assert done.returncode == 1
    assert done.stderr == ("Cannot be done: data/spool: there is a file of that name already\n")
    assert "Traceback" not in done.stderr


def test_a_broker_that_nobody_knows_is_refused_by_every_command_that_starts_one(
    tmp_path: Path,
) -> None:
    for command in ("demo", "proof"):
        done = ran(tmp_path, command, "--broker", "rabbit")
        assert done.returncode == 2
        assert "'rabbit' is not one of 'auto', 'mosquitto', 'amqtt'" in done.stderr


def test_a_ledger_without_its_truth_is_refused(tmp_path: Path) -> None:
    done = ran(tmp_path, "proof", "--ledger", "hours.csv")
    assert (done.returncode, done.stderr) == (1, "--ledger and --truth go together.\n")


def test_a_statement_for_a_folder_that_is_not_there_is_refused_before_it_is_made(
    tmp_path: Path,
) -> None:
    done = ran(tmp_path, "statement", "town", "2026-05", "--to", "none/town.xlsx")

    assert done.returncode == 1
    assert done.stderr == (
        "There is no folder none to write town.xlsx to. Make it first, or name another.\n"
    )


@pytest.mark.parametrize("arguments", [["devices"], ["--help"], ["reference", "list"]])
def test_a_reader_that_has_seen_enough_ends_a_command_without_a_word(
    arguments: list[str], tmp_path: Path
) -> None:
    # The other end of the pipe is closed before the first line, as head closes it after its last.
    before = "import os; ends = os.pipe(); os.close(ends[0]); os.dup2(ends[1], 1)"

    done = ran(tmp_path, *arguments, before=before)

    assert done.stderr == ""
