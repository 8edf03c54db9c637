"""What was received, durable in segment files until the store has it."""

import errno
import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from collector.keeping.hold import segments_leave
from collector.keeping.segment import (
    FORMAT,
    HEADER,
    START,
    Position,
    Record,
    form_of,
    framed,
    records,
    set_aside_damage,
)
from energy.errors import StoreError
from energy.text import Text

log = logging.getLogger(__name__)

SEGMENT_BYTES = 32_000_000
"""Chosen: small enough to free disk soon after shipping, large enough to be few."""
FEWEST_SEGMENTS = 16
"""Shipped segments make room only as a whole; chosen: the last one is a small part of the room."""
RESERVE_BYTES = 32_000_000
"""Left free on the disk, at most an eighth of it: without room in the state nothing could be
marked as shipped, and so nothing would ever be deleted. Chosen: several times what it writes."""
RESERVE_SHARE = 8

DAY_S = 24 * 3600

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class SpoolFullError(StoreError):
    """Its limit or the disk leaves no room; nothing was appended and nothing is lost."""


class Spool:
    """Segment files in a folder. Appending and reading may happen in different threads.

    Args:
        folder: Its own folder; made if it is not there. Others may ask for it by this name.
        max_bytes: Size at which it is full.
        shipped: Where shipping stands; nothing is ever written before it.
        kept: Greatest number of a segment that is kept elsewhere; new ones are numbered above it.
        segment_bytes: Size at which a new segment is begun.

    Raises:
        FormatTooNewError: If a segment was written by a newer program.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int,
        shipped: Position = START,
        kept: int = 0,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._max_bytes = max_bytes
        disk = shutil.disk_usage(folder).total
        self._segment_bytes = min(segment_bytes, min(max_bytes, disk) // FEWEST_SEGMENTS)
        self._reserve_bytes = min(RESERVE_BYTES, disk // RESERVE_SHARE)
        self._lock = threading.Lock()
        segments = self.segments()
        self._number = max(segments[-1] if segments else kept + 1, shipped.segment)
        self._file = self._open(self._number)
        self._day = int(os.fstat(self._file).st_mtime) // DAY_S
        self.end = Position(self._number, self._cut_torn_tail())
        """Where the next record will stand: everything before it is durable."""
        self._newest = self._end_of_newest()
        is_older = form_of(self._path(self._number)) < FORMAT
        if is_older or self.end < shipped or self._number <= kept:
            # A lost or damaged end, or an old one brought back: what comes now must not hide
            # behind it.
            self._begin_segment(above=kept)
        self._older_bytes = self._size_before(self._number)
        self.appended = 0
        """Bytes that were appended since the start."""

    def segments(self) -> list[int]:
        """Return the numbers of the segments on disk, oldest first."""
        return sorted(int(path.stem) for path in self.folder.glob("*.spool") if path.stem.isdigit())

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:09d}.spool"

    def _open(self, number: int) -> int:
        path = self._path(number)
        is_new = not path.exists() or path.stat().st_size < len(HEADER)
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
        if is_new:
            try:
                os.ftruncate(file, 0)
                os.pwrite(file, HEADER, 0)
                os.fdatasync(file)
                self._sync_folder()
            except OSError:
                os.close(file)
                raise
        return file

    def _sync_folder(self) -> None:
        """A new file survives a power cut only when its folder entry is durable too."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _cut_torn_tail(self) -> int:
        end = len(HEADER)
        for record in records(self._path(self._number), self._number, len(HEADER)):
            end = record.end.offset
        set_aside_damage(self._path(self._number), end)
        os.ftruncate(self._file, end)
        return end

    def _end_of_newest(self) -> Position:
        """Return where the newest record ends; START when there is none."""
        if self.end.offset > len(HEADER):
            return self.end
        older = [number for number in self.segments() if number < self._number]
        return Position(older[-1], self._path(older[-1]).stat().st_size) if older else START

    def _size_before(self, segment: int) -> int:
        older = (number for number in self.segments() if number < segment)
        return sum(self._path(number).stat().st_size for number in older)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._older_bytes + self.end.offset

    def figures(self) -> dict[str, int]:
        """Return the room that the spool takes, and what there is [bytes]."""
        return {"spool_bytes": self.size, "spool_max_bytes": self._max_bytes}

    @property
    def is_full(self) -> bool:
        """Whether no more may be appended: the broker keeps it then."""
        return self.size >= self._max_bytes

    def append(self, payload: bytes) -> Position:
        """Append a record and return where it ends; durable when this returns.

        Raises:
            SpoolFullError: If the limit is reached or the disk is full; as if never called.
        """
        with self._lock:
            if self.is_full:
                raise SpoolFullError(
                    Text(
                        f"{self.folder} 已达到 {self._max_bytes} 字节的上限。",
                        f"{self.folder} has reached its limit of {self._max_bytes} bytes.",
                    )
                )
            frame = framed(payload)
            try:
                self._leave_room(len(frame))
                if self.end.offset >= self._segment_bytes:
                    self._begin_segment()
                self._write(frame)
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                os.ftruncate(self._file, self.end.offset)
                raise SpoolFullError(
                    Text(
                        f"{self.folder} 所在的磁盘已满。",
                        f"The disk of {self.folder} is full.",
                    )
                ) from error
            self.appended += len(frame)
            self.end = self._newest = Position(self._number, self.end.offset + len(frame))
            return self.end

    @property
    def free(self) -> int:
        """Bytes that may still be appended, by its limit and by the disk."""
        return max(0, min(self._max_bytes - self.size, self._free_on_disk()))

    def _free_on_disk(self) -> int:
        """Return what the disk has beyond the room that the state needs to mark readings."""
        # By the folder: others ask too, while the file that we write makes room for the next.
        disk = os.statvfs(self.folder)
        return disk.f_bavail * disk.f_frsize - self._reserve_bytes

    def _leave_room(self, size: int) -> None:
        if self._free_on_disk() < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _begin_segment(self, *, above: int = 0) -> None:
        number = max(self._number, above) + 1
        file = self._open(number)
        os.close(self._file)
        self._file, self._number = file, number
        self._older_bytes = self._size_before(self._number)
        self.end = Position(self._number, len(HEADER))

    def _write(self, frame: bytes) -> None:
        """Write at the end and sync; a disk that is nearly full takes a part at a time."""
        rest, offset = memoryview(frame), self.end.offset
        while rest:
            written = os.pwrite(self._file, rest, offset)
            rest, offset = rest[written:], offset + written
        os.fdatasync(self._file)

    def read(self, start: Position) -> Iterator[Record]:
        """Yield the durable records from a position on, up to what is durable now.

        Raises:
            StoreError: If a record before the newest segment's end is damaged.
        """
        end = self.end
        for number in self.segments():
            if not start.segment <= number <= end.segment:
                continue
            offset = max(start.offset if number == start.segment else 0, len(HEADER))
            limit = end.offset if number == end.segment else self._path(number).stat().st_size
            for record in records(self._path(number), number, offset):
                if record.start.offset >= limit:
                    break
                offset = record.end.offset
                yield record
            if offset < limit:
                raise StoreError(
                    Text(
                        f"{self._path(number)} 在第 {offset} 字节（共 {limit}）处损坏：其后的内容"
                        "已收到但无法读取。请从备份恢复该文件，或移走它以便继续。",
                        f"{self._path(number)} is damaged at byte {offset} of {limit}: what "
                        "follows was received and cannot be read. Restore the file from a backup, "
                        "or move it away to go on without it.",
                    )
                )

    def holds_after(self, position: Position) -> bool:
        """Tell whether a durable record stands after a position."""
        return position < self._newest

    def last(self) -> Record | None:
        """Return the newest record, or None when there is none."""
        for number in reversed(self.segments()):
            newest = None
            for record in records(self._path(number), number, len(HEADER)):
                newest = record
            if newest is not None:
                return newest
        return None

    def begin_day(self, day: int) -> None:
        """Begin a new segment if the newest holds records of a day before [days since 1970].

        A clock that was days ahead and is set right begins one; one set back over midnight not.
        """
        with self._lock:
            if self._day - 1 <= day <= self._day:
                return
            if self.end.offset > len(HEADER):
                try:
                    self._begin_segment()
                except OSError as error:
                    if error.errno not in _NO_ROOM:
                        raise
                    return  # a new day can wait for room
            self._day = day

    def before(self, position: Position) -> list[Path]:
        """Return the files of the segments that lie wholly before a position, oldest first."""
        newest = min(position.segment, self._number)
        return [self._path(number) for number in self.segments() if number < newest]

    def drop(self, path: Path) -> None:
        """Delete a segment that `before` returned."""
        with self._lock:
            path.unlink()
            self._older_bytes = self._size_before(self._number)

    def delete_before(self, position: Position) -> None:
        """Delete the segments that lie wholly before a position, unless somebody copies them."""
        with segments_leave(self.folder) as may_leave, self._lock:
            for path in self.before(position) if may_leave else ():
                path.unlink()
            self._older_bytes = self._size_before(self._number)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)
