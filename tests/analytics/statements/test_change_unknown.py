"""A change of which no month is known on both sides: nothing is said, and never 0."""

from datetime import date

from analytics.statements.statement import Statement
from analytics.statements.year_on_year.as_json import change_json
from analytics.statements.year_on_year.explained import NONE_BEFORE, Explanation, LeftOut
from energy.period import Stretch, period_of
from tests.analytics.statements.test_statements import TERMS
from tests.builders import TOWN

AUGUST = Stretch(date(2025, 8, 1), date(2025, 9, 1))


def test_a_kind_without_a_month_on_both_sides_has_reasons_and_no_numbers() -> None:
    before, now = (Statement(TOWN, period_of(key), TERMS, (), {}) for key in ("2024-08", "2025-08"))
    unknown = Explanation("electricity", (), (LeftOut(AUGUST, NONE_BEFORE),))

    (said,) = change_json(before, now, [unknown])["kinds"].values()

    assert {*said} == {"unit", "months", "left_out"}
    assert said["left_out"][0]["reason"]["en"] == "there is no amount of the year before"
