"""From versions to a plan: what they overrule, what is in their way, and whether they may be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from zoneinfo import ZoneInfo

from analytics.edits.changes import Series, there
from analytics.retention import RAW_FROM
from energy.errors import ConfigError, StoreError
from energy.reading import Reading
from energy.span import Span, wall_clock
from energy.text import Text
from storage.readings import ReadingStore, readings_of
from storage.records import edits, values
from storage.records.book import Records
from storage.records.edits import Edit

Key = tuple[str, str, int]
"""Meter, table and time of a reading."""

MOST_READINGS = 500_000
"""Of one edit. Chosen: all are written in one transaction, some 25 s, for which others wait; they
do so for a minute (storage/records/book.py)."""


@dataclass(frozen=True)
class Plan:
    """What an edit would do.

    Attributes:
        what: A word of storage/records/edits.py.
        meters: Whose readings it was computed from.
        versions: What it writes, not yet marked with its number.
        originals: What stands there now and is overruled.
        parameters: JSON values that say what it does.
        before: Number of the newest edit of these meters when it was computed.
        replaced: Readings of others that it overrules because the person wished it.
    """

    what: str
    meters: tuple[str, ...]
    versions: Sequence[Reading]
    originals: Sequence[Reading]
    parameters: Mapping[str, object] = field(default_factory=dict)
    before: int = 0
    replaced: int = 0


def standing(store: ReadingStore, series: Series, span: Span) -> list[Reading]:
    """Return the readings of a meter that stand in a span, withdrawn ones too, in order of time."""
    meter, table = series
    return readings_of(meter, table, store.series(table, meter, span))


def overruled(store: ReadingStore, versions: Sequence[Reading]) -> dict[Key, Reading]:
    """Return what stands at the times of versions, by meter, table and time."""
    found: dict[Key, Reading] = {}
    for series, ours in _by_series(versions).items():
        times = {one.time for one in ours}
        span = Span(min(times), max(times) + 1)
        found |= {one[:3]: one for one in standing(store, series, span) if one.time in times}
    return found


def plan(
    store: ReadingStore,
    records: Records,
    what: str,
    meters: Sequence[str],
    versions: Sequence[Reading],
    *,
    own: Sequence[Reading] = (),
    parameters: Mapping[str, object],
    zone: ZoneInfo,
    replaces: bool = False,
) -> Plan:
    """Return what versions would do.

    Args:
        store: What stands.
        records: Edits before.
        what: A word of storage/records/edits.py.
        meters: Whose readings they were computed from.
        versions: What is to be written.
        own: Readings that the edit is about; others are in its way.
        parameters: JSON values that say what it does.
        zone: Wall clock at the meters, for what is said.
        replaces: Whether readings in the way may be overruled.

    Raises:
        ConfigError: If nothing would change, or readings are in the way.
    """
    if not versions:
        raise ConfigError(
            Text(
                "这段时间内没有可更正的读数。请检查计量点和时间：jieneng export readings。",
                "There is no reading to change. Look at meter and times: jieneng export readings.",
            )
        )
    if len(versions) > MOST_READINGS:
        raise ConfigError(
            Text(
                f"一次更正最多 {MOST_READINGS:,} 个读数，这里有 {len(versions):,} 个。没有改动。"
                "请用 --from 和 --to 分几次更正。",
                f"One edit may write {MOST_READINGS:,} readings, and these are {len(versions):,}. "
                "Nothing was changed. Make several of shorter spans, with --from and --to.",
            )
        )
    stand = overruled(store, versions)
    mine = {one[:3] for one in own}
    in_the_way = [one for key, one in stand.items() if key not in mine and there([one])]
    if in_the_way and not replaces:
        raise ConfigError(_in_the_way(in_the_way, zone))
    return Plan(
        what=what,
        meters=tuple(dict.fromkeys(meters)),
        versions=sorted(versions, key=itemgetter(0, 2)),
        originals=list(stand.values()),
        parameters=parameters,
        before=number_before(records, meters),
        replaced=len(in_the_way),
    )


def number_before(records: Records, meters: Sequence[str]) -> int:
    """Return the number of the newest edit of any of these meters; 0 if there is none."""
    with records.reading() as session:
        newest = edits.newest_of(session, meters)
    return newest.number if newest else 0


def see_settled(
    store: ReadingStore, records: Records, meter: str, span: Span, zone: ZoneInfo
) -> None:
    """See that readings of a meter can be edited in a span; zone is its wall clock.

    Raises:
        ConfigError: If raw readings of the span were let go.
        StoreError: If an edit of the meter before is not in the store yet.
    """
    with records.reading() as session:
        raw_from = values.get(session, RAW_FROM)
        newest = edits.newest_of(session, [meter])
    if raw_from is not None and span.start < int(raw_from):
        day = wall_clock(int(raw_from), zone)
        raise ConfigError(
            Text(
                f"{day} 之前的原始读数已按保留年限删除，不能再更正。请从那时开始。",
                f"Raw readings from before {day} were let go after their years and cannot be "
                "edited any more. Begin there or later.",
            )
        )
    if newest and not is_in_store(store, newest, since=int(raw_from or 0)):
        raise StoreError(
            Text(
                f"第 {newest.number} 次更正的读数还没有全部入库。请等采集程序运行"
                "（jieneng run 或 collect）后再试。",
                f"The readings of edit {newest.number} are not all in the store yet. Wait for the "
                "collector (jieneng run, or collect), then try again.",
            )
        )


def is_in_store(store: ReadingStore, edit: Edit, *, since: int = 0) -> bool:
    """Tell whether the store has what an edit wrote, as far as raw readings are kept.

    Args:
        store: The store.
        edit: The edit.
        since: From when on raw readings are kept [ms].
    """
    time = edit.last_time
    if time < since:
        return True
    series = (edit.last_meter, str(edit.parameters["table"]))
    found = standing(store, series, Span(time, time + 1))
    return bool(found) and found[0].revision >= edit.number


def _by_series(readings: Sequence[Reading]) -> dict[Series, list[Reading]]:
    found: dict[Series, list[Reading]] = defaultdict(list)
    for one in readings:
        found[one.meter, one.table].append(one)
    return found


def _in_the_way(others: Sequence[Reading], zone: ZoneInfo) -> Text:
    first = min(others, key=itemgetter(2))
    when = wall_clock(first.time, zone)
    count = len(others)
    return Text(
        f"有 {count} 个时刻 {first.meter} 已有读数，第一个在 {when}。没有改动。"
        "请缩短时间段，或用 --replace 让它们让位。",
        f"{first.meter} has readings already at {count} of these times, the first at {when}. "
        "Nothing was changed. Choose a shorter span, or have them give way with --replace.",
    )
