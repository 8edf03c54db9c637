"""The page to print says who signed it and when; ``ledger`` says differences in words and units."""

from energy.text import Text
from jieneng.ledger.closing import overview
from jieneng.ledger.statements import PRINTERS, sheet_to_hand_out
from jieneng.wiring import House
from tests.jieneng.ledger.test_ledger_commands import (
    HOURS_OF_MAY,
    LATE,
    ask,
    closed_may,
    house,
    person,
    step,
    tell,
)

__all__ = ["house"]


def boxes(house: House, language: str = "en") -> list[str]:
    page = PRINTERS["html"](sheet_to_hand_out(house, "town", "2026-05", language=language))
    signs = page.decode().split('<div class="signs">')[1].split('<p class="mark">')[0]
    return [one.split("</div>")[0] for one in signs.split("<div>")[1:]]


def test_a_closed_page_has_names_and_days_where_it_is_signed(house: House) -> None:
    closed_may(house)
    assert boxes(house) == [
        "filled in by<br>王小明　2026-06-10",
        "head of statistics",  # who closed it may check, too: nobody else did
        "head of the institution<br>王小明　2026-06-10",
        "seal",
    ]


def test_a_step_that_was_not_taken_or_was_returned_leaves_room_to_sign_by_hand(
    house: House,
) -> None:
    tell(house, range(HOURS_OF_MAY + 48))
    filler, head = (person(house, role) for role in ("filler", "statistics_head"))
    assert boxes(house)[0] == "filled in by"
    step(house, "submit", filler)
    assert boxes(house)[:2] == ["filled in by<br>王小明　2026-06-10", "head of statistics"]
    step(house, "check", head)
    assert boxes(house)[1] == "head of statistics<br>王小明　2026-06-10"
    step(house, "return", head, reason="a bill is missing")
    assert boxes(house)[:2] == ["filled in by", "head of statistics"]


def test_an_erased_name_is_printed_as_erased(house: House) -> None:
    everything = closed_may(house)
    ask(house, "people", "erase", person=everything)
    assert boxes(house, "zh")[0] == "填表人<br>（已删除）　2026-06-10"


def test_differences_are_said_in_words_and_units_in_both_languages(house: House) -> None:
    closed_may(house)
    tell(house, LATE)
    found = overview(house, "town", "2026-05")
    assert all(isinstance(line, Text) for line in found)
    (en,) = (line.en for line in found if "measured:" in line.en)
    (zh,) = (line.zh for line in found if "实测时长:" in line.zh)
    assert en.startswith("  2026-05 electricity measured: ")
    assert zh.startswith("  2026-05 电 实测时长: ")
    assert zh.endswith(" 小时 (+25.000)")
    assert not [line for line in found if "_s" in line.en or " -> " in line.en]
