"""Mappings in the registry files: rows that say how to read what no payload format knows."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from energy.errors import PatternError
from energy.kinds import KINDS, QUANTITIES
from energy.messages.mapping import (
    BYTE_ORDERS,
    HEX,
    ISO,
    TEXT,
    TIME_FORMS,
    UNIX_TIMES,
    VALUE_FORMS,
    MappingRow,
    decimal_factor,
    suffix_factors,
)
from energy.messages.pointer import Pointer, pointer_of
from energy.messages.template import Level, Star, Template, template_of
from energy.messages.topic_filter import REST, is_filter
from energy.text import Text
from energy.units import units_of
from storage.csv_cells import Cells, exact_text

MAPPING_COLUMNS = tuple(entry.name for entry in fields(MappingRow))

_WIDEST = 8
_UNITS = ("", *dict.fromkeys(unit for kind in (*KINDS, *QUANTITIES) for unit in units_of(kind)))
_YES_NO = ("", "no", "yes")
_SAMPLE = datetime(2026, 11, 25, 23, 58)  # noqa: DTZ001 - a time on a wall, to try a form with
_NOTHING = Pointer(())

Cell = TypeVar("Cell")
Found = TypeVar("Found")


def read_mappings(rows: list[Cells], formats: Collection[str]) -> tuple[MappingRow, ...]:
    """Return the rows of mappings.csv; mistakes stay with its rows.

    Args:
        rows: Rows of mappings.csv.
        formats: Names of the payload formats there are, which no mapping can have.
    """
    found = tuple(_mapping(cells, formats) for cells in rows)
    gateways: dict[str, str] = {}
    for cells, row in zip(rows, found, strict=True):
        if gateways.setdefault(row.mapping, row.gateway) != row.gateway:
            problem = Text(
                f"映射 {row.mapping} 的各行要填写同一个网关，或都留空。",
                f"all rows of the mapping {row.mapping} name the same gateway, or none.",
            )
            cells.mistake("gateway", problem)
    return found


def mapping_cells(row: MappingRow) -> Sequence[str]:
    """Return the cells of a row."""
    shown = {column: str(getattr(row, column)) for column in MAPPING_COLUMNS}
    shown["width"] = str(row.width or "")
    shown["signed"] = "yes" if row.signed else ""
    shown["scale"], shown["divisor"] = exact_text(row.scale), exact_text(row.divisor)
    return [shown[column] for column in MAPPING_COLUMNS]


def _mapping(cells: Cells, formats: Collection[str]) -> MappingRow:
    value_as = cells.one_of("value_as", VALUE_FORMS)
    row = MappingRow(
        mapping=_name(cells, formats),
        topic=_topic(cells),
        gateway=cells.text("gateway"),
        device=cells.text("device", needed=True),
        channel=cells.text("channel", needed=True),
        value=cells.text("value"),
        value_as=value_as,
        width=cells.whole("width", least=1, most=_WIDEST) if value_as == HEX else 0,
        byte_order=cells.one_of("byte_order", BYTE_ORDERS) if value_as == HEX else "",
        signed=cells.one_of("signed", _YES_NO) == "yes",
        suffixes=cells.text("suffixes"),
        scale=cells.exact("scale", default=Fraction(1)),
        divisor=cells.exact("divisor", default=Fraction(1)),
        time=cells.text("time"),
        time_as=_time_form(cells),
        zone=_zone(cells),
        unit=cells.one_of("unit", _UNITS),
    )
    _check_needless(cells, value_as)
    _check_pieces(cells, row)
    _check_factors(cells, row)
    return row


def _check_factors(cells: Cells, row: MappingRow) -> None:
    one = {"": Fraction(1)}
    suffixes = _tried(cells, "suffixes", suffix_factors, row.suffixes, one) or one
    for more in suffixes.values():
        _tried(cells, "divisor", decimal_factor, row.scale / row.divisor * more, Decimal(1))


def _name(cells: Cells, formats: Collection[str]) -> str:
    name = cells.name("mapping")
    if name in formats:
        problem = Text(
            f"{name} 是已有的报文格式；请换一个名称。",
            f"{name} is a payload format that there is; choose another name.",
        )
        cells.mistake("mapping", problem)
    return name


def _topic(cells: Cells) -> str:
    topic = cells.text("topic", needed=True)
    if topic and not is_filter(topic):
        problem = Text(
            f"{topic!r} 不是主题过滤器；'+' 占整整一级，'#' 只能是最后一级，例如 site/+/meter/#。",
            f"{topic!r} is no topic filter; '+' is a whole level and '#' the last one, such as "
            "site/+/meter/#.",
        )
        cells.mistake("topic", problem)
    return topic


def _time_form(cells: Cells) -> str:
    form = cells.text("time_as")
    if not cells.cell("time"):
        _check_empty(cells, "time_as", Text("没有填写 time", "there is no time"))
    elif form not in TIME_FORMS and ("%" not in form or not _reads(form)):
        problem = Text(
            f"{form!r} 无法识别；可以是 {'、'.join(TIME_FORMS)}，或含有年月日时分的格式，"
            "例如 %Y%m%d%H%M%S。",
            f"{form!r} is not known. It may be {', '.join(TIME_FORMS)}, or a form with year, "
            "month, day, hour and minute, such as %Y%m%d%H%M%S.",
        )
        cells.mistake("time_as", problem)
    return form


def _reads(form: str) -> bool:
    """Tell whether a strptime form tells a minute of a year from every other."""
    try:
        text = _SAMPLE.strftime(form.replace("%z", "+0000"))
        return datetime.strptime(text, form).replace(tzinfo=None) == _SAMPLE  # noqa: DTZ007
    except ValueError:
        return False


def _zone(cells: Cells) -> str:
    """Return the zone of a time that has no offset of its own; a bare Unix time has none."""
    form = cells.cell("time_as")
    if form in ("", *UNIX_TIMES):
        what = Text("这样的时间没有时区", "such a time has no zone")
        _check_empty(cells, "zone", what)
        return ""
    if not cells.cell("zone") and (form == ISO or "%z" in form):
        return ""
    return cells.timezone("zone")


def _check_needless(cells: Cells, value_as: str) -> None:
    """What is written for another kind of value would be passed over in silence."""
    for column, needs in (
        ("width", HEX), ("byte_order", HEX), ("signed", HEX), ("suffixes", TEXT),
    ):  # fmt: skip
        if value_as in VALUE_FORMS and value_as != needs:
            _check_empty(cells, column, Text(f"value_as 是 {value_as}", f"value_as is {value_as}"))


def _check_empty(cells: Cells, column: str, why: Text) -> None:
    if cells.cell(column):
        problem = Text(f"{why.zh}；请留空。", f"{why.en}; leave it empty.")
        cells.mistake(column, problem)


def _check_pieces(cells: Cells, row: MappingRow) -> None:
    """Call a mistake what a message could never fill."""
    stars = _tried(cells, "value", pointer_of, row.value, _NOTHING).stars
    nothing = Template(())
    for column in ("gateway", "device", "channel"):
        template = _tried(cells, column, template_of, getattr(row, column), nothing)
        for blank in template.blanks:
            if isinstance(blank, Level):
                _check_level(cells, column, blank, row.topic)
            elif column == "gateway" or (row.is_plain and isinstance(blank, Pointer)):
                _not_in_topic(cells, column)
            else:
                wanted = blank.number if isinstance(blank, Star) else blank.stars
                _check_stars(cells, column, wanted, stars)
    time = _tried(cells, "time", pointer_of, row.time, _NOTHING)
    _check_stars(cells, "time", time.stars, stars)
    if row.is_plain and row.time:
        _not_in_topic(cells, "time")


def _check_level(cells: Cells, column: str, blank: Level, topic: str) -> None:
    levels = topic.split("/")
    if is_filter(topic) and blank.number > len(levels) and levels[-1] != REST:
        problem = Text(
            f"{topic} 没有第 {blank.number} 级。", f"{topic} has no level {blank.number}."
        )
        cells.mistake(column, problem)


def _check_stars(cells: Cells, column: str, wanted: int, stars: int) -> None:
    if wanted > stars:
        problem = Text(
            f"用到 {wanted} 个星号，而 value 的指针有 {stars} 个。",
            f"it uses {wanted} stars, and the pointer in value has {stars}.",
        )
        cells.mistake(column, problem)


def _not_in_topic(cells: Cells, column: str) -> None:
    if column == "gateway":
        problem = Text(
            "网关只能取自主题，例如 {2}。", "a gateway comes from the topic alone, such as {2}."
        )
    else:
        problem = Text(
            "value 为空，整个报文就是数值，里面没有指针可以指的内容。",
            "value is empty, so that the payload is the value and holds nothing else to point to.",
        )
    cells.mistake(column, problem)


def _tried(
    cells: Cells, column: str, read: Callable[[Cell], Found], said: Cell, instead: Found
) -> Found:
    """Return what a cell says; where it cannot be read, keep the mistake and return the other."""
    try:
        return read(said)
    except PatternError as error:
        cells.mistake(column, error.text)
        return instead
