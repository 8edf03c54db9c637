"""``jieneng bill``, ``basis`` and the imports of bills, on real records and real files."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from energy.reading import Reading
from energy.span import midnight
from jieneng.holder import Request
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import bases, bills, earlier_ledger
from tests.analytics.ledgers import run_round
from tests.builders import MAIN_METER, NORTH, registry_of
from tests.record_promises import stored

CHINESE = "账单号,机构,能源品种,户号,开始日期,结束日期,用量,单位,金额,功率因数\n"
CELLS = {
    "bill": "A-1", "institution": "town", "kind": "electricity", "first": "2026-01-01",
    "last": "2026-01-31", "amount": "12000", "cost": "9600",
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, registry_of(MAIN_METER))
    yield held
    held.close()


def done(house: House, name: str, work: str, **arguments: object) -> tuple[list[str], str]:
    """Return answer and errors."""
    said: list[str] = []
    wrong: list[str] = []
    answer_for(house)(Request(name, work, arguments, "/", "en"), said.append, wrong.append)
    return said, "\n".join(wrong)


def imported(
    house: House, path: Path, text: str, *, work: str = "bills", is_dry: bool = False
) -> tuple[list[str], str]:
    path.write_text(text, encoding="utf-8")
    return done(house, "import_", work, file=str(path), by="Li", is_dry=is_dry)


def kept(house: House) -> list[str]:
    with house.records.reading() as session:
        return [bill.bill for bill in bills.in_force(session)]


def test_bills_with_chinese_headings_are_read(house: House, tmp_path: Path) -> None:
    rows = "A-1,town,电,88,2026-01-20,2026/02/19,12.5,兆瓦时,9600.55,0.93\n"

    said, wrong = imported(house, tmp_path / "bills.csv", CHINESE + rows)

    assert (said, wrong) == (["imported 1 bills, 0 duplicates"], "")
    with house.records.reading() as session:
        (bill,) = bills.in_force(session)
    assert (bill.amount, bill.cost, bill.kind) == (12_500_000, 9_600_550_000, "electricity")
    assert (bill.first, bill.last) == (date(2026, 1, 20), date(2026, 2, 19))
    assert (bill.author, bill.account, str(bill.power_factor)) == ("Li", "88", "93/100")


def test_bills_of_a_workbook_are_read_with_its_dates(house: House, tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["bill", "institution", "kind", "first", "last", "amount", "cost"])
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    book.active.append(["A-1", "town", "heat", first, last, None, 30_000])
    book.save(tmp_path / "bills.xlsx")

    _, wrong = done(
        house, "import_", "bills", file=str(tmp_path / "bills.xlsx"), by="Li", is_dry=False
    )

    assert wrong == ""
    with house.records.reading() as session:
        (bill,) = bills.in_force(session)
    assert (bill.amount, bill.last, bill.cost) == (None, date(2026, 1, 31), 30_000_000_000)


def test_all_mistakes_of_a_file_are_told_together_and_nothing_is_kept(
    house: House, tmp_path: Path
) -> None:
    rows = (
        "A-1,town,电,88,2026-01-01,2026-01-31,12,kWh,9,\n"
        "A-2,nowhere,电,88,2026-02-01,2026-02-28,12,kWh,9,\n"
        "A-3,town,电,88,2026-03-01,2026-03-32,12,m3,nine,\n"
        "A-4,town,电,88,2026-01-31,2026-02-28,12,kWh,9,\n"
        "A-1,town,电,88,2026-01-01,2026-01-31,13,kWh,9,\n"
        "A-5,town,电,77,2026-01-01,2026-01-31,,kWh,9,\n"
        "A-6,town,电,66,2026-01-31,2026-01-01,1,kWh,9,\n"
    )

    said, wrong = imported(house, tmp_path / "bills.csv", CHINESE + rows)

    assert said == []
    assert kept(house) == []
    for sentence in (
        "8 mistakes in the file of bills; nothing imported",
        "row 3 column 机构: 'nowhere' is not known. It may be town",
        "row 4 column 结束日期: '2026-03-32' is no date",
        "row 4 column 单位: Unit 'm3' does not measure electricity",
        "row 4 column 金额: 'nine' is no number",
        "row 5 column 开始日期: it covers days of bill A-1 of the same account",
        "row 6 column 账单号: bill A-1 is there already and says something else",
        "row 7: Bill A-5: it names no amount",
        "row 8: Bill A-6: its last day is before its first",
    ):
        assert sentence in wrong


def test_an_unknown_heading_is_refused_with_those_that_are_known(
    house: House, tmp_path: Path
) -> None:
    _, wrong = imported(house, tmp_path / "bills.csv", "bill,colour\nA-1,red\n")

    assert "column colour: the heading is not known. It may be bill, institution" in wrong


def test_a_bill_that_is_imported_again_is_told_as_a_duplicate(house: House, tmp_path: Path) -> None:
    rows = CHINESE + "A-1,town,电,88,2026-01-01,2026-01-31,12,kWh,9,\n"
    imported(house, tmp_path / "bills.csv", rows)

    said, _ = imported(house, tmp_path / "bills.csv", rows)

    assert said == ["duplicate: bill A-1 is there already", "imported 0 bills, 1 duplicates"]
    with house.records.reading() as session:
        assert len(bills.versions(session)) == 1


def test_a_dry_run_keeps_nothing(house: House, tmp_path: Path) -> None:
    rows = CHINESE + "A-1,town,电,88,2026-01-01,2026-01-31,12,kWh,9,\n"

    said, _ = imported(house, tmp_path / "bills.csv", rows, is_dry=True)
    typed, _ = done(house, "bill", "add", cells=CELLS, by="Li", reason="", is_dry=True)

    assert said == ["would import 1 bills, 0 duplicates"]
    assert typed[0].startswith("would enter: A-1")
    assert kept(house) == []


def test_a_typed_bill_is_listed_corrected_and_withdrawn(house: House) -> None:
    said, _ = done(house, "bill", "add", cells=CELLS, by="Li", reason="")
    days = "2026-01-01 – 2026-01-31"
    line = f"A-1  Town hall (town)  electricity  {days}  12,000.000 kWh  9,600.00 yuan  Li"
    assert said == [f"entered: {line}"]
    changed = {**CELLS, "cost": "9700"}
    _, wrong = done(house, "bill", "add", cells=changed, by="Wang", reason="")
    assert "say why with --reason" in wrong
    done(house, "bill", "add", cells=changed, by="Wang", reason="misread")
    done(house, "bill", "withdraw", bill="A-1", by="Wang", reason="not ours")

    said, _ = done(house, "bill", "list", institution="town", versions=True)

    assert said[0] == f"1  {line}"
    assert said[1].endswith("9,700.00 yuan  Wang  misread")
    assert said[2].endswith("Wang  withdrawn  not ours")
    assert done(house, "bill", "list", institution="", versions=False)[0] == [
        "There is no bill yet."
    ]


def test_earlier_totals_are_read_and_their_mistakes_told_together(
    house: House, tmp_path: Path
) -> None:
    heading = "机构,能源品种,月份,用量,单位,金额\n"
    good = "town,水,2024-01,950.5,立方米,\ntown,电,2024/2,1000,度,800\n"

    said, _ = imported(house, tmp_path / "2024.csv", heading + good, work="earlier")

    assert said == ["imported 2 months of earlier totals"]
    with house.records.reading() as session:
        found = earlier_ledger.in_force(session, "town")
    assert [(one.kind, one.amount, one.cost, one.source) for one in found] == [
        ("electricity", 1_000_000, 800_000_000, "2024.csv"),
        ("water", 950_500, None, "2024.csv"),
    ]
    bad = "town,水,2024-01,1,度,\ntown,水,2024-13,1,,\ntown,电,2024-01,,,\ntown,电,2024-02,-1,,\n"
    _, wrong = imported(house, tmp_path / "bad.csv", heading + bad, work="earlier")
    assert "4 mistakes in the file of earlier totals" in wrong


def test_a_bill_is_checked_against_the_meters_and_its_difference_explained(house: House) -> None:
    # 31 days of 400 kWh; the tariff of the example building gives their cost.
    registry = registry_of(MAIN_METER)
    days = [date(2026, 1, day) for day in range(1, 32)] + [date(2026, 2, 1)]
    readings = [
        Reading("hall_main", "register", midnight(day, NORTH.zone), 1000 * count)
        for count, day in enumerate(days)
    ]
    assert not house.store.write(readings)
    run_round(house.store, registry, {"hall_main": 0}, now_ms=midnight(days[-1], NORTH.zone))
    done(house, "bill", "add", cells=CELLS, by="Li", reason="")

    said, wrong = done(house, "bill", "check", institution="town", period="2026-01")

    assert wrong == ""
    assert said[1] == "  meters 12,400.000 kWh"
    told = [float(line.split()[-2].replace(",", "")) for line in said if line.endswith("yuan")]
    assert said[2].startswith("  Prices nobody has confirmed: beijing_general-2023-critical-18 ")
    assert said[3].startswith("  difference in cost")
    assert [line.split()[0] for line in said[4:]] == ["period", "amount", "price", "rest"]
    difference = float(said[3].split()[3].replace(",", ""))
    assert sum(told) == pytest.approx(difference, abs=0.02)
    assert told[0] == 0  # the bill has the days of the month
    assert told[1] < 0  # it has 400 kWh less than the meters


def test_a_bill_without_meters_is_said_to_have_none(house: House) -> None:
    done(house, "bill", "add", cells={**CELLS, "kind": "water"}, by="Li", reason="")

    said, _ = done(house, "bill", "check", institution="", period="")

    assert said[1:] == ["  no main meter says anything of its days"]


def test_a_basis_is_chosen_and_listed(house: House) -> None:
    cells = {
        "institution": "town", "kind": "电", "basis": "bill", "from": "2026-01", "reason": "audit",
    }  # fmt: skip
    assert "nothing is chosen" in done(house, "basis", "list", institution="")[0][0].lower()
    assert done(house, "basis", "set", cells=cells, by="Li")[0] == [
        "Town hall (town)  electricity  bill from 2026-01"
    ]
    assert done(house, "basis", "list", institution="town")[0] == [
        "2026-01  Town hall (town)  electricity  bill  Li: audit"
    ]
    bad = {**cells, "basis": "guess", "reason": "", "from": "soon"}
    _, wrong = done(house, "basis", "set", cells=bad, by="Li")
    assert "3 mistakes in the entry" in wrong
    with house.records.reading() as session:
        assert len(bases.every(session)) == 1
