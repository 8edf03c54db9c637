"""The hour that a why answers for, where hours of the ledger lie across those of the wall clock."""

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.why.wording import lines_of_meter
from storage.records.book import Records
from tests.analytics.ledger.test_ledger_sums import MAIN, START, hourly
from tests.analytics.ledgers import ledger_of
from tests.analytics.rounds.test_rounds_late import DAY
from tests.analytics.why.why_world import why
from tests.builders import NORTH, registry_of


@pytest.mark.parametrize(
    ("timezone", "said"),
    [
        ("Asia/Kolkata", "counted from 14:30 to 15:30 of the wall clock"),
        ("Asia/Shanghai", None),
    ],
)
def test_an_hour_across_two_of_the_wall_clock_says_which_times_it_covers(
    timezone: str, said: str | None, tmp_path: Path
) -> None:
    registry = replace(registry_of(MAIN), sites=(replace(NORTH, timezone=timezone),))
    store = ledger_of(registry, hourly(MAIN, [100] * 60), now_ms=START + 3 * DAY)
    records = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")

    answer = why(records, store, registry, "2026-02-26T14")

    lines = [line.en for line in lines_of_meter(answer)]
    assert answer["verdict"] == "same"
    assert any("counted from" in line for line in lines) == (said is not None)
    assert said is None or any(said in line for line in lines)
    assert sum(row["hours"] for row in answer["prices"]) == 1
    records.close()
