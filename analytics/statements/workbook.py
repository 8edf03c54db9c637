"""A sheet as an Excel workbook whose formulas recompute standard coal, CO2, totals and intensities.

Each formula carries the value of the sheet, for programs that show a workbook without computing.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from analytics.statements.printed import (
    MEASURE_LABELS,
    METHOD_LABELS,
    PrintedLine,
    Sheet,
    kilograms,
    lines_of_sheet,
    method_of,
    ratios_of_sheet,
    terms_said,
)
from energy.text import Text

_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  the same sheet gives the same bytes on every day
_SCOPES = (1, 2)

_TITLES = (
    Text("月份", "month"),
    Text("能源种类", "kind"),
    Text("用途", "use"),
    Text("填报依据", "basis"),
    Text("消费量", "amount"),
    Text("单位", "unit"),
    Text("折标系数（kgce/单位）", "coefficient (kgce/unit)"),
    Text("标准煤（kgce）", "standard coal (kgce)"),
    Text("排放因子（kgCO2/单位）", "factor (kgCO2/unit)"),
    Text("CO2（kg）", "CO2 (kg)"),
    Text("费用（元）", "cost (yuan)"),
    Text("单价（元/单位）", "price (yuan/unit)"),
    Text("实测", "measured"),
    Text("估算", "estimated"),
    Text("缺失", "missing"),
    Text("说明", "notes"),
)
_AMOUNT, _COEFFICIENT, _COAL, _FACTOR, _CO2, _COST = 4, 6, 7, 8, 9, 10
_FIRST = 3
"""Row of the first line, counted from 0."""


def workbook_bytes(sheet: Sheet, *, language: str, marks: Mapping[str, str]) -> bytes:
    """Return a sheet as the bytes of an Excel workbook.

    Args:
        sheet: The sheet.
        language: zh or en.
        marks: What to print beside it, label to text, such as the hash of the sheet.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": _MADE})
    writer = _Writer(book, sheet, language)
    writer.ledger()
    writer.beside()
    writer.about(marks)
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, sheet: Sheet, language: str) -> None:
        self.book = book
        self.sheet = sheet
        self.language = language
        self.method = method_of(sheet)
        self.lines = lines_of_sheet(sheet, language)
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.share = book.add_format({"num_format": "0.0%"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.number: dict[int, Format] = {
            places: book.add_format({"num_format": f"#,##0.{'0' * places}"})
            for places in (1, 2, 3, 4)
        }

    @property
    def how(self) -> Text:
        """How CO2 is shown."""
        return METHOD_LABELS[self.method]

    def say(self, zh: str, en: str) -> str:
        """Return a text in the language of the workbook."""
        return zh if self.language == "zh" else en

    def ledger(self) -> None:
        """Write the lines, their totals and the intensities."""
        page = self.book.add_worksheet(self.say("台账", "ledger"))
        name = self.sheet["name"][self.language]
        period = self.sheet["period"]
        heading = self.say(f"{name}能源资源消费统计台账", f"Energy and water ledger of {name}")
        page.write(0, 0, f"{heading}  {period}", self.title)
        for column, title in enumerate(_TITLES):
            page.write(_FIRST - 1, column, title.get(self.language), self.bold)
        for place, line in enumerate(self.lines):
            self.line(page, _FIRST + place, line)
        page.set_column(0, 3, 12)
        page.set_column(4, 14, 14)
        page.set_column(15, 15, 60)
        page.freeze_panes(_FIRST, 2)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, _FIRST - 1)
        row = self.totals(page, _FIRST + len(self.lines) + 1)
        self.ratios(page, row + 1)

    def line(self, page: Worksheet, row: int, line: PrintedLine) -> None:
        """Write one line."""
        texts = (line.month, line.kind, line.use, line.basis)
        for column, text in enumerate(texts):
            page.write_string(row, column, text)
        self.put(page, row, _AMOUNT, line.amount, 3)
        page.write_string(row, _AMOUNT + 1, line.unit)
        amount = xl_rowcol_to_cell(row, _AMOUNT)
        self.put(page, row, _COEFFICIENT, line.coefficient, 4)
        if line.coal_kgce is not None:
            coefficient = xl_rowcol_to_cell(row, _COEFFICIENT)
            formula = f"=ROUND({amount}*{coefficient},3)"
            self.formula(page, (row, _COAL), formula, line.coal_kgce, 3)
        emitted = line.emission(self.method)
        if emitted:
            self.put(page, row, _FACTOR, emitted[2], 4)
            factor = xl_rowcol_to_cell(row, _FACTOR)
            self.formula(page, (row, _CO2), f"=ROUND({amount}*{factor},3)", emitted[3], 3)
        self.put(page, row, _COST, line.cost_yuan, 2)
        if line.cost_yuan is not None and line.amount:
            cost = xl_rowcol_to_cell(row, _COST)
            price = line.cost_yuan / line.amount
            self.formula(page, (row, _COST + 1), f"={cost}/{amount}", price, 4)
        shares = (line.measured, line.estimated, line.missing)
        for place, share in enumerate(shares):
            if share is not None:
                page.write_number(row, _COST + 2 + place, float(share), self.share)
        page.write_string(row, _COST + 5, "；".join(line.notes), self.wrap)

    def totals(self, page: Worksheet, row: int) -> int:
        """Write totals over the lines that are no parts of others; return the next free row."""
        whole = [_FIRST + place for place, line in enumerate(self.lines) if not line.is_part]
        coal = kilograms(self.sheet["totals"]["coal_g"])
        self.total(page, row, self.say("综合能耗（kgce）", "comprehensive energy (kgce)"))
        self.formula(page, (row, _COAL), _sum(whole, _COAL), coal, 3)
        for scope in _SCOPES:
            row += 1
            scoped = [
                _FIRST + place
                for place, line in enumerate(self.lines)
                if not line.is_part
                and any(one[:2] == (scope, self.method) for one in line.emissions)
            ]
            label = self.say(
                f"CO2 范围{scope}（{self.how.zh}，kg）", f"CO2 scope {scope}, {self.how.en} (kg)"
            )
            self.total(page, row, label)
            emitted = kilograms(self.sheet["totals"]["co2_g"][f"{scope}/{self.method}"])
            self.formula(page, (row, _CO2), _sum(scoped, _CO2), emitted, 3)
        row += 1
        costs = [line.cost_yuan for line in self.lines if not line.is_part]
        known = [cost for cost in costs if cost is not None]
        self.total(page, row, self.say("费用合计（元）", "cost (yuan)"))
        if known:
            self.formula(page, (row, _COST), _sum(whole, _COST), sum(known, Decimal(0)), 2)
        left_out = self.sheet["totals"]["not_in_coal"]
        if left_out:
            row += 1
            keys = "、".join(left_out)
            page.write(row, 0, self.say(f"未计入标准煤：{keys}", f"not in standard coal: {keys}"))
        return row + 1

    def total(self, page: Worksheet, row: int, label: str) -> None:
        """Write the label of a total."""
        page.write_string(row, 0, label, self.bold)

    def ratios(self, page: Worksheet, row: int) -> None:
        """Write sizes and intensities."""
        for measure, label in MEASURE_LABELS.items():
            size = self.sheet["sizes"].get(measure)
            page.write_string(row, 0, label.get(self.language))
            if size is not None:
                top, bottom = size.split("/")
                page.write_formula(
                    row, _AMOUNT, f"={top}/{bottom}", self.number[1], int(top) / int(bottom)
                )
            row += 1
        for ratio in ratios_of_sheet(self.sheet, self.language):
            page.write_string(row, 0, f"{ratio.title}（{ratio.unit}）")
            said = self.sheet["intensities"][ratio.name]
            if ratio.value is not None:
                top, bottom = said["denominator"].split("/")
                formula = f"={said['numerator']}/1000/({top}/{bottom})"
                self.formula(page, (row, _AMOUNT), formula, ratio.value, 4)
            else:
                page.write_string(row, _AMOUNT, self.say("未覆盖", "not covered"))
            row += 1

    def beside(self) -> None:
        """Write what other sources say."""
        page = self.book.add_worksheet(self.say("其他依据", "other sources"))
        titles = (
            ("月份", "month"), ("能源种类", "kind"), ("依据", "basis"), ("消费量", "amount"),
            ("单位", "unit"), ("费用（元）", "cost (yuan)"), ("与填报值之差", "less the signed"),
        )  # fmt: skip
        for column, (zh, en) in enumerate(titles):
            page.write(0, column, self.say(zh, en), self.bold)
        row = 1
        for place, line in enumerate(self.lines):
            for basis, amount, cost in line.beside:
                page.write_string(row, 0, line.month)
                page.write_string(row, 1, line.kind)
                page.write_string(row, 2, basis)
                self.put(page, row, 3, amount, 3)
                page.write_string(row, 4, line.unit)
                self.put(page, row, 5, cost, 2)
                if amount is not None and line.amount is not None:
                    ledger = self.say("台账", "ledger")
                    signed = xl_rowcol_to_cell(_FIRST + place, _AMOUNT)
                    formula = f"=D{row + 1}-'{ledger}'!{signed}"
                    self.formula(page, (row, 6), formula, amount - line.amount, 3)
                row += 1
        page.set_column(0, 6, 16)

    def about(self, marks: Mapping[str, str]) -> None:
        """Write what the sheet was made by."""
        page = self.book.add_worksheet(self.say("说明", "about"))
        rows: Sequence[tuple[str, Any]] = (
            *terms_said(self.sheet, self.language),
            (self.say("行政区划", "division"), self.sheet["terms"]["region"]),
            (self.say("程序", "program"), self.sheet["code"]),
            *marks.items(),
        )
        for row, (label, text) in enumerate(rows):
            page.write_string(row, 0, label, self.bold)
            page.write_string(row, 1, str(text))
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 80)

    def put(
        self, page: Worksheet, row: int, column: int, number: Decimal | None, places: int
    ) -> None:
        """Write a number; nothing where it is missing, which is not zero."""
        if number is not None:
            page.write_number(row, column, float(number), self.number[places])

    def formula(
        self,
        page: Worksheet,
        at: tuple[int, int],
        formula: str,
        value: Decimal | None,
        places: int,
    ) -> None:
        """Write a formula with the value it has; nothing where that is missing."""
        if value is None:
            return
        page.write_formula(*at, formula, self.number[places], float(value))


def _sum(rows: Sequence[int], column: int) -> str:
    if not rows:
        return "=0"
    return "=" + "+".join(f"N({xl_rowcol_to_cell(row, column)})" for row in rows)
