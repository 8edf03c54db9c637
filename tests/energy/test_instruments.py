"""Instruments: until when their verification holds, when people are reminded, how fine they are."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from energy.accuracy import accuracy_of
from energy.instrument_rules import (
    AccuracyNeed,
    InstrumentRules,
    InstrumentType,
    fineness,
    is_fine_enough,
    need_of,
)
from energy.instruments import (
    Days,
    Instrument,
    Overdue,
    after_months,
    due_of,
    dues,
    overdue_days,
    standing,
)

EVER = {"valid_from": date(2000, 1, 1), "valid_to": date.max}
TYPES = (
    InstrumentType("e-fine", "electricity_static", "meter", "0.5S", "verification", 72, **EVER),
    InstrumentType("e-1", "electricity_static", "meter", "1", "verification", 96, **EVER),
    InstrumentType("w", "water_dn15_25", "meter", "", "use_limit", 72, **EVER),
    InstrumentType("h", "heat_meter", "meter", "", "verification", 36, **EVER),
)
HEAT = Instrument(
    meter="hall_heat", serial="H1", maker="", model="", type="heat_meter", category="",
    accuracy="2", ct_class="", installed=date(2020, 1, 10), removed=None,
    verified=date(2023, 6, 1), certificate="C-7", due=None, evidence="",
)  # fmt: skip
LAST = date(2026, 6, 1)


def left(today: date, instrument: Instrument = HEAT) -> tuple[int | None, int | None, bool]:
    (one,) = dues([instrument], TYPES, today=today)
    return one.days_left, one.reminder, one.is_overdue


def test_a_certificate_holds_for_the_interval_of_its_type() -> None:
    assert due_of(HEAT, TYPES) == (LAST, "h")


def test_the_date_a_certificate_names_wins_over_the_interval() -> None:
    named = replace(HEAT, due=date(2025, 5, 31))

    assert due_of(named, TYPES) == (date(2025, 5, 31), "")


def test_a_certificate_of_a_leap_day_holds_to_the_last_of_february() -> None:
    leap = replace(HEAT, verified=date(2024, 2, 29))

    assert due_of(leap, TYPES)[0] == date(2027, 2, 28)
    assert after_months(date(2024, 2, 29), 48) == date(2028, 2, 29)
    assert after_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
    assert after_months(date(2023, 12, 31), 12) == date(2024, 12, 31)


def test_the_interval_of_the_class_is_taken_however_the_class_is_written() -> None:
    electric = replace(HEAT, type="electricity_static", verified=date(2020, 3, 1))

    said = {name: due_of(replace(electric, accuracy=name), TYPES) for name in ("0.5S", "C")}
    assert set(said.values()) == {(date(2026, 3, 1), "e-fine")}
    said = {name: due_of(replace(electric, accuracy=name), TYPES) for name in ("1", "1.0", "B")}
    assert set(said.values()) == {(date(2028, 3, 1), "e-1")}
    assert due_of(replace(electric, accuracy=""), TYPES) == (None, "")


def test_a_limit_of_use_counts_from_installation_and_no_certificate_extends_it() -> None:
    water = replace(HEAT, type="water_dn15_25", verified=date(2025, 1, 1))

    assert due_of(water, TYPES) == (date(2026, 1, 10), "w")
    assert due_of(replace(water, verified=None), TYPES) == (date(2026, 1, 10), "w")


def test_without_certificate_or_type_nobody_can_tell_when_it_is_due() -> None:
    assert due_of(replace(HEAT, verified=None), TYPES) == (None, "")
    assert due_of(replace(HEAT, type="sundial"), TYPES) == (None, "")
    assert left(LAST, replace(HEAT, verified=None)) == (None, None, False)


@pytest.mark.parametrize(
    ("days", "reminder", "is_overdue"),
    [
        (91, None, False), (90, 90, False), (89, 90, False), (31, 90, False), (30, 30, False),
        (1, 30, False), (0, 0, False), (-1, 0, True), (-400, 0, True),
    ],
)  # fmt: skip
def test_people_are_reminded_at_90_30_and_0_days_and_overdue_begins_the_day_after(
    *, days: int, reminder: int | None, is_overdue: bool
) -> None:
    assert left(LAST - timedelta(days=days)) == (days, reminder, is_overdue)


def test_an_instrument_replaced_before_it_was_due_is_never_overdue() -> None:
    old = replace(HEAT, removed=date(2026, 5, 20))
    new = replace(HEAT, serial="H2", installed=date(2026, 5, 20), verified=date(2026, 5, 2))

    assert overdue_days([old, new], TYPES, until=date(2027, 1, 1)) == {}
    assert [one.serial for one in standing([old, new], date(2026, 5, 19))] == ["H1"]
    assert [one.serial for one in standing([old, new], date(2026, 5, 20))] == ["H2"]
    assert [one.due for one in dues([old, new], TYPES, today=LAST)] == [date(2029, 5, 2)]


def test_days_are_overdue_from_the_day_after_the_due_date_to_the_next_certificate() -> None:
    later = replace(HEAT, verified=date(2026, 7, 1))

    found = overdue_days([later, HEAT], TYPES, until=date(2027, 1, 1))

    assert found == {"hall_heat": Overdue((Days(date(2026, 6, 2), date(2026, 7, 1)),), ("h",))}
    assert overdue_days([HEAT], TYPES, until=date(2026, 6, 2)) == {}
    open_ended = overdue_days([HEAT], TYPES, until=date(2026, 6, 3))
    assert open_ended["hall_heat"].days == (Days(date(2026, 6, 2), date(2026, 6, 3)),)


def test_two_instruments_overdue_at_once_at_a_meter_are_counted_once() -> None:
    other = replace(HEAT, serial="T1", due=date(2026, 6, 10), removed=date(2026, 6, 20))
    third = replace(HEAT, serial="T2", due=date(2026, 4, 30), removed=date(2026, 5, 4))

    found = overdue_days([HEAT, other, third], TYPES, until=date(2026, 6, 15))

    assert found["hall_heat"].days == (
        Days(date(2026, 5, 1), date(2026, 5, 4)),
        Days(date(2026, 6, 2), date(2026, 6, 15)),
    )


def test_the_certificate_of_the_day_counts_and_not_one_of_later() -> None:
    later = replace(HEAT, verified=date(2026, 7, 1), certificate="C-9")

    (before,) = standing([later, HEAT], date(2026, 6, 30))
    (after,) = standing([later, HEAT], date(2026, 7, 1))
    assert (before.certificate, after.certificate) == ("C-7", "C-9")
    (unproved,) = standing([HEAT], date(2023, 5, 31))
    assert (unproved.verified, unproved.certificate) == (None, "")


def test_a_new_interval_leaves_certificates_of_before_as_they_were() -> None:
    change = date(2024, 1, 1)
    types = (
        InstrumentType(
            "old", "heat_meter", "meter", "", "verification", 36, date(2000, 1, 1), change
        ),
        InstrumentType("new", "heat_meter", "meter", "", "verification", 24, change, date.max),
    )

    assert due_of(HEAT, types) == (LAST, "old")
    assert due_of(replace(HEAT, verified=change), types) == (date(2026, 1, 1), "new")


@pytest.mark.parametrize(
    ("has", "asked", "is_enough"),
    [
        ("0.5S", "0.5", True), ("0.5", "0.5S", False), ("1", "1.0", True), ("2", "1.0", False),
        ("0.2S", "0.5S", True), ("B", "1", True), ("A", "1", False), ("", "1", None),
    ],
)  # fmt: skip
def test_an_accuracy_class_is_held_against_the_one_that_is_asked_for(
    *, has: str, asked: str, is_enough: bool | None
) -> None:
    assert is_fine_enough(has, asked) is is_enough


def test_what_is_no_accuracy_class_has_no_fineness() -> None:
    assert fineness("2.5") == (Fraction(5, 2), 1)
    assert [fineness(text) for text in ("", "S", "0.5s", "-1", "1级", "F")] == [None] * 6


def test_meter_and_transformers_are_each_held_against_their_own_class() -> None:
    rules = InstrumentRules(
        types=(
            InstrumentType("ct", "ct", "transformer", "", "verification", 120, **EVER),
            InstrumentType("t", "probe", "sensor", "", "verification", 6, **EVER),
        ),
        needs=(AccuracyNeed("e", "electricity", "III", "1.0", "0.5", **EVER),),
    )
    meter = replace(HEAT, type="electricity_static", category="III", accuracy="1", ct_class="")

    def said(**cells: str) -> tuple[str, bool | None]:
        found = accuracy_of(replace(meter, **cells), "electricity", rules, LAST)  # type: ignore[arg-type]
        assert found.ct_needed == ("0.5" if cells.get("ct_class") else "")
        return found.needed, found.is_enough

    assert said() == ("1.0", True)
    assert said(ct_class="0.5") == ("1.0", True)
    assert said(ct_class="1") == ("1.0", False)
    assert said(accuracy="2") == ("1.0", False)
    assert said(accuracy="") == ("1.0", None)
    assert said(accuracy="", ct_class="1") == ("1.0", False)
    assert said(type="ct", accuracy="0.5") == ("0.5", True)
    assert said(type="ct", accuracy="1") == ("0.5", False)
    assert said(type="probe") == ("", None)
    assert said(category="I") == ("", None)


def test_without_a_category_only_the_one_class_of_a_kind_is_asked_for() -> None:
    first = AccuracyNeed("e1", "electricity", "I", "0.5S", "", **EVER)
    other = AccuracyNeed("e5", "electricity", "V", "2.0", "", **EVER)
    gas = AccuracyNeed("g", "gas", "", "2.0", "", **EVER)
    needs = (first, other, gas)

    def asked(kind: str, category: str) -> AccuracyNeed | None:
        return need_of(needs, kind=kind, category=category, day=LAST)

    assert asked("electricity", "V") == other
    assert asked("electricity", "") is None
    assert asked("gas", "") == gas
    assert asked("gas", "I") is None
