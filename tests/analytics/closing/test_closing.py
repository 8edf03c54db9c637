"""Sheets on their way, over records in a file and figures that change as Hypothesis wants."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from analytics.closing.difference import changed, difference, lines_of
from analytics.closing.events import closed_events
from analytics.closing.period import period_for, span_for
from analytics.closing.rules import State, state_of
from analytics.closing.workflow import Sheet
from energy.canonical import canonical
from energy.errors import ClosingError
from energy.heating import HeatingSeason
from energy.reference import Reference
from energy.registry import Registry
from storage.records import people, sheets
from storage.records.book import Records
from storage.records.session import Session
from storage.records.sheets import SheetStep
from tests.builders import MAIN_METER, registry_of, replacement
from tests.storage.chain_world import day

DISTRICT = registry_of(MAIN_METER)
Figures = dict[str, int]
HEATED = Reference(
    heating=(HeatingSeason("h", "", "", (11, 15), (3, 15), date(2009, 1, 1), date.max),)
)
FIGURES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(-3, 3))


@dataclass
class Ledger:
    """Records, one person with every role, and the figures that a sheet is made of."""

    records: Records
    who: str = ""
    figures: Figures = field(default_factory=dict)
    now_ms: int = day(6, 2)

    def make(
        self,
        session: Session,
        registry: Registry,
        institution: str,
        period: str,
        booked: Sequence[SheetStep],
    ) -> bytes:
        del session, registry
        own = self.figures if period == "2026-05" else {}
        moved = {
            f"{step.period} {step.number}": {
                key: change["difference"] for key, change in step.difference.items()
            }
            for step in booked
        }
        return canonical({"institution": institution, "lines": {"z/amount": 1, **own, **moved}})

    @contextmanager
    def sheet(self, period: str = "2026-05") -> Iterator[Sheet]:
        with self.records.session() as session:
            yield Sheet(session, DISTRICT, self.make, "town", period, self.now_ms)


@contextmanager
def new_ledger() -> Iterator[Ledger]:
    with TemporaryDirectory() as folder:
        records = Records.open(f"sqlite:{Path(folder) / 'records.sqlite'}")
        with records.session() as session:
            roles = ["filler", "statistics_head", "unit_head"]
            who = people.add(session, name="李", roles=roles, by="setup")
        yield Ledger(records, who)
        records.close()


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with new_ledger() as found:
        yield found


@given(st.lists(FIGURES, min_size=1, max_size=6), st.integers(0, 6))
@settings(max_examples=15)
def test_differences_since_the_first_sheet_add_up_to_the_last_figures(
    courses: list[Figures], restated: int
) -> None:
    """Invariant 16, restatement.

    The first of the changes are restated, the others booked in June.
    """
    with new_ledger() as ledger:
        ledger.figures = courses[0]
        with ledger.sheet() as sheet:
            sheet.submit(ledger.who)
            sheet.close(ledger.who)
        for number, figures in enumerate(courses[1:]):
            ledger.figures = figures
            with ledger.sheet() as sheet:
                if not sheet.open_differences():
                    with pytest.raises(ClosingError, match="nothing to restate"):
                        sheet.restate(ledger.who, "late")
                elif number < restated:
                    sheet.restate(ledger.who, "late")
                else:
                    sheet.adjust(ledger.who, "late", "2026-06")
                assert sheet.open_differences() == {}

        with ledger.sheet() as sheet:
            later = sheet.steps[2:]
        sums: Figures = {}
        for step in later:
            for key, change in step.difference.items():
                sums[key] = sums.get(key, 0) + change["difference"]
        for key in "abc":
            moved = courses[-1].get(key, 0) - courses[0].get(key, 0)
            assert sums.get(key, 0) == moved
        assert [step.number for step in later] == list(range(1, len(later) + 1))
        with ledger.sheet("2026-06") as june:
            booked = lines_of(june.fresh())
        for key in "abc":
            inside = sum(n for name, n in booked.items() if name.endswith(f"/{key}"))
            outside = sum(
                step.difference[key]["difference"]
                for step in later
                if step.into and key in step.difference
            )
            assert inside == outside


@given(st.lists(st.tuples(st.sampled_from("ssccrn"), FIGURES), max_size=9))
@settings(max_examples=15)
def test_what_was_in_force_depends_on_nothing_later(
    moves: list[tuple[str, Figures]],
) -> None:
    """Invariant 16, restatement.

    Steps that are possible are taken one a day; each day's sheet stays what it was that day.
    """
    with new_ledger() as ledger:
        held: list[bytes | None] = []
        for move, figures in moves:
            if move != "c":  # else hardly anything would ever be closed
                ledger.figures = figures
            ledger.now_ms += 86_400_000
            try:
                with ledger.sheet() as sheet:
                    _do(sheet, move, ledger.who)
            except ClosingError:
                event("refused")
            else:
                event("taken")
            with ledger.records.reading() as session:
                held.append(sheets.as_of(session, "town", "2026-05", None))
        with ledger.records.reading() as session:
            for number, content in enumerate(held):
                time = day(6, 2) + (number + 1) * 86_400_000
                assert sheets.as_of(session, "town", "2026-05", time) == content
                assert sheets.as_of(session, "town", "2026-05", time + 86_399_999) == content


def _do(sheet: Sheet, move: str, who: str) -> None:
    match move:
        case "s":
            sheet.submit(who)
        case "r":
            sheet.return_(who, "wrong")
        case "c":
            sheet.close(who)
        case _:
            sheet.restate(who, "late")


def test_a_step_that_is_refused_leaves_nothing_behind(ledger: Ledger) -> None:
    ledger.figures = {"a": 1}
    for refused in ("r", "c", "n"):
        with pytest.raises(ClosingError), ledger.sheet() as sheet:
            _do(sheet, refused, ledger.who)
    with ledger.sheet() as sheet:
        assert sheet.steps == []
        assert state_of(sheet.steps) is State.DRAFT


def test_a_returned_sheet_was_in_force_until_it_was_returned(ledger: Ledger) -> None:
    with ledger.sheet() as sheet:
        submitted = sheet.fresh()
        sheet.submit(ledger.who)
    ledger.now_ms = day(6, 4)
    with ledger.sheet() as sheet:
        sheet.return_(ledger.who, "a bill is missing")
        assert state_of(sheet.steps) is State.DRAFT
    with ledger.records.reading() as session:
        assert sheets.as_of(session, "town", "2026-05", day(6, 3)) == submitted
        assert sheets.as_of(session, "town", "2026-05", day(6, 4)) is None


def test_a_closed_period_is_neither_submitted_nor_returned_nor_closed(ledger: Ledger) -> None:
    with ledger.sheet() as sheet:
        sheet.submit(ledger.who)
        sheet.close(ledger.who)
    for refused in ("s", "r", "c"):
        with pytest.raises(ClosingError, match="never changes"), ledger.sheet() as sheet:
            _do(sheet, refused, ledger.who)


def test_who_has_not_the_role_is_told_which_one_it_takes(ledger: Ledger) -> None:
    with ledger.records.session() as session:
        filler = people.add(session, name="王", roles=["filler"], by="setup")
    with ledger.sheet() as sheet:
        sheet.submit(filler)
        for step, role in (
            (sheet.check, "statistics head"),
            (sheet.close, "unit head"),
        ):
            with pytest.raises(ClosingError, match=f"for the {role}"):
                step(filler)
        with pytest.raises(ClosingError, match="no person 'nobody'"):
            sheet.close("nobody")


def test_a_check_counts_for_the_sheet_that_was_checked_and_not_for_the_next(
    ledger: Ledger,
) -> None:
    with ledger.records.session() as session:
        head = people.add(session, name="赵", roles=["unit_head"], by="setup")
    with ledger.sheet() as sheet:
        sheet.submit(ledger.who)
        sheet.check(ledger.who)
        sheet.return_(ledger.who, "a bill is missing")
        sheet.submit(ledger.who)
        with pytest.raises(ClosingError, match="has not checked"):
            sheet.close(head)
        sheet.check(ledger.who)
        assert sheet.close(head).by == head


def test_after_an_adjustment_a_restatement_would_count_twice(ledger: Ledger) -> None:
    with ledger.sheet() as sheet:
        sheet.submit(ledger.who)
        sheet.close(ledger.who)
    ledger.figures = {"a": 2}
    with ledger.sheet() as sheet:
        sheet.adjust(ledger.who, "late", "2026-06")
    ledger.figures = {"a": 3}
    with pytest.raises(ClosingError, match="booked in 2026-06"), ledger.sheet() as sheet:
        sheet.restate(ledger.who, "late")
    ledger.now_ms = day(7, 2)
    with ledger.sheet("2026-06") as june:
        june.submit(ledger.who)
    with pytest.raises(ClosingError, match="no open period"), ledger.sheet() as sheet:
        sheet.adjust(ledger.who, "late", "2026-06")


def test_lines_are_told_with_what_stood_there_and_what_stands_there() -> None:
    before = lines_of(b'{"lines":[{"line":"gas","m3":4,"by":"bill"},{"line":"water","m3":1}]}')
    after = lines_of(b'{"lines":[{"line":"gas","m3":6,"by":"meter"},{"line":"heat","GJ":2}]}')

    found = difference(before, after)

    assert found["gas/m3"] == {"before": 4, "after": 6, "difference": 2}
    assert found["gas/by"] == {"before": "bill", "after": "meter", "difference": None}
    assert found["water/m3"] == {"before": 1, "after": None, "difference": -1}
    assert found["heat/GJ"] == {"before": None, "after": 2, "difference": 2}
    assert changed(before, found) == after


def test_a_heating_season_lasts_as_the_region_has_it() -> None:
    season = period_for(DISTRICT, HEATED, "town", "2025-2026")
    assert (season.first, season.until) == (date(2025, 11, 15), date(2026, 3, 16))
    with pytest.raises(ClosingError, match="2025-2026"):
        period_for(DISTRICT, Reference(), "town", "2025-2026")


@pytest.mark.parametrize("period", ["2026-13", "2026-5", "2026-Q5", "26", "2025-2027", ""])
def test_a_key_of_no_period_is_refused_with_the_forms_there_are(period: str) -> None:
    with pytest.raises(ClosingError, match=r"Write 2026-05 for a month|heating season"):
        period_for(DISTRICT, HEATED, "town", period)


def test_an_event_belongs_to_the_closed_period_of_its_institution_alone() -> None:
    first, behind = day(5, 1), day(6, 1)
    events = [
        replacement("hall_main", time, closing=1) for time in (first - 1, first, behind - 1, behind)
    ]
    after = registry_of(MAIN_METER, events=events)
    closed = [("town", "2026-05"), ("other", "2026-06")]

    found = closed_events(DISTRICT, after, closed, HEATED)

    assert span_for(DISTRICT, HEATED, "town", "2026-05").start == first
    assert found == [(event, "town", "2026-05") for event in events[1:3]]
    assert closed_events(after, DISTRICT, closed, HEATED) == found
    assert closed_events(after, after, closed, HEATED) == []
