"""In which periods the difference of a closed one may be booked."""

import pytest

from energy.errors import ClosingError
from storage.records.sheets import Step
from tests.analytics.closing.test_closing import Ledger, new_ledger


@pytest.mark.parametrize(
    ("into", "problem"),
    [
        ("2026-Q2", r"has days of 2026-05.*from 2026-06-01 on"),
        ("2026", "would count twice"),
        ("2026-04", "no open period after 2026-05"),
        ("2026-07", "2026-07 has not begun"),
    ],
)
def test_a_difference_is_booked_only_where_it_counts_once(into: str, problem: str) -> None:
    with new_ledger() as ledger:
        _closed_and_late(ledger)

        with pytest.raises(ClosingError, match=problem), ledger.sheet() as sheet:
            sheet.adjust(ledger.who, "late", into)

        with ledger.sheet() as sheet:
            assert [step.step for step in sheet.steps] == [Step.SUBMITTED, Step.CLOSED]
            assert sheet.adjust(ledger.who, "late", "2026-06").into == "2026-06"


def _closed_and_late(ledger: Ledger) -> None:
    with ledger.sheet() as sheet:
        sheet.submit(ledger.who)
        sheet.close(ledger.who)
    ledger.figures = {"a": 2}
