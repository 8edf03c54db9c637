"""The edits that people ask for, each from what stands to a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from analytics.edits import changes
from analytics.edits.meters import factor_between, meter_of, see_that_they_convert
from analytics.edits.planning import Key, Plan, overruled, plan, see_settled, standing
from energy.errors import ConfigError
from energy.meter import Meter
from energy.reading import Quality, Reading, rank
from energy.registry import Registry
from energy.span import SECOND_MS, Span
from energy.text import Text
from storage.readings import ReadingStore
from storage.records import edits, reading_versions
from storage.records.book import Records
from storage.records.edits import Edit


@dataclass(frozen=True)
class Editor:
    """Plans edits; nothing is written before ``analytics.edits.giving.give``.

    Every method raises ConfigError for what cannot be done and StoreError while an edit of the
    same meters before is not in the store yet.

    Attributes:
        store: What stands.
        records: Edits and versions.
        registry: The registry in force.
    """

    store: ReadingStore
    records: Records
    registry: Registry

    def swap(self, first: str, second: str, span: Span) -> Plan:
        """Plan that two meters exchange their readings in a span."""
        one, other = meter_of(self.registry, first), meter_of(self.registry, second)
        factor_between(one, other)  # before anything is read
        ours, theirs = (first, one.table), (second, other.table)
        stand = {ours: self._of(one, span), theirs: self._of(other, span)}
        factor = see_that_they_convert(one, other, stand[ours], self._zone(one))
        see_that_they_convert(other, one, stand[theirs], self._zone(other))
        versions = changes.swapped(ours, theirs, stand, factor=factor)
        own = [*stand[ours], *stand[theirs]]
        return self._plan(edits.SWAP, (first, second), versions, own, _told(span))

    def move(self, source: str, target: str, span: Span, *, replaces: bool) -> Plan:
        """Plan that readings of one meter are booked on another."""
        one, other = meter_of(self.registry, source), meter_of(self.registry, target)
        factor_between(one, other)  # before anything is read
        stand = self._of(one, span)
        factor = see_that_they_convert(one, other, stand, self._zone(one))
        self._see(other, span)
        versions = changes.moved(stand, (target, other.table), factor=factor)
        told = {**_told(span), "from_meter": source, "to_meter": target}
        return self._plan(edits.MOVE, (source, target), versions, stand, told, replaces=replaces)

    def shift(self, meter: str, span: Span, *, seconds: int, replaces: bool) -> Plan:
        """Plan that readings move by so many seconds: a clock that was wrong."""
        if not seconds:
            problem = Text("--seconds 0 不移动任何读数。", "--seconds 0 moves no reading.")
            raise ConfigError(problem)
        one = meter_of(self.registry, meter)
        by_ms = seconds * SECOND_MS
        self._see(one, Span(min(span.start, span.start + by_ms), span.end))
        stand = self._of(one, span)
        told = {**_told(span), "seconds": seconds}
        versions = changes.shifted(stand, by_ms)
        return self._plan(edits.SHIFT, (meter,), versions, stand, told, replaces=replaces)

    def withdraw(self, meter: str, span: Span) -> Plan:
        """Plan that readings are taken away."""
        stand = self._of(meter_of(self.registry, meter), span)
        versions = changes.taken_away(stand)
        return self._plan(edits.WITHDRAW, (meter,), versions, stand, _told(span))

    def say(self, reading: Reading, *, is_correction: bool) -> Plan:
        """Plan that a person says what a meter showed.

        Args:
            reading: Meter, table, time and value.
            is_correction: Whether a reading must stand there; otherwise none may.
        """
        at = Span(reading.time, reading.time + 1)
        stand = changes.there(self._of(meter_of(self.registry, reading.meter), at))
        if is_correction and not stand:
            raise ConfigError(_nothing_there(reading.meter))
        what = edits.VALUE if is_correction else edits.MANUAL
        given = reading._replace(quality=int(Quality.ORDINARY))
        versions = changes.corrected(stand, given)
        own = stand if is_correction else ()
        return self._plan(what, (reading.meter,), versions, own, {"value": reading.value})

    def undo(self, number: int) -> Plan:
        """Plan that what an edit changed is as it was before."""
        edit = self.edit(number)
        for meter in edit.meters:
            self._see(meter_of(self.registry, meter), edit.span)
        wrote, originals = self.history(edit)
        stand = overruled(self.store, wrote) if wrote else {}
        versions, others = changes.undone(wrote, originals, stand)
        if others:
            raise ConfigError(self._changed_since(number, others))
        told = {"undoes": number}
        return self._plan(edits.UNDO, edit.meters, versions, list(stand.values()), told)

    def edit(self, number: int) -> Edit:
        """Return an edit by its number."""
        with self.records.reading() as session:
            found = edits.get(session, number)
        if found is None:
            raise ConfigError(
                Text(
                    f"没有第 {number} 次更正。请看：jieneng edit list",
                    f"There is no edit {number}. Look at: jieneng edit list",
                )
            )
        return found

    def _changed_since(self, number: int, others: Sequence[Reading]) -> Text:
        later = sorted({one.revision for one in others if one.revision > number})
        undone_by = [one for one in later if self.edit(one).parameters.get("undoes") == number]
        if not later:
            return Text(
                f"第 {number} 次更正的读数没有全部入库。没有改动。请看：jieneng deadletters list",
                f"The readings of edit {number} are not all in the store. Nothing was changed. "
                "Look at: jieneng deadletters list",
            )
        if undone_by:
            return Text(
                f"第 {number} 次更正已由第 {undone_by[0]} 次撤销。没有改动。",
                f"Edit {number} was undone already, by edit {undone_by[0]}. Nothing was changed.",
            )
        numbers = ", ".join(map(str, later))
        return Text(
            f"第 {number} 次更正之后又有更正（{numbers}）改动了同样的读数。没有改动。"
            "请先撤销它们。",
            f"Edits after {number} changed the same readings: {numbers}. Nothing was changed. "
            "Undo them first.",
        )

    def history(self, edit: Edit) -> tuple[list[Reading], dict[Key, Reading]]:
        """Return what an edit wrote, and the best of what had stood or come there but for it."""
        wrote: dict[Key, Reading] = {}
        originals: dict[Key, Reading] = {}
        for name in edit.meters:
            meter = meter_of(self.registry, name)
            with self.records.reading() as session:
                versions = reading_versions.of_meter(session, name, edit.span)
            kept = [one.reading for one in versions if one.reading.table == meter.table]
            for one in [*kept, *standing(self.store, (name, meter.table), edit.span)]:
                if one.revision == edit.number:
                    wrote[one[:3]] = one
                elif one.revision < edit.number:
                    best = originals.get(one[:3])
                    if best is None or rank(one) > rank(best):
                        originals[one[:3]] = one
        return list(wrote.values()), originals

    def _of(self, meter: Meter, span: Span) -> list[Reading]:
        self._see(meter, span)
        return standing(self.store, (meter.meter, meter.table), span)

    def _see(self, meter: Meter, span: Span) -> None:
        see_settled(self.store, self.records, meter.meter, span, self._zone(meter))

    def _zone(self, meter: Meter) -> ZoneInfo:
        return self.registry.site[meter.site].zone

    def _plan(
        self,
        what: str,
        meters: Sequence[str],
        versions: Sequence[Reading],
        own: Sequence[Reading],
        told: Mapping[str, object],
        *,
        replaces: bool = False,
    ) -> Plan:
        return plan(
            self.store,
            self.records,
            what,
            meters,
            versions,
            own=own,
            parameters=told,
            zone=self._zone(meter_of(self.registry, meters[0])),
            replaces=replaces,
        )


def _told(span: Span) -> dict[str, object]:
    return {"from": span.start, "to": span.end}


def _nothing_there(meter: str) -> Text:
    return Text(
        f"{meter} 在那一刻没有读数可更正。要补录读数：jieneng reading add {meter}",
        f"{meter} has no reading at that time to correct. To add one: jieneng reading add {meter}",
    )
