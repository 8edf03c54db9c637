"""The part of a round that rewrites amounts: what is new, and the places and periods it touches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from analytics.breaks import Seen, breaks_of
from analytics.check_days import Judged, judged_of, write_checks
from analytics.judging_beside import judged_beside
from analytics.ledger.ahead import in_turn
from analytics.ledger.comparison import write_comparison
from analytics.ledger.completeness import Received, completeness_of, write_completeness
from analytics.ledger.day_temperatures import DayTemperatures
from analytics.ledger.estimate_table import Guessed, guessed_of, write_estimates
from analytics.ledger.following import Followed, Told, follow
from analytics.ledger.hours import Books
from analytics.ledger.leaning import warmer_sites, with_gaps_leaning
from analytics.ledger.mains import Hours, Mains, away_of, begun_of, horizons_of
from analytics.ledger.meters import (
    METER_TABLES,
    Computed,
    compute_meters,
    forget_meter,
    tags_of,
    write_ledger,
)
from analytics.ledger.periods import Ledger
from analytics.ledger.places import forget_places, places_of, write_place
from analytics.ledger.rows import KnownDays, Rows, patched
from analytics.ledger.temperature import forget_temperature, write_temperature
from analytics.ledger.touched_gaps import with_gaps_shaped
from analytics.ledger.virtual_rounds import compute_virtual
from analytics.ledger.whole_course import habits_of
from analytics.ledger.writing import Writer
from analytics.touched_days import touched_days
from analytics.trees.published import write_balances
from energy.life import absences
from energy.meter import MAIN, Meter
from energy.reading import GAUGE
from energy.reference import Reference
from energy.registry import Registry
from energy.span import Span
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import METER_DAY, PLACE_DAY

News = Mapping[str, Sequence[Span]]
"""Meter to where its readings are new, in order of time; from 0 if all of it is."""


@dataclass
class Round:
    """The work of one round on the derived tables.

    Attributes:
        store: Raw readings and derived tables.
        registry: The registry in force.
        reference: The reference data in force.
        now_ms: The present [ms].
        frozen_before: Time [ms] before which no figure changes.
        news: Meter to where its readings are new; from 0 if all of it is.
        say: Called as each step begins.
        kept: The ledgers of main meters where this round computed them.
        rewritten: Where this round computed any meter with amounts anew.
        inputs: Those of meters that virtual meters are made of.
        complete: Meter to its days of readings where this round counted them.
        estimates: Meter to how its gaps were filled where this round did it.
        judged: Meter to the checks that failed where this round asked them.
        breaks: Meter to where its register broke off for good.
    """

    store: ReadingStore
    registry: Registry
    reference: Reference
    now_ms: int
    frozen_before: int
    news: News
    say: Callable[[str], None]
    kept: dict[str, Ledger] = field(default_factory=dict)
    rewritten: dict[str, list[Span]] = field(default_factory=dict)
    inputs: dict[str, Ledger] = field(default_factory=dict)
    complete: dict[str, list[Received]] = field(default_factory=dict)
    estimates: dict[str, list[Guessed]] = field(default_factory=dict)
    judged: dict[str, list[Judged]] = field(default_factory=dict)
    breaks: dict[str, list[Seen]] = field(default_factory=dict)

    @property
    def is_everything(self) -> bool:
        """Whether every meter is new from its beginning."""
        whole = (self._is_whole(meter.meter) for meter in self.registry.meters)
        return self.frozen_before == EARLIEST_MS and all(whole)

    def _is_whole(self, meter: str) -> bool:
        """Tell whether all of a meter is new, as after a change of the registry."""
        return any(span.start == 0 for span in self.news.get(meter, ()))

    def meters(self) -> None:
        """Rewrite the tables of every meter that has something new."""
        warmer = warmer_sites(self.store, self.registry, self.news)
        self._gauges()
        news = with_gaps_leaning(self.store, self.registry, self.news, warmer)
        writer = Writer(self.store, key=["meter"], everything=self.is_everything)
        days = KnownDays(self.store, METER_DAY, ["meter"])
        computed = compute_meters(
            self._followed(news, days), days, self._books, frozen_before=self.frozen_before
        )
        for one in computed:
            self._keep(writer, days, one)
        self._virtual(writer, days)
        writer.finish()

    def _followed(self, news: News, days: KnownDays) -> Iterator[tuple[Told, Sequence[Followed]]]:
        """Yield every meter with news, and what its readings say."""
        temperatures = DayTemperatures(self.store)
        for name, read in in_turn(self.store, self.registry, news):
            self.say(name)
            meter = self.registry.meter.get(name)
            if meter is None:
                forget_meter(self.store, name)
            elif name in self.registry.portions:
                pass  # after those it is made of
            elif meter.table != GAUGE:
                site = self.registry.site[meter.site]
                told = Told(read, meter, self.registry.events_of(name), site.timezone)
                habits = habits_of(site, self.reference, temperatures)
                yield told, with_gaps_shaped(told, habits, follow(told, news=news[name]), days)

    def _books(self, meter: Meter) -> Books:
        return Books(meter, self.registry.site[meter.site], self.reference)

    def _gauges(self) -> None:
        """Rewrite the temperature by hour: gaps take their shape from it."""
        for name in sorted(self.news):
            meter = self.registry.meter.get(name)
            if meter is None:
                forget_temperature(self.store, name)
            elif meter.table == GAUGE and meter.kind == "temperature":
                for span in self.news[name]:
                    write_temperature(
                        self.store, meter, news=span, frozen_before=self.frozen_before
                    )

    def _virtual(self, writer: Writer, days: KnownDays) -> None:
        """Rewrite the tables of virtual meters wherever one of their inputs did."""
        for name in self.registry.virtual_order:
            meter = self.registry.meter[name]
            ledger = compute_virtual(
                Hours(self.store, self.inputs),
                days,
                self._books(meter),
                self.registry,
                news=self.news.get(name, ()),
                frozen_before=self.frozen_before,
            )
            if ledger is not None:
                self.say(name)
                self._take(writer, meter, ledger)

    def _keep(self, writer: Writer, days: KnownDays, computed: Computed) -> None:
        told, parts, ledger = computed
        meter = told.meter
        self._take(writer, meter, ledger)
        spans = [patch.span for patch in ledger.hours]
        days_since = partial(self._days_since, days, meter.meter, ledger)
        self.judged[meter.meter] = [
            judged_of(told, part, hours, days_since, news=self.news.get(meter.meter, ()))
            for part, hours in zip(parts, ledger.hours, strict=True)
        ]
        seen = (
            breaks_of(meter, told.events, part, span)
            for part, span in zip(parts, spans, strict=True)
        )
        self.breaks[meter.meter] = [one for one in seen if one is not None]
        self.complete[meter.meter] = [
            completeness_of(
                meter,
                part,
                span,
                timezone=told.timezone,
                now_ms=self.now_ms,
                away=absences(told.events),
            )
            for part, span in zip(parts, spans, strict=True)
        ]
        self.estimates[meter.meter] = [
            guessed_of(meter, part, span) for part, span in zip(parts, spans, strict=True)
        ]

    @staticmethod
    def _days_since(days: KnownDays, meter: str, ledger: Ledger, start: int) -> Rows:
        """Return the local days of a meter as they are once its ledger is written."""
        return patched(days.since([meter], start), ledger.days)

    def _take(self, writer: Writer, meter: Meter, ledger: Ledger) -> None:
        """Write the ledger of a meter, and keep it for what is computed from it."""
        self.rewritten[meter.meter] = [part.span for part in ledger.hours]
        if meter.role == MAIN:
            self.kept[meter.meter] = ledger
        if meter.meter in self.registry.virtual_inputs:
            self.inputs[meter.meter] = ledger
        if not self._is_silenced(meter.meter):  # else its places are told first
            write_ledger(writer, METER_TABLES, ledger, tags_of(meter))

    def _silenced(self) -> dict[str, Ledger]:
        """Return the ledgers of mains of which this round found that nothing can be said.

        Something may have been before: a reading was corrected, and nothing is left. Their tables
        are emptied only when the places say so, too: else a round that dies between the two would
        leave nothing that tells its successor to look at the places again.
        """
        return {name: ledger for name, ledger in self.kept.items() if self._is_silenced(name)}

    def _is_silenced(self, main: str) -> bool:
        ledger = self.kept.get(main)
        said = [] if ledger is None else [ledger.month, *ledger.hours]
        return bool(said) and not any(len(part.rows) for part in said)

    def places(self) -> int:
        """Rewrite the tables of every place with a main meter that has something new."""
        places = places_of(self.registry)
        writer = Writer(self.store, key=PLACE_DAY.tags, everything=self.is_everything)
        days = KnownDays(self.store, PLACE_DAY, PLACE_DAY.tags)
        silenced = self._silenced()
        begun = begun_of(self.store)
        still = {
            name: time
            for name, time in begun.items()
            if name not in silenced or time < silenced[name].month.span.start
        }
        mains = Mains(
            Hours(self.store, self.kept),
            self.frozen_before,
            still,
            horizons_of(self.store, self.registry),
            away_of(self.registry),
        )
        changed = self._changed(begun)
        written = 0
        if self._has_moved():
            forget_places(self.store, places)
        for place in places:
            news = [span for meter in place.mains for span in changed.get(meter.meter, ())]
            if news:
                self.say(place.place)
                write_place(days, writer, place, mains, news=news)
                written += 1
        writer.finish()
        self._silence(silenced)
        return written

    def _silence(self, ledgers: Mapping[str, Ledger]) -> None:
        """Take what is said of mains no more out of their tables."""
        writer = Writer(self.store, key=["meter"], everything=False)
        for name, ledger in ledgers.items():
            write_ledger(writer, METER_TABLES, ledger, tags_of(self.registry.meter[name]))
        writer.finish()

    def _has_moved(self) -> bool:
        """Tell whether a meter may have left a place that nobody can name any more."""
        return any(self._is_whole(name) or name not in self.registry.meter for name in self.news)

    def _changed(self, begun: Mapping[str, int]) -> dict[str, list[Span]]:
        """Return where each main changes its places; one that never said anything does not."""
        if self._has_moved():
            ever = Span(self.frozen_before, LATEST_MS)
            names = [meter.meter for meter in self.registry.meters if meter.role == MAIN]
            return {name: [ever] for name in names}
        return {
            name: [patch.span for patch in ledger.hours]
            for name, ledger in self.kept.items()
            if name in begun
        }

    def recomputed(self) -> dict[str, list[Span]] | None:
        """Return where each meter was computed anew; None if places may be new anywhere."""
        return None if self._has_moved() else self.rewritten

    def states(self) -> None:
        """Rewrite what depends on the present: periods so far, and what silent meters owe."""
        self.say("periods")
        write_comparison(
            self.store,
            self.registry,
            places_of(self.registry),
            horizon=horizons_of(self.store, self.registry),
            now_ms=self.now_ms,
        )
        write_completeness(self.store, self.registry, self.complete, now_ms=self.now_ms)
        write_estimates(self.store, self.estimates)
        write_balances(
            self.store,
            self.registry,
            self.recomputed(),
            frozen_before=self.frozen_before,
        )
        touched = touched_days(
            self.store, self.registry, self.judged, is_moved=self._has_moved(),
            frozen_before=self.frozen_before,
        )  # fmt: skip
        write_checks(self.store, self.judged, judged_beside(self.store, self.registry, touched))
