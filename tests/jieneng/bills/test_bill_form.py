"""The form of a bill: as ``jieneng bill add`` does it, on a telephone."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from jieneng.wiring import House
from storage.records import bills
from tests.edit_world import refusal, told
from tests.hand_world import PDF, Phone, kept, phone

CELLS = {
    "bill": "A-1", "institution": "town", "kind": "electricity", "first": "2026-01-01",
    "last": "2026-01-31", "amount": "12000", "cost": "9600", "power_factor": "0.93", "by": "Li",
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[House, Phone]]:
    with phone(tmp_path / "state") as found:
        yield found


def filled(shown: Phone, **said: str) -> dict[str, str]:
    return shown.fields("/bill") | CELLS | said


def test_a_bill_with_its_paper_is_kept_and_shown_with_its_number(
    world: tuple[House, Phone],
) -> None:
    house, shown = world

    page = shown.send("/bill", filled(shown), PDF)

    assert "Kept, number 1" in page.text
    assert "2026-01-01 – 2026-01-31" in page.text
    assert "12,000.000 kWh" in page.text
    with house.records.reading() as session:
        (bill,) = bills.in_force(session)
    assert (bill.author, bill.evidence) == ("Li", sha256(PDF).hexdigest())
    assert bill.cost == 9_600_000_000
    assert kept(house) == (0, 1, 1)


def test_a_page_and_a_command_keep_the_same_bill(world: tuple[House, Phone]) -> None:
    house, shown = world
    fields = filled(shown)
    shown.send("/bill", fields)
    with house.records.reading() as session:
        (ours,) = bills.in_force(session)
    told(house, "bill", "withdraw", bill="A-1", by="Li", reason="again")

    cells = {name: text for name, text in fields.items() if name not in ("by", "reason")}
    told(house, "bill", "add", cells=cells, by="Li", reason="")

    with house.records.reading() as session:
        assert bills.in_force(session) == [ours]


def test_a_bill_that_comes_twice_is_kept_once_and_another_needs_a_reason(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    fields = filled(shown)
    shown.send("/bill", fields)

    again = shown.send("/bill", fields)
    other = shown.send("/bill", fields | {"cost": "9700"})

    assert "Kept already, not twice, number 1" in again.text
    assert other.status_code == 422
    assert "Bill A-1 is there already" in other.text
    assert kept(house) == (0, 0, 1)
    corrected = shown.send("/bill", fields | {"cost": "9700", "reason": "misread"})
    assert "Kept, number 2" in corrected.text
    assert "9,700.00" in corrected.text


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"cost": "much"}, "cost", "'much' is no number; write it as 1234.56."),
        ({"first": "1.1."}, "first", "is no date; write it as 2026-01-31."),
        ({"unit": "m3"}, "unit", "m3"),
        ({"price": "x"}, "price", "'x' is no number"),
        ({"institution": "gone"}, "institution", "'gone' is not known. It may be town."),
        ({"bill": " "}, "bill", "it is empty; write it."),
    ],
)
def test_a_mistake_stands_beside_its_field_and_nothing_is_kept(
    world: tuple[House, Phone], said: dict[str, str], field: str, sentence: str
) -> None:
    house, shown = world

    page = shown.send("/bill", filled(shown, **said))

    text = page.text.replace("&#39;", "'")
    assert page.status_code == 422
    beside = text.partition(f'id="{field}.wrong">')[2] or text.partition(f'id="{field}"')[2]
    assert sentence in beside.partition('<div class="field')[0]
    assert kept(house) == (0, 0, 0)
    assert 'name="amount" value="12000"' in page.text


def test_what_is_wrong_with_the_whole_bill_is_the_sentence_of_the_command(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    shown.send("/bill", filled(shown))

    fields = filled(shown, bill="A-2", first="2026-01-31", last="2026-02-07")
    page = shown.send("/bill", fields)

    cells = {name: text for name, text in fields.items() if name not in ("by", "reason")}
    assert refusal(house, "bill", "add", cells=cells, by="Li", reason="") in page.text
    assert "covers days of bill A-1" in page.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"by": ""}, "Say who enters it."),
        ({"last": "2025-12-01"}, "Bill A-1:"),
        ({"evidence": "/etc/hostname"}, "The photo is not kept; take it again."),
    ],
)
def test_nothing_is_kept_of_a_bill_that_cannot_be(
    world: tuple[House, Phone], said: dict[str, str], sentence: str
) -> None:
    house, shown = world

    page = shown.send("/bill", filled(shown, **said))

    assert page.status_code == 422
    assert sentence in page.text
    assert kept(house) == (0, 0, 0)


def test_another_page_cannot_enter_a_bill(world: tuple[House, Phone]) -> None:
    house, shown = world

    page = shown.send("/bill", filled(shown), PDF, origin="https://elsewhere.example")

    assert page.status_code == 403
    assert kept(house) == (0, 0, 0)


def test_a_wrong_price_of_a_typed_bill_is_refused_not_left_out(
    world: tuple[House, Phone],
) -> None:
    house, _ = world
    cells = {name: text for name, text in CELLS.items() if name != "by"}

    said = refusal(house, "bill", "add", cells={**cells, "price": "x"}, by="Li", reason="")

    assert "price: 'x' is no number" in said
    assert kept(house)[2] == 0


def test_the_form_says_which_files_it_takes(world: tuple[House, Phone]) -> None:
    _, shown = world
    assert "JPEG, PNG, HEIC or PDF" in shown.see("/bill").text
