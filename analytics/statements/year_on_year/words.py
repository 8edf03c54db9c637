"""How the effects of a change were made, in words."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from analytics.statements.figures import BILL, EARLIER, OWN, SETTLEMENT
from analytics.statements.year_on_year.weather import HEATING, TemperatureLine
from energy.kinds import Kind
from energy.sizes import AREA, HEATED_AREA, PEOPLE
from energy.text import Text

TITLES = {
    "calendar": Text("日历", "calendar"),
    "weather": Text("天气", "weather"),
    "size": Text("面积与人数", "area and people"),
    "quality": Text("数据质量", "data quality"),
    "price": Text("价格", "price"),
    "rest": Text("其余", "the rest"),
}
"""Name of an effect to what people call it."""

PRICE_WITHOUT_AMOUNT = Text("价格不影响用量。", "A price changes no amount.")
REST = Text(
    "总变化减去以上各项：使用方式、设备、节能措施，以及各项估算的误差。",
    "The change less all others: how it is used, equipment, measures, and what the estimates miss.",
)
_BASES = {
    BILL: Text("账单", "the bill"),
    SETTLEMENT: Text("结算表", "the settlement meter"),
    OWN: Text("自有计量", "own meters"),
    EARLIER: Text("历史台账", "the earlier ledger"),
}
_SIZES = {
    AREA: Text("建筑面积", "floor area"),
    HEATED_AREA: Text("采暖面积", "heated area"),
    PEOPLE: Text("用能人数", "people"),
}
_SIZE_UNITS = {AREA: Text(" m²", " m²"), HEATED_AREA: Text(" m²", " m²"), PEOPLE: Text(" 人", "")}
_MICRO = 1_000_000
_HOUR_S = 3600

TypeOfDay = tuple[int, Fraction | None]
"""Days more than the year before, and the typical amount of one [base units] or None."""


class Lost(NamedTuple):
    """What is not known of a side.

    Attributes:
        seconds: Seconds of meters that are missing or unresolved.
        amount: What they would have been, by the mean of what is known [base units].
    """

    seconds: int
    amount: Fraction


def calendar(work: TypeOfDay, off: TypeOfDay, kind: Kind, *, is_before: bool) -> Text:
    """Return the words for days more or less of each type."""
    if not work[0] and not off[0]:
        return Text(
            "两边的工作日和休息日天数相同。", "As many workdays and days off on both sides."
        )
    year = Text("上年同期", "the year before") if is_before else Text("本期", "this year")
    days_zh, days_en = [], []
    for (more, typical), zh, en in ((work, "工作日", "workdays"), (off, "休息日", "days off")):
        if more and typical is not None:
            each = number(typical / kind.base_per_display)
            days_zh.append(f"{zh}{more:+d}天，每天{each} {kind.display_unit}")
            days_en.append(f"{more:+d} {en} of {each} {kind.display_unit}")
    return Text(
        f"{'；'.join(days_zh)}（{year.zh}同类日的中位数）。",
        f"{', '.join(days_en)}, each the median of such days of {year.en}.",
    )


def no_typical_day(*, is_workday: bool) -> Text:
    """Return the words for a type of day of which no amount is known."""
    zh, en = ("工作日", "workday") if is_workday else ("休息日", "day off")
    return Text(
        f"没有完整计量的{zh}，未估算。",
        f"No {en} is measured from end to end; not estimated.",
    )


def weather(lines: Sequence[TemperatureLine], before_c: float, now_c: float, kind: Kind) -> Text:
    """Return the words for other temperatures."""
    zh, en = [], []
    for line in lines:
        slope = number(Fraction(line.slope) / kind.base_per_display)
        is_heating = line.sort == HEATING
        balance, share = f"{line.balance_c:.0f}", f"{line.explained:.0%}"
        fit = f"CV(RMSE) {line.fit.cv_rmse:.1%}, NMBE {line.fit.nmbe:.1%}" if line.fit else ""
        zh.append(
            f"日均温每{'低于' if is_heating else '高于'} {balance} °C 一度，每天多用 {slope} "
            f"{kind.display_unit}（{line.days} 天，解释波动的 {share}{'，' + fit if fit else ''}）"
        )
        en.append(
            f"each degree {'below' if is_heating else 'above'} {balance} °C takes {slope} "
            f"{kind.display_unit} more a day ({line.days} days, {share} of their "
            f"spread{'; ' + fit if fit else ''})"
        )
    return Text(
        f"运行日平均气温由 {before_c:.1f} °C 变为 {now_c:.1f} °C；{'；'.join(zh)}。",
        f"Mean temperature of days it ran {before_c:.1f} °C, now {now_c:.1f} °C; {'; '.join(en)}.",
    )


def no_temperature(*, is_before: bool) -> Text:
    """Return the words for a side of which the temperature is not known."""
    zh, en = ("上年同期", "the year before") if is_before else ("本期", "this year")
    return Text(
        f"{zh}的室外温度不足，未估算。",
        f"Too few outdoor temperatures of {en} are known; not estimated.",
    )


def no_dependence(days: int) -> Text:
    """Return the words for amounts in which no weather is seen."""
    return Text(
        f"在 {days} 天里看不出用量与气温有关，计为 0。",
        f"No dependence on the temperature is seen in {days} days; taken as 0.",
    )


def not_running(*, is_before: bool) -> Text:
    """Return the words for a side in which nothing ran that weather could act on."""
    zh, en = ("上年同期", "the year before") if is_before else ("本期", "this year")
    return Text(
        f"{zh}没有运行日，计为 0。", f"On no day of {en} it ran; the weather is taken as 0."
    )


def size(measure: str, before: Fraction, now: Fraction) -> Text:
    """Return the words for a building that grew, or its people."""
    name, unit = _SIZES[measure], _SIZE_UNITS[measure]
    if before == now:
        return Text(f"{name.zh}未变。", f"The {name.en} did not change.")
    return Text(
        f"{name.zh}由 {number(before)}{unit.zh} 变为 {number(now)}{unit.zh}，按正比计（选定）。",
        f"The {name.en} went from {number(before)}{unit.en} to {number(now)}{unit.en}; "
        "in proportion (chosen).",
    )


def no_size(measures: Sequence[str]) -> Text:
    """Return the words for sizes that are not known."""
    if not measures:
        return Text("这种能源不按面积或人数折算。", "This kind goes with neither area nor people.")
    name = _SIZES[measures[-1]]
    return Text(
        f"{name.zh}未登记齐全，未估算。",
        f"The {name.en} is not known on both sides; not estimated.",
    )


def quality(before: Lost, now: Lost, kind: Kind) -> Text:
    """Return the words for hours in which nobody knows what was used."""
    if not before.seconds and not now.seconds:
        return Text("两边都没有缺失。", "Nothing is missing on either side.")
    unit = kind.display_unit
    hours = [Fraction(side.seconds, _HOUR_S) for side in (before, now)]
    amounts = [number(side.amount / kind.base_per_display) for side in (before, now)]
    return Text(
        f"缺失或无法确定的表时：上年 {number(hours[0])} 小时，约 {amounts[0]} {unit}；"
        f"本期 {number(hours[1])} 小时，约 {amounts[1]} {unit}（按已知部分的平均）。",
        f"Hours of meters missing or unresolved: {number(hours[0])} the year before, about "
        f"{amounts[0]} {unit}; {number(hours[1])} now, about {amounts[1]} {unit}, by the mean of "
        "what is known.",
    )


def price(before: Fraction, now: Fraction, kind: Kind) -> Text:
    """Return the words for another mean price [1e-6 yuan a base unit]."""
    was, became = (f"{float(one * kind.base_per_display / _MICRO):.4f}" for one in (before, now))
    unit = kind.display_unit
    return Text(
        f"平均单价由 {was} 元/{unit} 变为 {became} 元/{unit}，乘以本期用量。",
        f"Mean price {was} yuan/{unit}, now {became} yuan/{unit}, times the amount of now.",
    )


def generated(before: int, now: int, price: Fraction, kind: Kind) -> Text:
    """Return the words for own generation that changed: it is used, and nobody sells it.

    Args:
        before: Generated the year before [base units].
        now: Generated now [base units].
        price: Mean price of what was bought the year before [1e-6 yuan a base unit].
        kind: Of energy.
    """
    if before == now:
        return Text("", "")
    unit, per = kind.display_unit, kind.base_per_display
    was, became = number(Fraction(before, per)), number(Fraction(now, per))
    yuan = f"{float((before - now) * price / _MICRO):+,.2f}"
    return Text(
        f"自发自用由 {was} 变为 {became} {unit}，少购或多购按上年单价计 {yuan} 元，也在其中。",
        f" Own generation {was}, now {became} {unit}: bought less or more for it, {yuan} yuan at "
        "the price of the year before, is in it, too.",
    )


def no_price(*, is_before: bool) -> Text:
    """Return the words for a side without a price."""
    zh, en = ("上年同期", "the year before") if is_before else ("本期", "this year")
    return Text(f"{zh}没有单价，费用未拆分。", f"No price of {en} is known; the cost is not split.")


def bases_differ(before: str, now: str) -> Text:
    """Return the words for sides that rest on different sources."""
    was, became = _BASES[before], _BASES[now]
    return Text(
        f"依据不同：上年同期为{was.zh}，本期为{became.zh}；其差别在“其余”中。",
        f"The bases differ: {was.en} the year before, {became.en} now; what that does is in the "
        "rest.",
    )


def of_month(first: date, note: Text) -> Text:
    """Return a note with the month that it is of."""
    return Text(f"{first:%Y-%m}：{note.zh}", f"{first:%Y-%m}: {note.en}")


def number(value: Fraction) -> str:
    """Return a number as people read it: three places where small, none where large."""
    size_of = abs(value)
    places = 0 if size_of >= 1000 else 1 if size_of >= 10 else 3  # noqa: PLR2004
    text = f"{float(value):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
