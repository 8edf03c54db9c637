"""Sheets of an earlier time: of institutions, of bodies and the district, and of buildings."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zoneinfo import ZoneInfo

from analytics.closing.as_known import Then
from analytics.closing.building import sheet_of_building
from analytics.closing.rules import STATE_TEXT, state_of
from analytics.closing.sheet import Drafter, maker_of
from analytics.closing.sum_sheet import bytes_of_sum
from analytics.closing.workflow import Sheet
from energy.errors import ClosingError
from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.opening import open_store
from storage.readings import ReadingStore
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records import sheets
from storage.records.session import Session
from storage.tables import DISTRICT

_COMPUTED = Text(
    "当时没有已提交或已结账的报表：按当时已知的读数重算；登记表、参考数据和账单按现在的。",
    "No sheet was submitted or closed at that time: it is computed again from the readings known "
    "then, with the registry, reference data and bills of now.",
)
_BUILDING = Text(
    "建筑不单独签报：按当时已知的读数重算；登记表和参考数据按现在的。",
    "Nobody signs for a building: it is computed again from the readings known then, with the "
    "registry and reference data of now.",
)


class AsOf(NamedTuple):
    """A sheet of a time.

    Attributes:
        content: Its bytes.
        computed: Whose part of it was not signed then but computed again: institutions in the order
            in which they are summed, or the building itself.
        note: What to know about it; None if all of it was signed then.
    """

    content: bytes
    computed: tuple[str, ...] = ()
    note: Text | None = None


def sheet_as_of(
    session: Session,
    store: ReadingStore,
    place: str,
    period: str,
    *,
    at: Callable[[ZoneInfo], int],
) -> AsOf:
    """Return the sheet of a time.

    That of a body or of the district is the sum of the sheets of its institutions as of then. Where
    no sheet was, it is computed again from the readings as they were known then.

    Args:
        session: Of the records; nothing is written.
        store: Has what stands now.
        place: An institution, a body, "district", or a building.
        period: Key of the period.
        at: Returns the time [ms], by the wall clock of the place.

    Raises:
        ConfigError: If readings of then were let go, or the time cannot be read.
        ClosingError: If place or period are not known.
    """
    registry, reference = registry_records.load(session), reference_records.load(session)
    back = _Back(session, store, registry, reference, period, at(_zone(registry, place)))
    if place in registry.institution:
        content, _ = back.of_one(place)
    elif place in {DISTRICT, *registry.body}:
        content = bytes_of_sum(registry, place, period, back.of_one)
    elif place in registry.building:
        return AsOf(back.of_building(place), (place,), _BUILDING)
    else:
        raise ClosingError(_unknown(place))
    return AsOf(content, tuple(back.computed), _computed(back.computed, place))


@dataclass(frozen=True)
class _Back:
    """Goes back to a time.

    Attributes:
        computed: Institutions whose sheet was not signed then, in the order they were asked for.
    """

    session: Session
    store: ReadingStore
    registry: Registry
    reference: Reference
    period: str
    time: int
    computed: list[str] = field(default_factory=list)

    def of_one(self, institution: str) -> tuple[bytes, Text]:
        """Return the sheet of an institution, and the state that it was in."""
        steps = sheets.history(self.session, institution, self.period, until=self.time)
        state = STATE_TEXT[state_of(steps)]
        held = sheets.as_of(self.session, institution, self.period, self.time)
        if held is not None:
            return held, state
        with self._then(institution) as room:
            make = maker_of(room, self.reference, now_ms=self.time)
            sheet = Sheet(
                self.session,
                self.registry,
                make,
                institution,
                self.period,
                self.time,
                self.reference,
            )
            content = sheet.fresh()
        self.computed.append(institution)
        return content, state

    def of_building(self, building: str) -> bytes:
        """Return what the meters of a building said."""
        with self._then(self.registry.building[building].institution) as room:
            drafter = Drafter(self.session, room, self.registry, self.reference, self.time)
            return sheet_of_building(drafter, building, self.period)[1]

    @contextmanager
    def _then(self, institution: str) -> Iterator[ReadingStore]:
        """Yield a store of what was known then; it is gone afterwards."""
        with TemporaryDirectory() as folder, closing(open_store(f"duckdb:{folder}/then")) as room:
            then = Then(self.session, self.store, self.registry, self.reference, self.time)
            then.fill(room, institution, self.period)
            yield room


def _zone(registry: Registry, place: str) -> ZoneInfo:
    """Return the zone in which a local day is meant."""
    if place in registry.institution:
        return registry.site[registry.institution[place].site].zone
    if place in registry.building:
        return registry.site[registry.building[place].site].zone
    site = next(iter(registry.sites), None)
    return site.zone if site else ZoneInfo("UTC")


def _computed(institutions: list[str], place: str) -> Text | None:
    if institutions in ([], [place]):
        return _COMPUTED if institutions else None
    names = ", ".join(institutions)
    return Text(f"{names}：{_COMPUTED.zh}", f"{names}: {_COMPUTED.en}")


def _unknown(place: str) -> Text:
    return Text(
        f"没有名为 {place!r} 的机构、上报单位或建筑；全区写 district。",
        f"There is no institution, body or building {place!r}; for all write district.",
    )
