"""What should be metered, and what stands at meters, in the registry files."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from energy.equipping import Point
from energy.instrument_rules import LEVELS, SUB_ITEM, fineness
from energy.instruments import Instrument
from energy.kinds import KINDS
from energy.meter import Meter
from energy.span import from_ms
from energy.text import Text
from storage.csv_cells import Cells
from storage.csv_files import check_unique
from storage.registry.meters import Known

POINT_COLUMNS = (
    "point", "institution", "building", "level", "kind", "item", "name_zh", "name_en", "meter",
    "required", "reason",
)  # fmt: skip
INSTRUMENT_COLUMNS = (
    "meter", "serial", "maker", "model", "type", "category", "accuracy", "ct_class", "installed",
    "removed", "verified", "certificate", "due", "evidence",
)  # fmt: skip
_YES, _NO = "yes", "no"
_ITEMS = ("", "A", "B", "C", "D")


def read_points(
    rows: list[Cells], known: Known, meters: Mapping[str, Meter], names: Collection[str] | None
) -> tuple[Point, ...]:
    """Return the points of a file; mistakes stay with its rows.

    Args:
        rows: Rows of points.csv.
        known: What other files define.
        meters: What meters.csv says, by name.
        names: Names of meters.csv; None if it cannot be read.
    """
    check_unique(rows, "point")
    check_unique(rows, "level", "meter")
    return tuple(_point(cells, known, meters, names) for cells in rows)


def _point(
    cells: Cells, known: Known, meters: Mapping[str, Meter], names: Collection[str] | None
) -> Point:
    required = cells.one_of("required", (_YES, _NO))
    point = Point(
        point=cells.name("point"),
        institution=cells.known(
            "institution", known.institutions, where="institutions.csv", needed=True
        ),
        building=cells.known("building", known.buildings, where="buildings.csv"),
        level=cells.one_of("level", LEVELS),
        kind=cells.one_of("kind", KINDS),
        item=cells.one_of("item", _ITEMS),
        name_zh=cells.text("name_zh", needed=True),
        name_en=cells.text("name_en", needed=True),
        meter=cells.known("meter", names, where="meters.csv"),
        is_required=required == _YES,
        reason=cells.text("reason", needed=required == _NO),
    )
    _check_place(cells, point, known)
    meter = meters.get(point.meter)
    if meter is not None:
        _check_meter(cells, point, meter)
    return point


def _check_place(cells: Cells, point: Point, known: Known) -> None:
    institution, _ = known.whose.get(point.building, (point.institution, ""))
    if institution != point.institution:
        problem = Text(
            f"{point.building} 属于 {institution}，不属于 {point.institution}；请更正其中之一。",
            f"{point.building} belongs to {institution}, not {point.institution}; correct one.",
        )
        cells.mistake("building", problem)
    if (point.level == SUB_ITEM) != bool(point.item):
        problem = Text(
            "分项（sub_item）的计量点要填写 A 到 D，其他层级留空。",
            "a point of the level sub_item names its item A to D; those of others leave it empty.",
        )
        cells.mistake("item", problem)


def _check_meter(cells: Cells, point: Point, meter: Meter) -> None:
    """A meter of something else does not meter the point."""
    if meter.kind != point.kind:
        problem = Text(
            f"{meter.meter} 计量的是 {meter.kind}，不是 {point.kind}。",
            f"{meter.meter} counts {meter.kind}, not {point.kind}.",
        )
        cells.mistake("meter", problem)
    elif meter.institution != point.institution:
        problem = Text(
            f"{meter.meter} 属于 {meter.institution}，不属于 {point.institution}。",
            f"{meter.meter} belongs to {meter.institution}, not {point.institution}.",
        )
        cells.mistake("meter", problem)


def read_instruments(
    rows: list[Cells], names: Collection[str] | None, *, now_ms: int | None
) -> tuple[Instrument, ...]:
    """Return the instruments of a file, a row a certificate; mistakes stay with its rows.

    Args:
        rows: Rows of instruments.csv.
        names: Names of meters.csv; None if it cannot be read.
        now_ms: The time now [ms]; None leaves unchecked whether a certificate is still to come.
    """
    check_unique(rows, "meter", "serial", "verified")
    today = None if now_ms is None else from_ms(now_ms).date()
    found = [(cells, _instrument(cells, names)) for cells in rows]
    first: dict[tuple[str, str], tuple[Cells, Instrument]] = {}
    for cells, one in found:
        _check_dates(cells, one, today)
        before = first.setdefault((one.meter, one.serial), (cells, one))
        _check_same(cells, one, before)
    return tuple(one for _, one in found)


def _instrument(cells: Cells, names: Collection[str] | None) -> Instrument:
    return Instrument(
        meter=cells.known("meter", names, where="meters.csv", needed=True),
        serial=cells.text("serial", needed=True),
        maker=cells.text("maker"),
        model=cells.text("model"),
        type=cells.name("type"),
        category=cells.name("category", needed=False),
        accuracy=_accuracy(cells, "accuracy"),
        ct_class=_accuracy(cells, "ct_class"),
        installed=cells.day("installed"),
        removed=_day(cells, "removed"),
        verified=_day(cells, "verified"),
        certificate=cells.text("certificate"),
        due=_day(cells, "due"),
        evidence=cells.text("evidence"),
    )


def _day(cells: Cells, column: str) -> date | None:
    return cells.day(column) if cells.cell(column) else None


def _accuracy(cells: Cells, column: str) -> str:
    text = cells.cell(column)
    if text and fineness(text) is None:
        problem = Text(
            f"{text!r} 不是准确度等级，请写成 0.5S、1、2.5 或 A 到 E。",
            f"{text!r} is no accuracy class. Write it like 0.5S, 1, 2.5, or A to E.",
        )
        cells.mistake(column, problem)
    return text


def _check_dates(cells: Cells, one: Instrument, today: date | None) -> None:
    begun = one.verified or one.installed
    if one.removed is not None and one.removed <= one.installed:
        problem = Text(
            f"{one.removed} 不晚于 installed 的 {one.installed}。",
            f"{one.removed} is not later than installed, {one.installed}.",
        )
        cells.mistake("removed", problem)
    if one.due is not None and one.due < begun:
        problem = Text(
            f"{one.due} 早于 {begun}；请填写证书上的有效期截止日，或留空由周期推算。",
            f"{one.due} is before {begun}; write the last day that the certificate names, or leave "
            "it empty to have it computed.",
        )
        cells.mistake("due", problem)
    if today is not None and one.verified is not None and (one.verified - today).days > 1:
        problem = Text(
            f"{one.verified} 还没有到；证书在检定之后才填写。",
            f"{one.verified} is still to come; a certificate is written down once it is there.",
        )
        cells.mistake("verified", problem)


def _check_same(cells: Cells, one: Instrument, before: tuple[Cells, Instrument]) -> None:
    """Certificates of one instrument agree on what it is and when it stood there."""
    other_cells, other = before
    for column in ("type", "installed", "removed"):
        if getattr(one, column) != getattr(other, column):
            problem = Text(
                f"与第 {other_cells.row} 行不同，而两行是同一台器具 {one.serial}；请改为一致。",
                f"it differs from row {other_cells.row}, which is the same instrument "
                f"{one.serial}; make them agree.",
            )
            cells.mistake(column, problem)


def point_cells(point: Point) -> Sequence[str]:
    """Return the cells of a point's row."""
    texts = [str(getattr(point, column)) for column in POINT_COLUMNS[:9]]
    return [*texts, _YES if point.is_required else _NO, point.reason]


def instrument_cells(instrument: Instrument) -> Sequence[str]:
    """Return the cells of an instrument's row."""
    values = (getattr(instrument, column) for column in INSTRUMENT_COLUMNS)
    return ["" if value is None else str(value) for value in values]
