"""From a plan to readings for the collector, in one transaction.

The collector alone writes readings; what an edit writes goes through the inbox. What it overrules
is kept in ``reading_versions`` at once, also where only a mark changes and the value stays.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.edits.meters import meter_of, see_that_it_fits
from analytics.edits.neighbours import LOOKED_MS
from analytics.edits.planning import Plan, standing
from energy.errors import ConfigError
from energy.reading import REGISTER, Reading, Source
from energy.registry import Registry
from energy.span import Span, local_days
from energy.text import Text
from storage.readings import ReadingStore
from storage.records import edits, evidence, inbox, reading_versions
from storage.records.book import Records
from storage.records.edits import Edit
from storage.records.schema import take_turn
from storage.records.session import Session

FUTURE_MS = 600_000
"""As the collector allows clocks to run ahead."""


@dataclass(frozen=True)
class Why:
    """What every edit must say.

    Attributes:
        author: Who.
        reason: Why.
        evidence: SHA-256 of a file that was kept; "" for none.

    Raises:
        ConfigError: If nobody or nothing is said.
    """

    author: str
    reason: str
    evidence: str = ""

    def __post_init__(self) -> None:
        if not (self.author.strip() and self.reason.strip()):
            problem = Text(
                "每次更正都要写明由谁（--by）和为什么（--reason）。没有改动。",
                "Every edit says by whom (--by) and why (--reason). Nothing was changed.",
            )
            raise ConfigError(problem)


def give(records: Records, registry: Registry, wanted: Plan, why: Why, *, now_ms: int) -> Edit:
    """Keep an edit, what it overrules, and what it writes, for the collector; all or nothing.

    Raises:
        ConfigError: If a reading does not fit its register or lies in the future, if the evidence
            is not there, or if another edit came between.
    """
    for one in wanted.versions:
        see_that_it_fits(meter_of(registry, one.meter), registry.events_of(one.meter), one)
    if max(one.time for one in wanted.versions) > now_ms + FUTURE_MS:
        problem = Text(
            "更正后有读数在未来。没有改动。请检查秒数或时间。",
            "Readings would lie in the future. Nothing was changed. Look at seconds or times.",
        )
        raise ConfigError(problem)
    written = tuple(dict.fromkeys(one.meter for one in wanted.versions))
    times = [one.time for one in wanted.versions]
    last = wanted.versions[-1]
    edit = Edit(
        at=now_ms,
        author=why.author,
        reason=why.reason,
        evidence=why.evidence,
        what=wanted.what,
        meters=tuple(sorted({*wanted.meters, *written})),
        span=Span(min(times), max(times) + 1),
        parameters={"table": last.table, **wanted.parameters},
        readings=len(wanted.versions),
        last_meter=last.meter,
        last_time=last.time,
    )
    with records.session() as session:
        take_turn(session, "edits")
        _see_unchanged(session, wanted, why)
        edit = edits.add(session, edit, wrote=wanted.versions, overruled=wanted.originals)
        reading_versions.publish(session, wanted.originals, now_ms)
        marks = (int(Source.MANUAL), edit.number, now_ms)
        marked = [Reading(*one[:5], *marks) for one in wanted.versions]
        inbox.put(session, marked, why.author, f"edit {edit.number}: {why.reason}")
    return edit


def days_of(
    store: ReadingStore, registry: Registry, versions: Sequence[Reading]
) -> dict[str, list[Span]]:
    """Return the local days whose amounts versions change, by meter.

    A register says what was used since the reading before it and until the one behind it, so that
    the days up to both change; looked for are readings up to LOOKED_MS away.
    """
    found: dict[str, list[Span]] = {}
    times: dict[str, list[int]] = defaultdict(list)
    for one in versions:
        times[one.meter].append(one.time)
    for name, ours in times.items():
        meter = registry.meter[name]
        zone = registry.site[meter.site].zone
        near = Span(min(ours) - LOOKED_MS, max(ours) + LOOKED_MS + 1)
        others = standing(store, (name, meter.table), near) if meter.table == REGISTER else []
        known = sorted({*ours, *(one.time for one in others)})
        days: set[Span] = set()
        for time in ours:
            place = bisect_left(known, time)
            is_alone = meter.table != REGISTER
            first = time if is_alone else known[max(place - 1, 0)]
            end = time if is_alone else known[min(place + 1, len(known) - 1)]
            days.update(local_days(Span(first, max(end, time + 1)), zone))
        found[name] = sorted(days, key=lambda day: day.start)
    return found


def _see_unchanged(session: Session, wanted: Plan, why: Why) -> None:
    newest = edits.newest_of(session, wanted.meters)
    if newest is not None and newest.number != wanted.before:
        raise ConfigError(
            Text(
                f"同时有另一次更正（第 {newest.number} 次）。没有改动。请再试一次。",
                f"Edit {newest.number} came between. Nothing was changed. Try again.",
            )
        )
    if why.evidence and evidence.find(session, why.evidence) is None:
        raise ConfigError(
            Text(
                f"没有 SHA-256 为 {why.evidence!r} 的凭证。请先：jieneng evidence add FILE",
                f"There is no evidence with the SHA-256 {why.evidence!r}. First: "
                "jieneng evidence add FILE",
            )
        )
