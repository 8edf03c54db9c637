"""What was appended is there after any crash, whole and in order, and never garbage."""

import errno
import os
import threading
import zlib
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.keeping.segment import FRAME, HEADER, Position
from collector.keeping.spool import RESERVE_BYTES, Spool, SpoolFullError
from energy.errors import FormatTooNewError, StoreError

START = Position(0, 0)
MB = 1_000_000


def _open(folder: Path, *, max_bytes: int = MB, segment_bytes: int = MB) -> Spool:
    return Spool(folder, max_bytes=max_bytes, segment_bytes=segment_bytes)


def _payloads(spool: Spool, start: Position = START) -> list[bytes]:
    return [record.payload for record in spool.read(start)]


@given(
    payloads=st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=8),
    cut=st.integers(0, 400),
    segment_bytes=st.sampled_from([60, 10_000]),
)
def test_a_spool_cut_off_at_any_byte_gives_back_whole_records_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory, payloads: list[bytes], cut: int, segment_bytes: int
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    spool = _open(folder, segment_bytes=segment_bytes)
    for payload in payloads:
        spool.append(payload)
    spool.close()
    newest = max(folder.glob("*.spool"))
    content = newest.read_bytes()
    newest.write_bytes(content[: min(cut, len(content))])

    again = _open(folder, segment_bytes=segment_bytes)
    kept = _payloads(again)
    assert kept == payloads[: len(kept)]
    if cut >= len(content):
        assert kept == payloads
    again.append(b"after")
    assert _payloads(again) == [*kept, b"after"]
    again.close()


def test_a_record_is_framed_as_length_checksum_payload(tmp_path: Path) -> None:
    spool = _open(tmp_path)
    spool.append(b"reading")
    spool.close()
    expected = HEADER + FRAME.pack(7, zlib.crc32(b"reading")) + b"reading"
    assert (tmp_path / "000000001.spool").read_bytes() == expected


def test_reading_goes_on_from_where_it_stopped(tmp_path: Path) -> None:
    spool = _open(tmp_path, segment_bytes=30)
    for number in range(6):
        spool.append(b"%d" % number * 20)
    first = next(spool.read(START))
    assert len(_payloads(spool, first.end)) == 5
    assert _payloads(spool, spool.end) == []
    spool.close()


def test_segments_that_are_shipped_are_deleted_but_never_the_one_being_written(
    tmp_path: Path,
) -> None:
    spool = _open(tmp_path, segment_bytes=30)
    for number in range(4):
        spool.append(b"%d" % number * 20)
    spool.delete_before(spool.end)
    assert spool.segments() == [spool.end.segment]
    spool.append(b"more")
    assert _payloads(spool)[-1] == b"more"
    spool.close()


def test_damage_before_the_end_is_said_and_never_skipped(tmp_path: Path) -> None:
    spool = _open(tmp_path, segment_bytes=30)
    for number in range(3):
        spool.append(b"%d" % number * 20)
    path = tmp_path / "000000001.spool"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged at byte"):
        _payloads(spool)
    spool.close()


def test_a_spool_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "000000001.spool").write_bytes(HEADER[:-1] + bytes([HEADER[-1] + 1]))
    with pytest.raises(FormatTooNewError, match="Install the newer program"):
        _open(tmp_path)


def test_a_file_that_is_no_spool_is_refused(tmp_path: Path) -> None:
    (tmp_path / "000000001.spool").write_bytes(b"something else entirely")
    with pytest.raises(StoreError, match="not a spool"):
        _open(tmp_path)


def test_a_full_spool_says_so(tmp_path: Path) -> None:
    spool = _open(tmp_path, max_bytes=100)
    assert not spool.is_full
    spool.append(b"x" * 100)
    assert spool.is_full
    spool.close()


def test_a_new_spool_never_writes_below_what_shipping_has_passed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, max_bytes=MB, shipped=Position(7, 0))
    end = spool.append(b"x")
    assert end.segment == 7
    spool.close()


def test_a_disk_that_takes_half_a_record_keeps_none_of_it_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = _open(tmp_path)
    spool.append(b"before")
    write = os.pwrite
    room = [10]

    def nearly_full(file: int, content: memoryview, offset: int) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = write(file, content[: room[0]], offset)
        room[0] -= written
        return written

    monkeypatch.setattr("collector.keeping.spool.os.pwrite", nearly_full)
    with pytest.raises(SpoolFullError, match="disk"):
        spool.append(b"does not fit" * 10)
    room[0] = 1000
    spool.append(b"after")
    assert _payloads(spool) == [b"before", b"after"]
    spool.close()
    monkeypatch.undo()
    again = _open(tmp_path)
    assert _payloads(again) == [b"before", b"after"]
    again.close()


class DiskOf(NamedTuple):
    f_bavail: int
    f_frsize: int = 1


def test_the_last_room_of_the_disk_is_left_to_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = _open(tmp_path)
    spool.append(b"before")
    monkeypatch.setattr("collector.keeping.spool.os.statvfs", lambda _: DiskOf(RESERVE_BYTES))
    with pytest.raises(SpoolFullError, match="disk"):
        spool.append(b"there would be room for this")
    roomy = DiskOf(RESERVE_BYTES + 100)
    monkeypatch.setattr("collector.keeping.spool.os.statvfs", lambda _: roomy)
    spool.append(b"after")
    assert _payloads(spool) == [b"before", b"after"]
    spool.close()


def test_a_small_spool_that_was_full_has_room_again_when_all_is_shipped(tmp_path: Path) -> None:
    spool = Spool(tmp_path, max_bytes=100_000)
    while not spool.is_full:
        spool.append(b"x" * 1000)
    spool.delete_before(spool.end)
    assert not spool.is_full
    assert spool.size < 100_000 / 10
    spool.close()


def test_what_comes_after_a_lost_end_does_not_hide_behind_what_was_shipped(
    tmp_path: Path,
) -> None:
    spool = _open(tmp_path)
    spool.append(b"lost")
    shipped = spool.append(b"lost too")
    spool.close()
    (tmp_path / "000000001.spool").write_bytes(HEADER)
    again = Spool(tmp_path, max_bytes=MB, shipped=shipped)
    assert not again.holds_after(shipped)
    again.append(b"new")
    assert again.holds_after(shipped)
    assert _payloads(again, shipped) == [b"new"]
    again.close()


def test_its_size_is_what_lies_on_disk(tmp_path: Path) -> None:
    spool = _open(tmp_path, segment_bytes=30)
    for number in range(5):
        spool.append(b"%d" % number * 20)
    assert spool.size == sum(path.stat().st_size for path in tmp_path.iterdir())
    spool.delete_before(Position(4, 0))
    assert spool.size == sum(path.stat().st_size for path in tmp_path.iterdir())
    spool.close()


def test_it_knows_whether_a_record_stands_after_a_position_also_when_reopened(
    tmp_path: Path,
) -> None:
    spool = _open(tmp_path, segment_bytes=30)
    assert not spool.holds_after(START)
    first = spool.append(b"x" * 20)
    second = spool.append(b"y" * 20)
    spool.close()
    (tmp_path / "000000003.spool").write_bytes(HEADER)  # begun, then the power was cut
    again = _open(tmp_path, segment_bytes=30)
    assert [again.holds_after(place) for place in (START, first, second)] == [True, True, False]
    again.append(b"z")
    assert again.holds_after(second)
    again.close()


def test_damage_within_the_newest_segment_is_kept_beside_it_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = _open(tmp_path)
    for number in range(5):
        spool.append(b"%d" % number * 20)
    spool.close()
    path = tmp_path / "000000001.spool"
    content = bytearray(path.read_bytes())
    content[len(HEADER) + 2 * (FRAME.size + 20) + FRAME.size] ^= 1
    path.write_bytes(content)
    again = _open(tmp_path)
    assert len(_payloads(again)) == 2
    assert (tmp_path / "000000001.damaged").read_bytes() == content
    assert "spool.damaged" in caplog.text
    again.close()


def test_a_tail_of_zeros_after_a_power_cut_is_no_record(tmp_path: Path) -> None:
    spool = _open(tmp_path)
    spool.append(b"whole")
    spool.close()
    path = tmp_path / "000000001.spool"
    path.write_bytes(path.read_bytes() + bytes(64))
    again = _open(tmp_path)
    assert _payloads(again) == [b"whole"]
    assert not list(tmp_path.glob("*.damaged"))
    again.close()


def test_a_stray_file_in_its_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes.spool").write_text("what somebody put there")
    spool = Spool(tmp_path, max_bytes=1000)
    spool.append(b"a reading")
    assert spool.segments() == [1]
    assert [record.payload for record in spool.read(Position(0, 0))] == [b"a reading"]
    spool.close()


def test_the_room_is_known_while_one_segment_follows_the_other(tmp_path: Path) -> None:
    spool = _open(tmp_path, max_bytes=100 * MB, segment_bytes=60)
    found: list[int] = []
    broken: list[OSError] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                found.append(spool.free)
            except OSError as error:
                broken.append(error)
                return

    watchers = [threading.Thread(target=look) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for _ in range(500):
        spool.append(b"x" * 40)
    done.set()
    for watcher in watchers:
        watcher.join()
    assert broken == []
    assert found
