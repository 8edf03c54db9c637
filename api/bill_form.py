"""The form of a bill: its fields, what may be chosen, and what is wrong beside each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.posted import Posted
from energy.errors import JienengError, RegistryError
from energy.kinds import KINDS
from energy.registry import Registry
from energy.text import Text
from energy.uses import USES

NEEDED = ("bill", "institution", "kind", "first", "last", "cost")
LABELS: dict[str, Text] = {
    "institution": Text("机构", "institution"),
    "kind": Text("能源品种", "kind of energy"),
    "bill": Text("账单号", "number of the bill"),
    "first": Text("开始日期", "first day"),
    "last": Text("结束日期（含）", "last day, included"),
    "amount": Text("用量", "amount"),
    "unit": Text("单位", "unit"),
    "cost": Text("金额（元）", "cost, yuan"),
    "supplier": Text("供应商", "supplier"),
    "account": Text("户号", "account"),
    "price": Text("单价（元）", "price of a unit, yuan"),
    "use": Text("用途", "use"),
    "demand": Text("最大需量（kW）", "greatest demand, kW"),
    "power_factor": Text("功率因数", "power factor"),
    "capacity": Text("合同容量（kVA）", "contract capacity, kVA"),
    "reactive": Text("无功电量（kvarh）", "reactive energy, kvarh"),
}
"""Columns of a file of bills (jieneng/imports/bill_rows.py) as the form has them, in its order."""
RARE = ("supplier", "account", "price", "use", "demand", "power_factor", "capacity", "reactive")
HINTS = {
    "amount": Text("按面积计费的热力可不填。", "Heat billed by area may leave it out."),
    "unit": Text("不填则为常用单位。", "The usual one if empty."),
}
_DATES = ("first", "last")
_NUMBERS = ("amount", "cost", "price", "demand", "power_factor", "capacity", "reactive")


@dataclass(frozen=True)
class Field:
    """A field as the page shows it, in one language.

    Attributes:
        name: Its name; "" never.
        label: What stands above it.
        value: What stands in it.
        sort: text, date or number; "choice" where it has options.
        options: Value to text.
        is_needed: Whether it may not be empty.
        hint: What stands below it.
        complaints: What is wrong with it.
    """

    name: str
    label: str
    value: str
    sort: str
    options: Sequence[tuple[str, str]]
    is_needed: bool
    hint: str
    complaints: Sequence[str]


def cells_of(posted: Posted) -> dict[str, str]:
    """Return what was written, by column."""
    return {name: posted.word(name) for name in LABELS}


def fields_of(
    registry: Registry, posted: Posted, wrong: JienengError | None, language: str
) -> Iterator[Field]:
    """Yield the fields of the form.

    Args:
        registry: Knows the institutions.
        posted: What was written.
        wrong: Why it was not kept; None for a new form.
        language: zh or en.
    """
    complaints = complaints_of(wrong, language)
    choices = _choices(registry, language)
    for name, label in LABELS.items():
        sort = "date" if name in _DATES else "number" if name in _NUMBERS else "text"
        yield Field(
            name=name,
            label=label.get(language),
            value=posted.word(name),
            sort="choice" if name in choices else sort,
            options=choices.get(name, ()),
            is_needed=name in NEEDED,
            hint=HINTS[name].get(language) if name in HINTS else "",
            complaints=complaints.get(name, ()),
        )


def complaints_of(wrong: JienengError | None, language: str) -> dict[str, list[str]]:
    """Return what is wrong by field; "" for the bill as a whole."""
    found: dict[str, list[str]] = {}
    if isinstance(wrong, RegistryError):
        for mistake in wrong.mistakes:
            name = mistake.column if mistake.column in LABELS else ""
            found.setdefault(name, []).append(mistake.problem.get(language))
    elif wrong is not None:
        found[""] = [wrong.text.get(language)]
    return found


def _choices(registry: Registry, language: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    institutions = [
        (one.institution, Text(one.name_zh, one.name_en).get(language) or one.institution)
        for one in registry.institutions
    ]
    kinds = [
        (kind.name, kind.zh if language == "zh" else kind.name.replace("_", " "))
        for kind in KINDS.values()
    ]
    uses = [(use, _USES.get(use, Text(use, use)).get(language)) for use in USES]
    return {"institution": institutions, "kind": kinds, "use": uses}


_USES = {
    "": Text("—", "—"),
    "heating": Text("采暖", "heating"),
    "vehicle": Text("公务用车", "vehicles"),
    "data_centre": Text("数据中心", "data centre"),
    "own_generation": Text("自发自用", "own generation"),
}
