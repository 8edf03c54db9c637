"""Published totals, through the code by which the ledger weighs hours."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from analytics.ledger.hours import Books, hours_of
from analytics.ledger.rows import ROW
from analytics.ledger.wall import wall_of
from analytics.ledger.worth import weight_of
from energy.kinds import KINDS
from energy.reference import Reference
from energy.span import HOUR_MS, Span, midnight
from jieneng.shipped import shipped
from storage.reference.files import read_reference
from tests.analytics.consumption.registers import QUARTER, Told, follow
from tests.builders import MAIN_METER, NORTH
from tests.naive import Register

BEIJING = "Asia/Shanghai"

# Physical amount, half a unit of its last printed digit, published 10^4 tce.
CHONGQING = {
    "electricity": (6_381_000_000, 500_000, "78.41"),
    "coal": (54_700, 50, "3.91"),
    "gas": (144_824_100, 50, "19.26"),
    "gasoline": (79_279_900, 50, "8.52"),
    "diesel": (5_068_100, 50, "0.63"),
}
OTHER_TCE = Fraction("176.32")
NEAR = Fraction("0.01")

OFFICE = {"electricity": 650_000, "gas": 12_000, "heat": 2_600, "gasoline": 3_000}


@pytest.fixture(scope="module")
def reference() -> Reference:
    return read_reference(shipped("reference"))


def weighed(reference: Reference, factor_set: str, kind: str, display: int, day: date) -> Fraction:
    """Return kgce or kgCO2 of an amount in one hour of a day, as the ledger computes it."""
    start = midnight(day, ZoneInfo(BEIJING))
    wall = wall_of(BEIJING, start, start + HOUR_MS)
    amount = np.array([display * KINDS[kind].base_per_display], dtype=np.int64)
    rows = reference.factors[factor_set]
    weight, known = weight_of(amount, rows, kind=kind, region="110102", wall=wall)
    assert known.all()
    return Fraction(int(weight[0]), 1_000_000)


def test_the_ledger_weighs_chongqing_2015_as_was_published(reference: Reference) -> None:
    day = date(2015, 6, 30)
    total = OTHER_TCE
    for kind, (amount, rounding, published) in CHONGQING.items():
        tce = weighed(reference, "NGOA-stat", kind, amount, day) / 1000
        left_open = tce / amount * rounding / 10_000
        assert abs(tce / 10_000 - Fraction(published)) <= NEAR + left_open, kind
        total += tce
    assert abs(total / 10_000 - Fraction("110.75")) <= NEAR


@pytest.mark.parametrize(
    ("factor_set", "kgce"),
    [("NGOA-stat", "187779.4"), ("GBT2589", "186391.0"), ("Shandong-quota", "308006.0")],
)
def test_the_ledger_weighs_the_worked_office_by_each_set(
    factor_set: str, kgce: str, reference: Reference
) -> None:
    day = date(2025, 1, 1)
    total = sum(weighed(reference, factor_set, kind, n, day) for kind, n in OFFICE.items())
    assert round(total, 1) == Fraction(kgce)


@pytest.mark.parametrize(("year", "factor"), [(2024, "0.5568"), (2025, "0.5366"), (2026, "0.5306")])
def test_boards_take_the_national_factor_in_a_province_that_has_one_of_its_own(
    year: int, factor: str, reference: Reference
) -> None:
    hebei = replace(NORTH, region="130000", timezone=BEIJING)
    start = midnight(date(year, 6, 1), ZoneInfo(BEIJING))
    readings = [(start + place * QUARTER, 100 * place) for place in range(25)]
    told = Told(readings, [Register(None, None, 1_000_000)], 2_400)

    books = Books(MAIN_METER, hebei, reference)
    hours = hours_of(follow(told), books, span=Span(start, start + 6 * HOUR_MS))

    used = int(hours.numbers[ROW["amount"]].sum())
    assert used > 0
    weight = Fraction(factor) * used / 1000 * 1_000_000
    assert hours.numbers[ROW["co2"]].sum() == floor(weight)
