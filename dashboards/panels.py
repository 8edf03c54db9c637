"""Panels that several boards show, each a question with the query that answers it."""

from dashboards.board import At, Panel, PanelKind, Shown, Threshold
from energy.query import Aggregate, Column, Query
from energy.text import Text
from storage.tables import DISTRICT, FINDING, PERIOD, THIS_YEAR

LAST = Aggregate.LAST
PERIOD_DAYS = 400
"""The points of this year's periods are at most 366 days old (chosen: some room)."""
EVER_DAYS = 3650
"""A finding is at the time it started, maybe years ago."""

RISES = (
    Threshold(None, "good"),
    Threshold(-0.01, "plain"),
    Threshold(0.01, "fair"),
    Threshold(0.1, "bad"),
)
"""One in a hundred is no change; more is watched, a tenth more is bad (chosen)."""
COVERED = (Threshold(None, "bad"), Threshold(0.9, "fair"), Threshold(0.99, "good"))
"""Ninety-nine in a hundred is what a ledger needs (chosen)."""
WAITING = (Threshold(None, "good"), Threshold(300.0, "fair"), Threshold(3600.0, "bad"))

CHANGE = Shown("change", Text("比去年同期", "on last year"), RISES, signed=True)
BEFORE = Shown("amount_before", Text("去年同期", "same stretch last year"))
COST = Shown("cost", Text("费用", "cost"))
UNPRICED = Shown(
    "unpriced",
    Text("无价格的总表", "mains without a price"),
    (Threshold(None, "good"), Threshold(1.0, "fair")),
)
"""How many meters a cost lacks: one is enough for it to be too small."""
LACKS = Text(
    "总表没有价格的用量不在费用内，其旁注明有几块这样的总表；其名称见报表。",
    " What mains used without a price is not in the cost; beside it stands how many mains that is, "
    "and statements name them.",
)
"""Said of panels that show a cost with UNPRICED beside it."""
ENERGY_ALONE = Text(
    "费用不含按月计的需量、力率和阶梯部分，它们在报表中。",
    " The cost is without what a tariff asks by the month (demand, power factor, tiers), which is "
    "in the statements.",
)
"""Said of every panel that shows a cost."""

MEASURED = Shown("measured", Text("实测占比", "measured"), COVERED)


def latest(*fields: str) -> tuple[Column, ...]:
    """Return columns with the newest value of each field, named as the field."""
    return tuple(Column(field, LAST, field) for field in fields)


def amount_panel(
    name: str, question: Text, *, kind: str, period: str, at: At, stretch: Text
) -> Panel:
    """Return the panel of one amount of the district against last year."""
    return Panel(
        name=name,
        question=question,
        how=Text(
            f"{stretch.zh}总表用量之和，与去年同一时段比较；任一时段数据不完整时不显示变化。",
            f"Sum of the main meters {stretch.en}, against the same stretch a year before; "
            "no change is shown where either is incomplete.",
        )
        + ENERGY_ALONE
        + LACKS,
        kind=PanelKind.STAT,
        queries=(
            Query(
                PERIOD.name,
                latest("amount", "change", "amount_before", "cost", "unpriced"),
                where=(("level", (DISTRICT,)), ("kind", (kind,)), ("period", (period,))),
            ),
        ),
        shown=(Shown("amount", Text("用量", "amount")), CHANGE, BEFORE, COST, UNPRICED),
        at=at,
        days=PERIOD_DAYS,
    )


def total_panel(
    name: str,
    question: Text,
    how: Text,
    *,
    field: str,
    title: Text,
    at: At,
    beside: tuple[Shown, ...] = (),
) -> Panel:
    """Return the panel of one figure of the district this year, over all kinds.

    Args:
        name: Of the panel.
        question: What it answers.
        how: How.
        field: Of the table of periods.
        title: Heading of the figure.
        at: Where it stands.
        beside: Further fields that are added up over the kinds.
    """
    return Panel(
        name=name,
        question=question,
        how=how,
        kind=PanelKind.STAT,
        queries=(
            Query(
                PERIOD.name,
                tuple(
                    Column(one, Aggregate.SUM, one)
                    for one in (field, *(shown.column for shown in beside))
                ),
                where=(("level", (DISTRICT,)), ("period", (THIS_YEAR,))),
            ),
        ),
        shown=(Shown(field, title), *beside),
        at=at,
        days=PERIOD_DAYS,
    )


def ranking_panel(name: str, question: Text, *, level: str, at: At) -> Panel:
    """Return the panel that ranks places of a level by electricity per floor area."""
    return Panel(
        name=name,
        question=question,
        how=Text(
            "今年以来总表电量除以登记的建筑面积；没有登记面积的不参加排名。",
            "Electricity of the main meters this year over the registered floor area; "
            "without an area there is no rank.",
        ),
        kind=PanelKind.BARS,
        queries=(
            Query(
                PERIOD.name,
                latest("per_area", "change"),
                where=(
                    ("level", (level,)),
                    ("kind", ("electricity",)),
                    ("period", (THIS_YEAR,)),
                ),
                group_by=("place", "name_zh", "name_en"),
            ),
        ),
        shown=(Shown("per_area", Text("单位面积用电", "per floor area")), CHANGE),
        at=at,
        hidden=("place",),
        sort="per_area",
        days=PERIOD_DAYS,
    )


def findings_panel(
    name: str, question: Text, how: Text, *, stream: str, money: bool, at: At
) -> Panel:
    """Return the panel of the open findings of a stream, dearest or newest first."""
    fields = ["sentence_zh", "sentence_en", "since"]
    shown = [
        Shown("sentence_zh", Text("发现", "finding")),
        Shown("sentence_en", Text("发现", "finding")),
        Shown("since", Text("自", "since")),
    ]
    if money:
        fields.append("micro_yuan_per_year")
        shown.insert(2, Shown("micro_yuan_per_year", Text("每年浪费", "a year")))
    return Panel(
        name=name,
        question=question,
        how=how,
        kind=PanelKind.TABLE,
        queries=(
            Query(
                FINDING.name,
                latest(*fields),
                where=(("stream", (stream,)), ("state", ("open",))),
                group_by=("fingerprint", "building", "meter"),
            ),
        ),
        shown=tuple(shown),
        at=at,
        hidden=("fingerprint",),
        sort="micro_yuan_per_year" if money else "since",
        days=EVER_DAYS,
    )
