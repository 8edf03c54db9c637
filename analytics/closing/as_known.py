"""The ledger as it was known at an earlier time, from the versions of readings of then.

Sheets that were submitted, closed or handed out are frozen and given byte for byte
(storage/records/sheets.py). Any other is computed again: of each reading the version counts that
was known then. Registry, reference data, bills and choices are those of now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.closing.period import span_for
from analytics.recomputing import Round
from analytics.retention import RAW_FROM
from energy.errors import ConfigError
from energy.reading import Reading, rank
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span, from_ms
from energy.text import Text
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore, readings_of
from storage.records import edits, reading_versions, values
from storage.records.session import Session

EVER = Span(EARLIEST_MS, LATEST_MS)


@dataclass(frozen=True)
class Then:
    """What was known at a time.

    Attributes:
        session: Of the records, for what was overruled.
        store: Has what stands now.
        registry: The registry in force.
        reference: The reference data in force.
        at: When [ms].
    """

    session: Session
    store: ReadingStore
    registry: Registry
    reference: Reference
    at: int

    def fill(self, room: ReadingStore, institution: str, key: str) -> None:
        """Compute in an empty store what a statement of an institution would have rested on.

        Raises:
            ConfigError: If readings that are needed were let go.
            ClosingError: If institution or period are not known.
        """
        span = span_for(self.registry, self.reference, institution, key)
        _see_readings(self.session, span, institution, key)
        meters = meters_behind(self.registry, institution)
        dates = edits.dates(self.session)
        for meter in meters:
            room.write(list(self.known(meter, dates)))
        work = Round(
            store=room,
            registry=self.registry,
            reference=self.reference,
            now_ms=self.at,
            frozen_before=EARLIEST_MS,
            news={meter: [Span(0, LATEST_MS)] for meter in meters},
            say=lambda _step: None,
        )
        work.meters()
        work.places()

    def known(self, meter: str, dates: Mapping[int, int]) -> Iterator[Reading]:
        """Yield the readings of a meter that stood then, in order of time.

        Args:
            meter: Its name.
            dates: Number of each edit to when it was made [ms].
        """
        table = self.registry.meter[meter].table
        standing = readings_of(meter, table, self.store.series(table, meter, EVER))
        lost = (one.reading for one in reading_versions.of_meter(self.session, meter, EVER))
        best: dict[int, Reading] = {}
        for reading in (*standing, *(one for one in lost if one.table == table)):
            came = dates.get(reading.revision, reading.arrived) or reading.time
            is_better = reading.time not in best or rank(reading) > rank(best[reading.time])
            if came <= self.at and is_better:
                best[reading.time] = reading
        for time in sorted(best):
            yield best[time]


def meters_behind(registry: Registry, institution: str) -> list[str]:
    """Return the meters that a statement rests on: its own, what they are made of, and gauges."""
    site = registry.institution[institution].site
    found = {
        meter.meter
        for meter in registry.meters
        if institution == meter.institution or (not meter.institution and meter.site == site)
    }
    waiting = list(found)
    while waiting:
        inputs = registry.sources.get(waiting.pop(), ())
        waiting += [name for name in inputs if name not in found]
        found.update(inputs)
    return sorted(found)


def _see_readings(session: Session, span: Span, institution: str, key: str) -> None:
    raw_from = int(values.get(session, RAW_FROM) or EARLIEST_MS)
    if raw_from > span.start:
        day = from_ms(raw_from).date()
        raise ConfigError(
            Text(
                f"{institution} 的 {key} 无法按当时的读数重算：{day} 之前的读数已按保存期限删除。"
                "已结账的数字见 jieneng ledger status。",
                f"{key} of {institution} cannot be computed as it was known then: readings before "
                f"{day} were let go. What was closed stands: jieneng ledger status.",
            )
        )
