"""What is wrong with a tariff in full: each fault with its place and what to change."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from energy.tariffs.tariff import DAY_MINUTES, DAY_TYPES, MICRO_YUAN, clock_text, unpriced
from energy.tariffs.terms import TWO_PART, Component, Period, Tariff
from energy.text import Text

Fault = tuple[str, Text]
"""A key of the tariff's file and what is wrong there."""

_FOUR_YEARS = 4 * 366
CNY = "CNY"


def faults_of(tariff: Tariff) -> list[Fault]:
    """Return everything that is wrong with one version; empty if it prices every minute once."""
    return [
        *_component_faults(tariff),
        *_ratio_faults(tariff),
        *_season_faults(tariff),
        *_day_faults(tariff),
        *_charge_faults(tariff),
        *_money_faults(tariff),
    ]


def _component_faults(tariff: Tariff) -> Iterator[Fault]:
    if not tariff.components:
        yield (
            "components",
            Text(
                "没有任何电价或水价组成；请至少写一个 [[components]]。",
                "there is none; write at least one [[components]].",
            ),
        )
    for number, component in enumerate(tariff.components, start=1):
        place = f"components[{number}]"
        names = [one.name for one in tariff.components]
        if names.index(component.name) < number - 1:
            yield (
                f"{place}.name",
                Text(
                    f"{component.name!r} 出现两次；请改名。",
                    f"{component.name!r} stands twice; name one otherwise.",
                ),
            )
        for fault in _hole_in_dates(component, tariff):
            yield f"{place}.prices", fault


def _hole_in_dates(component: Component, tariff: Tariff) -> Iterator[Text]:
    """Each day of the validity has one price of the component."""
    for one, other in pairwise(component.prices):
        if other.valid_from < one.valid_to:
            yield Text(
                f"从 {other.valid_from} 起有两个价格；请改正 from 或 to。",
                f"there are two prices from {other.valid_from} on; correct from or to.",
            )
    day = tariff.valid_from
    for price in component.prices:
        if price.valid_from > day:
            yield _no_price(day, min(price.valid_from, tariff.valid_to))
        day = max(day, price.valid_to)
    if day < tariff.valid_to:
        yield _no_price(day, tariff.valid_to)


def _no_price(start: date, end: date) -> Text:
    until = Text("以后", "on") if end == date.max else Text(f"到 {end}（不含）", f"to {end}")
    return Text(
        f"从 {start} {until.zh}没有价格；请补上，或改 valid_to。",
        f"from {start} {until.en} there is no price; add it, or change valid_to.",
    )


def _ratio_faults(tariff: Tariff) -> Iterator[Fault]:
    used = list(dict.fromkeys(period.period for period in tariff.periods))
    ratios = {"flat": 0} | dict(tariff.ratios)
    is_needed = any(
        component.floats and any(price.is_one for price in component.prices)
        for component in tariff.components
    )
    if is_needed and ratios["flat"] != MICRO_YUAN:
        yield (
            "ratios",
            Text(
                "没有平段基准；请写 flat = 1，其他时段写与平段之比。",
                "there is no flat base; write flat = 1, and the other periods in ratio to it.",
            ),
        )
    for period in used if is_needed else ():
        if period not in ratios:
            yield (
                "ratios",
                Text(
                    f"时段 {period} 没有比价；请写上。",
                    f"period {period} has no ratio; write it.",
                ),
            )
    for number, component in enumerate(tariff.components, start=1):
        for price in component.prices:
            lacking = set(used) - {period for period, _ in price.micro}
            for period in sorted(lacking) if not price.is_one else ():
                yield (
                    f"components[{number}].prices",
                    Text(
                        f"从 {price.valid_from} 起时段 {period} 没有价格；请写上。",
                        f"from {price.valid_from} period {period} has no price; write it.",
                    ),
                )


def _season_faults(tariff: Tariff) -> Iterator[Fault]:
    for number, period in enumerate(tariff.periods, start=1):
        if period.season not in tariff.season:
            yield (
                f"periods[{number}].season",
                Text(
                    f"{period.season!r} 不是 [[seasons]] 中的季节；请在那里补上或在这里更正。",
                    f"{period.season!r} is not in [[seasons]]; add it there or correct it here.",
                ),
            )


def _day_faults(tariff: Tariff) -> Iterator[Fault]:
    """Every minute of every day of the validity has one period."""
    days: dict[tuple[Period, ...], list[str]] = defaultdict(list)
    for month, day in _dates(tariff):
        for day_type in DAY_TYPES:
            holding = _holding(tariff, month * 100 + day, month, day_type)
            days[holding].append(f"{month:02d}-{day:02d} ({day_type})")
    told: dict[Text, list[str]] = defaultdict(list)
    for holding, dates in days.items():
        for problem in [*(_hole(*hole) for hole in unpriced(holding)), *_overlaps(holding)]:
            told[problem] += dates
    for problem, dates in told.items():
        where = Text(
            f"（共 {len(dates)} 天类，如 {dates[0]}）",
            f" ({len(dates)} days of the year and types, such as {dates[0]})",
        )
        yield "periods", problem + where


def _dates(tariff: Tariff) -> list[tuple[int, int]]:
    """Return months and days of the validity."""
    length = min((tariff.valid_to - tariff.valid_from).days, _FOUR_YEARS)
    dates = (tariff.valid_from + timedelta(days=number) for number in range(length))
    return sorted({(day.month, day.day) for day in dates})


def _holding(tariff: Tariff, number: int, month: int, day_type: str) -> tuple[Period, ...]:
    seasons = tariff.season
    return tuple(
        period
        for period in tariff.periods
        if (season := seasons.get(period.season)) is not None
        and month in season.months
        and (not season.days or any(first <= number <= last for first, last in season.days))
        and (not period.day_types or day_type in period.day_types)
    )


def _hole(start: int, end: int) -> Text:
    clock = f"{clock_text(start)}-{clock_text(end)}"
    return Text(
        f"{clock} 没有时段；请补一个时段或延长相邻的时段",
        f"{clock} has no period; add one or lengthen its neighbour",
    )


def _overlaps(holding: Sequence[Period]) -> Iterator[Text]:
    widest: dict[int, Period] = {}
    for other in sorted(holding, key=lambda period: period.from_minute):
        one = widest.get(other.priority)
        if one is None or other.to_minute > one.to_minute:
            widest[other.priority] = other
        if one is not None and other.from_minute < one.to_minute:
            yield Text(
                f"{_said(one)} 与 {_said(other)} 重叠且 priority 相同；请给其中一个更高的 "
                "priority 或更正时刻",
                f"{_said(one)} and {_said(other)} overlap with the same priority; give one more "
                "or correct the times",
            )


def _said(period: Period) -> str:
    return f"{period.period} {clock_text(period.from_minute)}-{clock_text(period.to_minute)}"


def _money_faults(tariff: Tariff) -> Iterator[Fault]:
    """Yield what cannot be compared with a bill: everything is yuan with tax, as bills print it."""
    if tariff.currency != CNY:
        yield (
            "currency",
            Text(
                f"货币 {tariff.currency} 不受支持：账单和报表都是人民币；请换算成元并删去这一行。",
                f"{tariff.currency} is not supported, for bills and statements are in yuan; write "
                "the prices in yuan and delete this line.",
            ),
        )
    if not tariff.is_taxed:
        yield (
            "tax_included",
            Text(
                "账单金额含增值税；请把各价格换算成含税价（如 ÷ 100 × 113），并删去这一行。",
                "bills are with value-added tax; write every price with it (of 13 % times 1.13) "
                "and delete this line.",
            ),
        )


def _charge_faults(tariff: Tariff) -> Iterator[Fault]:
    window = tariff.demand.window_minutes if tariff.demand else DAY_MINUTES
    if not window or DAY_MINUTES % window:
        yield (
            "demand.window_minutes",
            Text(
                f"一天不是 {window} 分钟的整数倍；请写 15、30 或 60。",
                f"a day is no whole number of windows of {window} minutes; write 15, 30 or 60.",
            ),
        )
    if tariff.demand is not None and tariff.phase != TWO_PART:
        yield (
            "demand",
            Text(
                '单一制没有容（需）量电价；请写 phase = "two-part" 或删去 [demand]。',
                'a single-part tariff prices no demand; write phase = "two-part" or delete it.',
            ),
        )
    if tariff.demand is None and tariff.phase == TWO_PART:
        yield (
            "demand",
            Text(
                '两部制缺少容（需）量电价；请写 [demand] 或 phase = "single"。',
                'a two-part tariff needs a price of demand; write [demand] or phase = "single".',
            ),
        )
    bounds = [bound for bound, _ in tariff.tiers.steps] if tariff.tiers else []
    if any(one >= other for one, other in pairwise([0, *bounds])):
        yield (
            "tiers.steps",
            Text(
                "各阶梯的 above 没有逐级增大；请按从小到大排列，并大于 0。",
                "the bounds 'above' do not increase; write them rising, from more than 0 on.",
            ),
        )
    factors = [bound for bound, _ in tariff.power_factor.steps] if tariff.power_factor else [0]
    if any(one <= other for one, other in pairwise(factors)) or factors[-1:] != [0]:
        yield (
            "power_factor.steps",
            Text(
                "各级功率因数没有逐级减小到 0；请按从大到小排列，最后一级写 0。",
                "the power factors do not fall to 0; write them falling, the last one 0.",
            ),
        )


def faults_between(versions: Sequence[Tariff]) -> list[tuple[Tariff, Fault]]:
    """Return what is wrong between versions of one tariff, in order of time.

    They price one kind, and each begins on the day on which the one before ends.
    """
    found: list[tuple[Tariff, Fault]] = []
    for one, other in pairwise(sorted(versions, key=lambda version: version.valid_from)):
        if one.kind != other.kind:
            problem = Text(
                f"版本 {one.version} 是 {one.kind} 的价格；一个价格表只能对应一种能源。",
                f"version {one.version} prices {one.kind}; a tariff prices one kind.",
            )
            found.append((other, ("kind", problem)))
        if one.valid_to != other.valid_from:
            problem = Text(
                f"版本 {one.version} 到 {one.valid_to} 为止；版本之间不能有空档或重叠，请改正 "
                "valid_from 或那里的 valid_to。",
                f"version {one.version} ends on {one.valid_to}; between versions is no hole and "
                "no overlap: correct valid_from, or valid_to there.",
            )
            found.append((other, ("valid_from", problem)))
    return found
