"""What answers to why promise on every store: a running collector, a gap, a corrected reading."""

import json
from pathlib import Path
from typing import Any

from jieneng.holder import Request
from jieneng.wiring import House
from jieneng.works import answer_for
from tests.edit_world import MAIN, START, TRUE, WHY, Address, edited, house_with, settle, told

HOUR_MS = 3_600_000
GAP = range(11 * 24 + 7, 11 * 24 + 16)
"""Hours of 12 January that nobody heard."""


def answer(house: House, when: str) -> dict[str, Any]:
    """Return why the amounts of the main are what they are."""
    (said,) = told(
        house, "why", "explain", subject=MAIN, when=when, words=[], of="", readings=100,
        deep=False, as_json=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(said)
    return found


def a_gap_and_a_correction_come_out_again(folder: Path, address: Address) -> None:
    heard = [one for one in TRUE[MAIN] if (one.time - START) // HOUR_MS not in GAP]
    with house_with(folder, address(), heard) as house:
        number = edited(house, "withdraw", meters=[MAIN], at="2026-01-20 10:00")

        month, gap, day = (answer(house, key) for key in ("2026-01", "2026-01-12", "2026-01-20"))

        assert [one["verdict"] for one in (month, gap, day)] == ["same"] * 3
        assert [one["method"] for one in gap["gaps"]] == ["like_days"]
        assert [one["edit"] for one in day["edits"]] == [number]
        (gone,) = [one for one in day["readings"]["listed"] if one["fate"] == "withdrawn"]
        assert gone["id"] == f"{MAIN}/register/{START + (19 * 24 + 10) * HOUR_MS}/{number}"
        assert gone["arrived"]
        assert day["overruled"]["count"] == 1


def before_the_round_that_takes_a_correction_in_it_differs(folder: Path, address: Address) -> None:
    with house_with(folder, address(), TRUE[MAIN]) as house:
        told(house, "edit", "ask", what="withdraw", meters=[MAIN], at="2026-01-20 10:00", **WHY)
        settle(house)
        asked = {"subject": MAIN, "when": "2026-01-20", "words": [], "of": "", "readings": 3,
                 "deep": False, "as_json": False}  # fmt: skip
        said: list[str] = []
        answer_to = answer_for(house)

        code = answer_to(Request("why", "explain", asked, "/", "en"), said.append, said.append)
        house.round_once()
        later = answer_to(Request("why", "explain", asked, "/", "en"), said.append, said.append)

        assert (code, later) == (1, 0)
        assert said.count("Worked out again from what is listed: IT DIFFERS.") == 1
        assert any(line.startswith("Readings are new") for line in said)


PROMISES = (
    a_gap_and_a_correction_come_out_again,
    before_the_round_that_takes_a_correction_in_it_differs,
)
