"""What people want read again from the raw log, how far that is, and its balance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np

from collector.replaying.copies import Key
from energy.span import Span
from storage.columns import Columns
from storage.readings import Refused


@dataclass(frozen=True)
class Progress:
    """How far a replay is, and its balance: read = kept + refused + outside, always.

    Attributes:
        segments: Segments there are.
        done: Of these, how many are done.
        read: Readings read.
        kept: Of these, those that the store has now; in a dry run, those that it would be given.
        refused: Those that the store never takes.
        outside: Those of other times or meters.
        unreadable: Segments of which a part is damaged.
        done_number: Number of the last segment that is done; see collector.copies.Key.
        done_copy: Which one of that number.
        number: Number of the segment after it, once it is begun.
        copy: Which one of that number.
        records: Records of that which are done.
    """

    segments: int = 0
    done: int = 0
    read: int = 0
    kept: int = 0
    refused: int = 0
    outside: int = 0
    unreadable: int = 0
    done_number: int = 0
    done_copy: int = 0
    number: int = 0
    copy: int = 0
    records: int = 0


class ReplayRequest(NamedTuple):
    """What a person wants read again.

    Attributes:
        number: Of the request.
        span: Times of the readings.
        meters: Names of the meters; none for all.
        is_dry: Only count.
        progress: How far it was when it was last noted.
        trouble: Why the store refused the first reading that it refused; "" where it took all.
    """

    number: int
    span: Span
    meters: frozenset[str] = frozenset()
    is_dry: bool = False
    progress: Progress = Progress()
    trouble: str = ""


class Replays(Protocol):
    """Where requests wait. Every call may be repeated.

    Raises:
        StoreError: If the records do not answer; it is tried again later.
    """

    def replay(self) -> ReplayRequest | None:
        """Return the oldest request that is not done, None when there is none."""
        ...

    def replay_noted(self, request: ReplayRequest, *, is_done: bool) -> None:
        """Keep how far a request is."""
        ...


def chosen(columns: Columns, request: ReplayRequest) -> np.ndarray:
    """Tell which rows a request means. Shape (n,), bool."""
    span = request.span
    found: np.ndarray = (columns.time >= span.start) & (columns.time < span.end)
    if request.meters:
        meant = [meter in request.meters for meter, _ in columns.series]
        found &= np.array(meant, dtype=bool)[columns.which]
    return found


def moved(request: ReplayRequest, **progress: int) -> ReplayRequest:
    """Return the request with other figures of its progress."""
    return request._replace(progress=replace(request.progress, **progress))


def records_done(progress: Progress, segment: Key) -> int:
    """Return how many records of a segment are done."""
    return progress.records if (progress.number, progress.copy) == segment else 0


def counted(
    request: ReplayRequest,
    segment: Key,
    *,
    read: int,
    records: int,
    chosen: int,
    refused: Sequence[Refused],
) -> ReplayRequest:
    """Return the request with some records of a segment in its balance.

    Args:
        request: As it was.
        segment: What the segment is known by.
        read: Readings of the records.
        records: How many records.
        chosen: Readings that are meant.
        refused: Those of them that the store refused.
    """
    so_far = request.progress
    before = records_done(so_far, segment)
    request = moved(
        request,
        read=so_far.read + read,
        kept=so_far.kept + chosen - len(refused),
        refused=so_far.refused + len(refused),
        outside=so_far.outside + read - chosen,
        number=segment.number,
        copy=segment.copy,
        records=before + records,
    )
    if refused and not request.trouble:
        return request._replace(trouble=refused[0].reason)
    return request
