"""The district at a glance: the first page, and the one a manager opens every morning."""

from dashboards.board import At, Board, Panel, PanelKind, Range, Shown
from dashboards.panels import (
    CHANGE,
    COST,
    COVERED,
    ENERGY_ALONE,
    LACKS,
    MEASURED,
    PERIOD_DAYS,
    UNPRICED,
    WAITING,
    amount_panel,
    findings_panel,
    latest,
    ranking_panel,
    total_panel,
)
from energy.query import Aggregate, Column, Query
from energy.text import Text
from storage.tables import (
    BUILDING,
    COLLECTOR,
    COMPLETENESS,
    DISTRICT,
    INSTITUTION,
    PERIOD,
    PLACE_MONTH,
    THIS_MONTH,
    THIS_YEAR,
    TODAY,
)

TOTALS = (
    amount_panel(
        "electricity-today",
        Text("今天用了多少电？", "How much electricity today?"),
        kind="electricity",
        period=TODAY,
        at=At(0, 0, 8, 5),
        stretch=Text("今天零点至今", "since midnight"),
    ),
    amount_panel(
        "electricity-month",
        Text("本月用了多少电？", "How much electricity this month?"),
        kind="electricity",
        period=THIS_MONTH,
        at=At(8, 0, 8, 5),
        stretch=Text("本月一日至今", "since the first of the month"),
    ),
    amount_panel(
        "electricity-year",
        Text("今年用了多少电？", "How much electricity this year?"),
        kind="electricity",
        period=THIS_YEAR,
        at=At(16, 0, 8, 5),
        stretch=Text("今年一月一日至今", "since the first of January"),
    ),
    amount_panel(
        "water-month",
        Text("本月用了多少水？", "How much water this month?"),
        kind="water",
        period=THIS_MONTH,
        at=At(0, 5, 8, 5),
        stretch=Text("本月一日至今", "since the first of the month"),
    ),
    amount_panel(
        "gas-month",
        Text("本月用了多少天然气？", "How much gas this month?"),
        kind="gas",
        period=THIS_MONTH,
        at=At(8, 5, 8, 5),
        stretch=Text("本月一日至今", "since the first of the month"),
    ),
    amount_panel(
        "heat-month",
        Text("本月用了多少热？", "How much heat this month?"),
        kind="heat",
        period=THIS_MONTH,
        at=At(16, 5, 8, 5),
        stretch=Text("本月一日至今", "since the first of the month"),
    ),
    total_panel(
        "cost-year",
        Text("今年花了多少钱？", "What did this year cost?"),
        Text(
            "各能源品种按分时电价等计算的费用之和；没有价格的品种不在内。",
            "Sum over the kinds by the tariffs in force; a kind without a price is not in it.",
        )
        + ENERGY_ALONE
        + LACKS,
        field="cost",
        title=Text("费用", "cost"),
        beside=(UNPRICED,),
        at=At(0, 10, 8, 4),
    ),
    total_panel(
        "coal-year",
        Text("今年综合能耗是多少？", "How much standard coal this year?"),
        Text(
            "各能源品种按折标系数（国管局统计口径）折算之和；水不计入。",
            "Sum over the kinds by the coefficients of the statistics system; water is not in it.",
        ),
        field="coal",
        title=Text("标准煤", "standard coal"),
        at=At(8, 10, 8, 4),
    ),
    total_panel(
        "co2-year",
        Text("今年排放了多少二氧化碳？", "How much CO₂ this year?"),
        Text(
            "各能源品种按排放因子计算之和；没有因子的品种不在内。",
            "Sum over the kinds by the emission factors; a kind without a factor is not in it.",
        ),
        field="co2",
        title=Text("二氧化碳", "CO₂"),
        at=At(16, 10, 8, 4),
    ),
)

COURSE = Panel(
    name="electricity-months",
    question=Text("每个月用了多少电，与去年比呢？", "Month by month, against last year?"),
    how=Text(
        "每个自然月总表电量之和；本月只到最新数据。",
        "Sum of the main meters of each calendar month; this month up to the newest data.",
    ),
    kind=PanelKind.LINES,
    queries=(
        Query(
            PLACE_MONTH.name,
            (Column("amount", Aggregate.SUM, "amount"),),
            where=(("level", (DISTRICT,)), ("kind", ("electricity",))),
            every="day",
            timezone="Asia/Shanghai",
        ),
    ),
    shown=(Shown("amount", Text("用电", "electricity")),),
    at=At(0, 14, 14, 9),
)

KINDS_OF_YEAR = Panel(
    name="kinds-year",
    question=Text("钱花在哪种能源上？", "Which kind costs most?"),
    how=Text(
        "今年以来各品种的费用、标准煤与二氧化碳，以及比去年同期的变化。",
        "Cost, standard coal and CO₂ of each kind this year, and the change on last year.",
    )
    + ENERGY_ALONE
    + LACKS,
    kind=PanelKind.TABLE,
    queries=(
        Query(
            PERIOD.name,
            latest("cost", "unpriced", "coal", "co2", "change"),
            where=(("level", (DISTRICT,)), ("period", (THIS_YEAR,))),
            group_by=("kind",),
        ),
    ),
    shown=(
        COST,
        UNPRICED,
        Shown("coal", Text("标准煤", "standard coal")),
        Shown("co2", Text("二氧化碳", "CO₂")),
        CHANGE,
    ),
    at=At(14, 14, 10, 9),
    sort="cost",
    days=PERIOD_DAYS,
)

RANKINGS = (
    ranking_panel(
        "institutions-area",
        Text("哪个机构单位面积用电最多？", "Which institution uses most per m²?"),
        level=INSTITUTION,
        at=At(0, 23, 12, 9),
    ),
    ranking_panel(
        "buildings-area",
        Text("哪栋建筑单位面积用电最多？", "Which building uses most per m²?"),
        level=BUILDING,
        at=At(12, 23, 12, 9),
    ),
)

FINDINGS = (
    findings_panel(
        "waste",
        Text("现在哪里在浪费？", "Where is energy wasted now?"),
        Text(
            "规则认为仍在持续的用能异常，按每年浪费的钱排序；没有价格的显示“—”。",
            "Findings that still go on, by what they cost a year; “—” without a price.",
        ),
        stream="waste",
        money=True,
        at=At(0, 32, 24, 10),
    ),
    findings_panel(
        "faults",
        Text("哪些计量点需要检修？", "Which meters need a look?"),
        Text(
            "数据异常：无数据、恒值、倒走等；它们不算浪费。",
            "Faults of data: silent, flat, reversed and the like; they are never called waste.",
        ),
        stream="data",
        money=False,
        at=At(0, 42, 24, 8),
    ),
)

DATA = (
    Panel(
        name="measured-month",
        question=Text("本月数据完整吗？", "Is this month's data complete?"),
        how=Text(
            "本月电力总表以正常间隔覆盖的时间占比（实测），以及加上可估算缺口后的占比（有数）。",
            "Share of the month that the electricity mains cover at normal cadence (measured), "
            "and with the gaps whose total is known (covered).",
        ),
        kind=PanelKind.BARS,
        queries=(
            Query(
                PERIOD.name,
                latest("measured", "covered"),
                where=(
                    ("level", (INSTITUTION,)),
                    ("kind", ("electricity",)),
                    ("period", (THIS_MONTH,)),
                ),
                group_by=("place", "name_zh", "name_en"),
            ),
        ),
        shown=(MEASURED, Shown("covered", Text("有数占比", "covered"), COVERED)),
        at=At(0, 50, 12, 8),
        hidden=("place",),
        days=PERIOD_DAYS,
    ),
    Panel(
        name="readings-site",
        question=Text("各机构最近七天收到多少读数？", "How many readings came in seven days?"),
        how=Text(
            "按采集间隔应有的读数、实际收到的读数，以及存疑的读数。",
            "Readings the intervals ask for, readings accepted, and readings in doubt.",
        ),
        kind=PanelKind.TABLE,
        queries=(
            Query(
                COMPLETENESS.name,
                tuple(
                    Column(field, Aggregate.SUM, field)
                    for field in ("expected", "received", "doubtful")
                ),
                group_by=("institution",),
            ),
        ),
        shown=(
            Shown("expected", Text("应有", "expected")),
            Shown("received", Text("收到", "received")),
            Shown("doubtful", Text("存疑", "in doubt")),
        ),
        at=At(12, 50, 12, 8),
        days=7,
    ),
    Panel(
        name="collectors",
        question=Text("采集正常吗？", "Are the collectors well?"),
        how=Text(
            "每个采集器自状态目录建立以来的读数计数；等待时间长说明存储连接不上。",
            "Counters of each collector since its state folder was made; "
            "a long wait means that the store cannot be reached.",
        ),
        kind=PanelKind.TABLE,
        queries=(
            Query(
                COLLECTOR.name,
                latest("received", "stored", "duplicate", "dead", "spooled", "oldest_s"),
                group_by=("collector",),
            ),
        ),
        shown=(
            Shown("received", Text("收到", "received")),
            Shown("stored", Text("入库", "stored")),
            Shown("duplicate", Text("重复", "duplicate")),
            Shown("dead", Text("拒收", "refused")),
            Shown("spooled", Text("待入库", "waiting")),
            Shown("oldest_s", Text("最久等待", "longest wait"), WAITING),
        ),
        at=At(0, 58, 24, 5),
        days=7,
    ),
)

BOARD = Board(
    uid="jieneng-district",
    title=Text("区域总览", "District overview"),
    panels=(*TOTALS, COURSE, KINDS_OF_YEAR, *RANKINGS, *FINDINGS, *DATA),
    range=Range(years_before=1),
)
