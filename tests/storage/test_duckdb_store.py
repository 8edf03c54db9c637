import re
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from energy.errors import ConfigError, FormatTooNewError, StoreError, UnreachableError
from energy.reading import REGISTER, Source
from storage.engines.duckdb import MEMORY_LIMIT, THREADS
from storage.opening import open_store, prepare_store
from tests.store_promises import ALWAYS, NEW_YEAR, register, values_of
from tests.table_promises import amounts_of, hours_frame, replace_hours

WRITER = """
import sys
from storage.opening import open_store
from tests.store_promises import register
store = open_store(sys.argv[1])
for hour in range(50):
    store.write([register(f"m{n}", hour, hour) for n in range(20)])
store.write([register("m0", 0, 7, revision=1)])
print("written", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"duckdb:{tmp_path}/new folder/readings.duckdb"


def child(url: str, text: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", text, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_what_a_write_returned_for_survives_kill_9(url: str) -> None:
    with child(url, WRITER) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert said == "written\n"
    store = open_store(url)
    assert store.counts()[REGISTER] == 1000
    assert store.series(REGISTER, "m0", ALWAYS).value.tolist() == [7, *range(1, 50)]
    store.close()


def test_a_file_held_by_another_process_is_said_in_a_sentence(url: str) -> None:
    open_store(url).close()
    with child(url, WRITER) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(UnreachableError, match="One process alone can hold it"):
            open_store(url)
        process.kill()


def test_a_store_opened_again_still_decides_by_rank(url: str) -> None:
    store = open_store(url)
    store.write([register("main", 0, 1, source=Source.MANUAL), register("main", 1, 2)])
    store.close()
    store = open_store(url)
    assert store.newest() == {"main": NEW_YEAR + 3_600_000}
    store.write([register("main", 0, 5), register("other", 0, 6)])
    assert [value for _, value in values_of(store.series(REGISTER, "main", ALWAYS))] == [1, 2]
    assert store.series(REGISTER, "other", ALWAYS).value.tolist() == [6]
    store.close()


def test_readings_and_points_sent_again_do_not_make_the_file_grow(url: str, tmp_path: Path) -> None:
    file = tmp_path / "new folder/readings.duckdb"
    readings = [register(f"m{n}", hour, hour) for hour in range(500) for n in range(20)]
    frame = hours_frame("main", dict.fromkeys(range(2000), 1))
    sizes = []
    for _ in range(4):
        store = open_store(url)
        store.write(readings)
        replace_hours(store, frame, "main")
        store.close()
        sizes.append(file.stat().st_size)
    assert sizes[1:] == sizes[:1] * 3


def test_a_copy_made_while_running_holds_everything(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.write([register("main", hour, hour) for hour in range(5)])
    replace_hours(store, hours_frame("main", {0: 1}), "main")
    folder = tmp_path / "it's a copy"
    folder.mkdir()
    store.copy_to(str(folder))
    store.write([register("main", 9, 9)])
    store.close()
    copy = open_store(f"duckdb:{folder}/readings.duckdb")
    assert copy.series(REGISTER, "main", ALWAYS).value.tolist() == [0, 1, 2, 3, 4]
    assert amounts_of(copy) == [("main", 0, 1)]
    assert copy.write([register("main", 4, 4), register("main", 5, 5)]) == []
    assert copy.counts()[REGISTER] == 6
    copy.close()


def test_a_file_of_a_newer_program_is_refused_and_let_go(url: str, tmp_path: Path) -> None:
    prepare_store(url)
    file = tmp_path / "new folder/readings.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE format SET number = 99")
    with pytest.raises(FormatTooNewError, match="has format 99; this program knows up to 1"):
        open_store(url)
    duckdb.connect(str(file)).close()


def test_a_file_of_before_gains_the_fields_that_its_tables_lack(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    replace_hours(store, hours_frame("main", {0: 1}), "main")
    store.close()
    with duckdb.connect(str(tmp_path / "new folder/readings.duckdb")) as connection:
        connection.execute("ALTER TABLE meter_hour DROP COLUMN co2")

    for _ in range(2):
        store = open_store(url)
        assert amounts_of(store) == [("main", 0, 1)]
        store.close()
    store = open_store(url)
    replace_hours(store, hours_frame("main", {0: 2}), "main")
    assert amounts_of(store) == [("main", 0, 2)]
    store.close()


def test_a_file_that_is_no_store_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "photo.duckdb"
    file.write_bytes(b"not a database" * 1000)
    said = refusal_of(f"duckdb:{file}")
    assert "photo.duckdb cannot be used as store of readings" in said
    assert "is not a valid DuckDB database file" in said


def refusal_of(url: str) -> str:
    with pytest.raises(StoreError, match="JIENENG_STORE_URL") as caught:
        open_store(url)
    said = str(caught.value)
    assert "One process alone" not in said
    assert "these settings" not in said
    return said


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/proc/x/y", "No such file or directory"), ("/dev/null/y", "Not a directory|File exists")],
)
def test_a_path_that_cannot_be_made_is_said_with_its_reason(path: str, reason: str) -> None:
    assert re.search(reason, refusal_of(f"duckdb:{path}"))


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    assert "Is a directory" in refusal_of(f"duckdb:{tmp_path}")


def test_a_damaged_file_is_said_with_what_to_do(url: str, tmp_path: Path) -> None:
    open_store(url).close()
    file = tmp_path / "new folder/readings.duckdb"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + bytes(8192) + whole[12288:])
    assert "restore a backup" in refusal_of(url)


def test_a_file_of_duckdb_with_other_tables_is_said(tmp_path: Path) -> None:
    file = tmp_path / "other.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE meter (serial INTEGER)")
    assert "other.duckdb" in refusal_of(f"duckdb:{file}")


def test_a_write_that_fails_changes_nothing_and_says_so(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.write([register("main", 0, 1)])
    # The same file, opened once more in this process, takes a table away.
    with duckdb.connect(
        str(tmp_path / "new folder/readings.duckdb"),
        config={
            "memory_limit": MEMORY_LIMIT,
            "threads": THREADS,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    ) as other:
        other.execute("ALTER TABLE register RENAME TO elsewhere")
        with pytest.raises(UnreachableError, match=r"readings\.duckdb could not be written"):
            store.write([register("main", 1, 2), register("new", 1, 2)])
        other.execute("ALTER TABLE elsewhere RENAME TO register")
    assert store.newest() == {"main": NEW_YEAR}
    assert store.write([register("main", 1, 2), register("new", 1, 3)]) == []
    assert store.series(REGISTER, "new", ALWAYS).value.tolist() == [3]
    store.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("duckdb:", "duckdb:PATH"),
        ("duckdb:x?colour=red", "duckdb:PATH"),
        ("duckdb:x?threads=none", "threads=none"),
        ("duckdb:x?memory=much", "cannot be opened with these settings"),
    ],
)
def test_a_wrong_address_is_said_in_a_sentence(
    url: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=reason):
        open_store(url)
