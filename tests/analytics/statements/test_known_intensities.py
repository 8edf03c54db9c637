"""Intensities of what is known only in part: never as whole, and in no sum."""

import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import openpyxl

from analytics.closing.sum_sheet import sheet_of_sum
from analytics.statements.figures import BILL, OWN, Figure
from analytics.statements.lines import Line, line_of
from analytics.statements.printed.ratios import PrintedRatio, ratios_of_sheet
from analytics.statements.sheet import sheet_of
from analytics.statements.statement import Statement
from analytics.statements.sums import sum_of
from analytics.statements.workbook.book import workbook_bytes
from analytics.why.intensity import numerator_again
from analytics.why.members import why_members
from api.printing import page_of
from energy.canonical import canonical, sha256_of
from energy.period import Stretch, period_of
from energy.sizes import AREA, HEATED_AREA, PEOPLE
from energy.text import Text
from energy.uses import HEATING
from tests.analytics.statements.test_statements import GJ, KWH, M3, TERMS
from tests.builders import TOWN

OCTOBER = Stretch(date(2026, 10, 1), date(2026, 11, 1))
DAY_S = 86_400


def line(kind: str, amount: int, *, days: int = 31, use: str = "", unresolved: int = 0) -> Line:
    """Return a line of October of which some days are known."""
    figure = Figure(
        OWN, amount, measured_s=days * DAY_S, unresolved_s=unresolved * DAY_S, due_s=31 * DAY_S
    )
    return line_of(kind, use, OCTOBER, {OWN: figure}, basis=OWN, terms=TERMS)


def of(name: str, *lines: Line) -> Statement:
    sizes = {AREA: Fraction(8_000), PEOPLE: Fraction(1_000), HEATED_AREA: None}
    return Statement(replace(TOWN, institution=name), period_of("2026-10"), TERMS, lines, sizes)


# Ten of 31 days of 5,438.4 kWh, as a meter that was withdrawn on 11 October leaves them.
PARTLY = of("sb", line("electricity", 5_438_400, days=10), line("water", 1_276 * M3))
WHOLE = of("ga", line("electricity", 16_000 * KWH), line("water", 200 * M3))


def written(content: bytes, page: str) -> list[str]:
    """Return the texts of a page of a workbook."""
    cells = openpyxl.load_workbook(io.BytesIO(content))[page].iter_rows(values_only=True)
    return [cell for row in cells for cell in row if isinstance(cell, str)]


def printed(statement: Statement) -> dict[str, PrintedRatio]:
    sheet = sheet_of(statement, code="test")
    return {ratio.name: ratio for ratio in ratios_of_sheet(sheet, "en")}


def district(*statements: Statement) -> dict[str, object]:
    sheets = [sheet_of(one, code="test") for one in statements]
    state = {"zh": "草稿", "en": "draft"}
    members = [{**one, "state": state, "sha256": sha256_of(canonical(one))} for one in sheets]
    return sheet_of_sum(
        "edu", Text("教育局", "Education"), "2026-10", members, undated={}, code="test"
    )


def test_an_intensity_of_ten_days_says_of_which_part_of_the_month_it_is() -> None:
    found = printed(PARTLY)

    per_area = found["electricity_per_area"]
    assert round(float(per_area.value or 0), 2) == 0.68
    assert per_area.known_part == (
        "of the known part (time that is known: electricity 32.2 %), in no sum of institutions"
    )
    assert found["energy_per_person"].known_part == per_area.known_part
    assert found["water_per_person"].known_part == ""
    said = sheet_of(PARTLY, code="test")["intensities"]
    assert said["electricity_per_area"]["partly"] == {"electricity": "10/31"}
    assert "partly" not in said["water_per_person"]


def test_time_that_nobody_can_resolve_is_not_known_either() -> None:
    found = printed(of("a", line("electricity", 1000, days=30, unresolved=1)))
    assert "electricity 96.7 %" in found["energy_per_area"].known_part


def test_a_use_that_is_taken_off_and_known_in_part_is_named() -> None:
    heating = line("electricity", 100 * KWH, days=15, use=HEATING)
    found = printed(of("a", line("electricity", 1000 * KWH), heating))

    assert "electricity heating 48.3 %" in found["electricity_per_area"].known_part
    assert found["energy_per_area"].known_part == ""


def test_page_and_workbook_say_that_an_intensity_is_of_the_known_part() -> None:
    sheet = sheet_of(PARTLY, code="test")
    page = page_of(sheet, language="zh", state="", marks={})
    content = workbook_bytes(sheet, language="zh", marks={})

    words = "仅为已知部分（已知时间：电 32.2 %），汇总时不计入"
    assert page.count(words) == 5
    assert [text for text in written(content, "台账") if text == words] == [words] * 5


def test_who_is_known_in_part_is_in_neither_sum_and_named() -> None:
    said = sum_of("edu", [PARTLY, WHOLE])

    assert said.ratios["electricity_per_area"].value == Fraction(16_000 * KWH, 8_000)
    assert said.ratios["electricity_per_area"].not_covered == ("sb",)
    assert said.ratios["water_per_person"].covered == ("ga", "sb")


def test_a_sum_of_one_who_is_known_in_part_has_no_intensity_and_says_why() -> None:
    (found,) = [
        one for one in ratios_of_sheet(district(PARTLY), "en") if one.name == "energy_per_area"
    ]

    assert found.value is None
    assert found.reason == "the amount of the institution is known only in part"


def test_a_sum_gives_the_reason_that_its_institution_has() -> None:
    heatless = {one.name: one for one in ratios_of_sheet(district(WHOLE), "en")}
    dry = of("hc", line("electricity", 10 * KWH))
    waterless = {one.name: one for one in ratios_of_sheet(district(dry), "en")}

    assert heatless["heating_per_heated_area"].reason.startswith("heated area (m²) is not known")
    assert waterless["water_per_person"].reason == (
        "an amount it needs is missing, or no meter bears its use"
    )


def test_the_sum_worked_out_again_leaves_the_same_institutions_out() -> None:
    answer = why_members(canonical(district(PARTLY, WHOLE)))

    assert answer["verdict"] == "same"
    (ratio,) = [one for one in answer["intensities"] if one["intensity"] == "energy_per_area"]
    assert ratio["not_covered"] == ["sb"]


def test_a_workbook_of_a_sum_adds_those_who_are_known_in_full() -> None:
    content = workbook_bytes(district(PARTLY, WHOLE), language="en", marks={})
    # Five divide the electricity that is known in part; nobody has a heated area.
    assert sum(text.startswith("not covered: ") for text in written(content, "ledger")) == 5 + 1


def heated(*, use: str = "") -> list[Line]:
    lines = [line("electricity", 1000 * KWH), line("heat", 2_600 * GJ)]
    return [*lines, line("heat", 2_600 * GJ, use=use)] if use else lines


def test_energy_without_heating_is_missing_where_heat_bears_no_use() -> None:
    found = printed(of("a", *heated()))["non_heating_per_area"]
    assert found.value is None
    assert found.reason.endswith("heating cannot be told apart")
    assert printed(of("a", *heated()))["energy_per_area_without_vehicles"].value is not None


def test_energy_without_heating_is_the_rest_where_heat_bears_its_use() -> None:
    found = of("a", *heated(use=HEATING)).ratios["non_heating_per_area"]
    assert found.numerator == round(1000 * 122.9)


def test_heat_billed_by_area_is_in_no_number_and_leaves_the_rest_known() -> None:
    blank = replace(line("heat", 1), signed=Figure(BILL, None, cost=1, is_blank=True), coal=None)
    said = of("a", line("electricity", 1000 * KWH), blank)
    assert said.ratios["non_heating_per_area"].numerator == round(1000 * 122.9)
    sheet = sheet_of(said, code="test")
    assert numerator_again("non_heating_per_area", sheet["lines"].values()) == 122_900
    untold = sheet_of(of("a", *heated()), code="test")
    assert numerator_again("non_heating_per_area", untold["lines"].values()) is None
