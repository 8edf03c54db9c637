"""What commands say in Chinese is Chinese: names, kinds, bases and units, and no word of ours."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jieneng.holder import Request
from jieneng.ledger.statements import PRINTERS, lines_to_say, sheet_to_hand_out
from jieneng.wiring import House
from jieneng.works import answer_for
from tests.amount_house import DISTRICT, MAIN, opened_district
from tests.jieneng.ledger.test_ledger_commands import person, step

LATIN = re.compile(r"[A-Za-z_]{2,}")
KNOWN = {
    *("kWh", "Wh", "kgce", "kg", "mgce", "mg", "kJ", "GJ", "CO", "SHA", "NGOA", "stat", "MEE"),
    *("jieneng", "why", "reference", "confirm", "ledger", "restate", "NBS", "GB"),
}
"""Signs of units, and what a person types or looks up."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Town hall, whose May is closed, and a school that has a bill of May."""
    held = opened_district(tmp_path_factory.mktemp("house"))
    head = person(held, "filler", "statistics_head", "unit_head")
    assert step(held, "submit", head)[-1] == "0"
    assert step(held, "close", head)[-1] == "0"
    cells = {
        "bill": "1", "institution": "school", "kind": "electricity", "first": "2026-05-01",
        "last": "2026-05-31", "cost": "9", "amount": "2000", "unit": "", "use": "heating",
    }  # fmt: skip
    said(held, "bill", "add", cells=cells, by="李", reason="")
    said(held, "bill", "add", cells={**cells, "bill": "2", "use": ""}, by="李", reason="")
    chosen = {
        "institution": "school", "kind": "electricity", "basis": "bill", "from": "2026-05",
        "reason": "审计要求",
    }  # fmt: skip
    said(held, "basis", "set", cells=chosen, by="李")
    yield held
    held.close()


def said(house: House, name: str, work: str, **arguments: object) -> list[str]:
    """Return the answer of a command in Chinese."""
    lines: list[str] = []
    wrong: list[str] = []
    asked = Request(name, work, arguments, "/", "zh")
    answer_for(house)(asked, lines.append, wrong.append)
    assert wrong == []
    return lines


def english(lines: list[str]) -> set[str]:
    """Return the words of lines that are neither names in brackets nor known."""
    bare = (re.sub(r"（[\w-]*）", "", line) for line in lines)
    return {word for line in bare for word in LATIN.findall(line)} - KNOWN


def test_bills_and_bases_are_listed_in_chinese(house: House) -> None:
    bills = said(house, "bill", "list", institution="school", versions=True)
    checked = said(house, "bill", "check", institution="school", period="")
    (basis,) = said(house, "basis", "list", institution="school")

    told = [line for line in checked if "未经确认的价格" not in line]  # names of rows
    assert english([*bills, *told, basis]) == set()
    assert "电 · 供暖" in bills[0]
    assert "2,000.000 kWh  9.00 元" in bills[0]
    assert basis.endswith("（school）  电  账单  李：审计要求")


def test_a_why_of_a_statement_names_its_lines_figures_and_ratios_in_chinese(house: House) -> None:
    lines = said(
        house, "why", "explain", subject="town", when="2026-05", words=[], of="", readings=0,
        deep=False, as_json=False,
    )  # fmt: skip

    assert "2026-05 电   自有计量" in lines
    assert next(line.split()[0] for line in lines if "元" in line) == "费用"
    ratio = next(line for line in lines if line.startswith("单位建筑面积能耗"))
    assert ratio.endswith(" m2)")
    own = [line for line in lines if "jieneng 0." not in line and "SHA-256" not in line]
    quoted = r"^    (标准煤|CO2|价格)|^未确认|环 "  # sources, in the language they are published in
    told = [line for line in own if not re.search(quoted, line)]
    assert english([re.sub(r"jieneng why \S+ \S+", "", line) for line in told]) == set()


def test_a_why_of_a_meter_has_its_name_kind_and_periods_of_price_in_chinese(house: House) -> None:
    lines = said(
        house, "why", "explain", subject=MAIN.meter, when="2026-05-03", words=[], of="",
        readings=0, deep=False, as_json=False,
    )  # fmt: skip

    assert f"（{MAIN.meter}）   2026-05-03   电   " in lines[0]
    figures = [line.split()[0] for line in lines[1:9]]
    assert figures == [
        "用量", "其中估算", "实测时长", "估算时长", "无法判定时长", "费用", "标准煤", "CO2",
    ]  # fmt: skip
    assert lines[6].split()[2] == "元"


@pytest.mark.parametrize("when", ["2036-05", "2036"])
def test_of_a_time_that_has_not_begun_a_why_says_so_and_no_figure(house: House, when: str) -> None:
    for subject in ("town", MAIN.meter):
        lines = said(
            house, "why", "explain", subject=subject, when=when, words=[], of="", readings=0,
            deep=False, as_json=False,
        )  # fmt: skip
        assert lines[1:] == ["这段时间尚未开始：还没有数字可以说明。"]


def test_a_sum_names_its_institutions_and_never_their_ids(house: House) -> None:
    handed = sheet_to_hand_out(house, "city", "2026-05", language="zh")
    names = {one.institution: one.name_zh for one in DISTRICT.institutions}

    (members,) = [line for line in lines_to_say(handed) if line.startswith("机构：")]

    assert members == f"机构：{names['school']}（草稿）、{names['town']}（已结账）"
    assert members in PRINTERS["html"](handed).decode()


def test_a_total_names_what_it_misses_by_kind_and_never_by_a_key(house: House) -> None:
    page = PRINTERS["html"](sheet_to_hand_out(house, "town", "2026-08", language="zh")).decode()

    assert "缺：电" in page
    assert "electricity/" not in page


def test_a_file_is_written_only_where_there_is_a_folder(tmp_path: Path, house: House) -> None:
    for name, work, more in (
        ("export", "readings", {"meter": MAIN.meter}),
        ("export", "table", {"table": "place_month", "where": []}),
    ):
        wrong: list[str] = []
        arguments = {"first": "", "last": "", "out": f"{tmp_path}/none/out.csv", **more}
        code = answer_for(house)(
            Request(name, work, arguments, "/", "zh"), wrong.append, wrong.append
        )
        assert code == 1
        assert wrong == [f"没有文件夹 {tmp_path}/none，无法写入 out.csv。请先建好它，或另选一个。"]
