"""Words of an answer, in both languages."""

from collections.abc import Mapping
from decimal import Decimal

from analytics.consumption.course import Known, Reason
from analytics.consumption.shaping import Method, Note
from analytics.statements.intensities import INTENSITIES
from analytics.statements.printed.entries import METHOD_LABELS
from energy.sizes import AREA, HEATED_AREA, PEOPLE
from energy.tariffs.tariff import MICRO_YUAN
from energy.text import Text

KNOWN = {
    Known.MEASURED.name.lower(): Text("实测", "measured"),
    Known.ESTIMATED.name.lower(): Text("缺口，总量已知", "a gap whose total is known"),
    Known.UNRESOLVED.name.lower(): Text("无法判定", "unresolved: nobody can know"),
    Known.NOTHING.name.lower(): Text("无表计", "nothing looked"),
}
BEGAN_AGAIN = Text(
    "从零重新计数：至少这么多", "counts from 0 again: what it shows is the least that it can be"
)
METHODS = {
    Method.LINEAR.value: Text("均匀分摊", "laid evenly"),
    Method.SIMILAR_DAYS.value: Text("按气温相近的日子形状", "with the shape of days as warm"),
    Method.PROFILE.value: Text("按自身曲线形状", "with the shape of the hours measured around it"),
    Method.LIKE_DAYS.value: Text("按相似日形状", "with the shape of like days"),
}
NOTES = {
    Note.NONE.value: Text("", ""),
    Note.NO_LIKE_DAYS.value: Text("（没有足够的相似日）", " (too few like days)"),
    Note.NO_USE.value: Text("（相似日没有用量）", " (like days used nothing)"),
    Note.RESTARTED.value: Text("（从零重新计数：至少这么多）", f" ({Note.RESTARTED.value})"),
}
FATES = {
    Reason.BAD: Text("标为错误", Reason.BAD),
    Reason.UNCERTAIN: Text("时间不明，早于到达时刻", Reason.UNCERTAIN),
    Reason.WIDTH: Text("超出表计位数", Reason.WIDTH),
    Reason.GLITCH: Text("没有它，前后读数正好衔接", Reason.GLITCH),
    Reason.REPLACED: Text("在表计事件的时刻，以事件的读数为准", Reason.REPLACED),
    Reason.RATE: Text("超过表计可能的用量", Reason.RATE),
    Reason.ABSENT: Text("当时没有表计", Reason.ABSENT),
    "withdrawn": Text("已撤回", "withdrawn"),
}
VERDICTS = {
    "same": Text("由所列依据重算：相同。", "Worked out again from what is listed: the same."),
    "differs": Text("由所列依据重算：不同！", "Worked out again from what is listed: IT DIFFERS."),
    "frozen": Text(
        "依据已删除：数字已冻结。", "What it was made of was removed: the figure is frozen."
    ),
    "not_begun": Text(
        "这段时间尚未开始：还没有数字可以说明。",
        "It has not begun yet: there is no figure to explain.",
    ),
}
NOT_ENDED = Text(
    "这段时间尚未结束：数字只到目前为止。", "It has not ended yet: the figures go as far as now."
)
_FIGURES = {
    "amount": Text("用量", "amount"),
    "amount_estimated": Text("其中估算", "of which estimated"),
    "measured_s": Text("实测时长", "measured"),
    "estimated_s": Text("估算时长", "estimated"),
    "unresolved_s": Text("无法判定时长", "unresolved"),
    "cost": Text("费用", "cost"),
    "coal": Text("标准煤", "standard coal"),
    "co2": Text("CO2", "CO2"),
    "numerator": Text("分子", "numerator"),
    "denominator": Text("分母", "denominator"),
}
_COST = "1e-6 yuan"
_MEASURES = {AREA: Text("m2", "m2"), HEATED_AREA: Text("m2", "m2"), PEOPLE: Text("人", "people")}
_NAMES = {
    "draft": "草稿",
    "submitted": "已提交",
    "closed": "已结账",
    "own": "自有计量",
    "bill": "账单",
    "settlement": "结算表",
    "earlier": "历史台账",
    "profile": "按计量曲线",
    "days": "按天数",
    "replacement": "换表",
    "ratio": "变比变更",
    "reset": "清零",
    "removed": "拆除",
    "installed": "安装",
    "swap": "互换",
    "move": "改记",
    "shift": "移时",
    "withdraw": "撤回",
    "value": "改值",
    "manual": "补录",
    "undo": "撤销",
    "open": "待确认",
    "confirmed": "已确认",
    "dismissed": "已否定",
    "healed": "后来的读数已补上",
    "swapped": "互换",
}


def named(word: str) -> Text:
    """Return a word of an answer in both languages."""
    return Text(_NAMES.get(word, word), word)


def both(text: str) -> Text:
    """Return what reads alike in both languages."""
    return Text(text, text)


def yuan() -> Text:
    """Return the unit of costs."""
    return Text("元", "yuan")


def figure_called(figure: str) -> Text:
    """Return what people call a figure of an answer, such as cost, co2 2/location or total coal."""
    word, _, tail = figure.removeprefix("total ").partition(" ")
    scope, _, method = tail.partition("/")
    if method in METHOD_LABELS:
        how = METHOD_LABELS[method]
        return Text(f"CO2 范围{scope} {how.zh}", f"CO2 scope {scope}, {how.en}")
    return _FIGURES.get(tail or word, both(figure))


def unit_called(unit: str) -> Text:
    """Return a unit of an answer as people write it."""
    if unit == _COST:
        return yuan()
    measure, times, scale = unit.partition(" x ")
    if not times:
        return both(unit)
    called = _MEASURES.get(measure, both(measure))
    days = scale.removesuffix(" days")
    return called if days == "1" else called + Text(f" x {days} 天", f" x {days} days")


def number_in(number: int | None, unit: str) -> str:
    """Return a number of an answer with its thousands, costs in yuan; a dash for none."""
    if number is None:
        return "-"
    return f"{Decimal(number) / MICRO_YUAN:,f}" if unit == _COST else f"{number:,}"


def cost_text(micro: int | None) -> Text:
    """Return a cost with its unit; a dash for none."""
    return both("-") if micro is None else both(f"{number_in(micro, _COST)} ") + yuan()


def intensity_called(name: str) -> Text:
    """Return what people call an intensity."""
    return next((one.title for one in INTENSITIES if one.name == name), both(name))


def measure_called(measure: str) -> Text:
    """Return the unit of what intensities divide by."""
    return _MEASURES.get(measure, both(measure))


def called(name: Mapping[str, str] | None, known_as: str) -> Text:
    """Return what people call something, with its name in the registry."""
    if not name or not name["zh"]:
        return both(known_as)
    return Text(f"{name['zh']}（{known_as}）", f"{name['en']} ({known_as})")
