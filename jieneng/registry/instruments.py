"""What the commands say of instruments and of the points that should be metered."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from analytics.reminders import due_text
from api.task import meter_called
from energy.accuracy import Accuracy, accuracy_of
from energy.equipping import EquipRate, Point, equip_rates
from energy.errors import ConfigError
from energy.instruments import Due, dues
from energy.kinds import KINDS
from energy.life import is_absent
from energy.reference import Reference
from energy.registry import Registry
from energy.span import local_date
from energy.text import Text
from jieneng.wiring import House
from storage.records import reference as reference_records
from storage.records import registry as registry_records

LEVEL_TEXT = {
    "household": Text("分户", "household"),
    "zone": Text("分区", "zone"),
    "sub_item": Text("分项", "sub-item"),
}
_ALL = Text("全部", "all kinds")


class Known(NamedTuple):
    """What the records say now.

    Attributes:
        registry: Meters, points, instruments.
        reference: What rules ask of instruments.
        now_ms: The present [ms].
    """

    registry: Registry
    reference: Reference
    now_ms: int

    def today(self, meter: str) -> date:
        """Return the date on the clock of a meter."""
        return local_date(self.now_ms, self.registry.site[self.registry.meter[meter].site].zone)


class Place(NamedTuple):
    """A place with its rates.

    Attributes:
        level: district, institution or building.
        place: Its name; "" for the district.
        rates: Of each level and kind.
    """

    level: str
    place: str
    rates: list[EquipRate]


def known(house: House) -> Known:
    """Return what the records say now."""
    with house.records.reading() as session:
        return Known(registry_records.load(session), reference_records.load(session), house.clock())


def all_dues(said: Known) -> list[Due]:
    """Return until when each standing instrument is verified, the soonest first."""
    found = []
    for site in said.registry.sites:
        own = [
            one
            for one in said.registry.instruments
            if said.registry.meter[one.meter].site == site.site
        ]
        today = local_date(said.now_ms, site.zone)
        found += dues(own, said.reference.instruments.types, today=today)
    return sorted(found, key=lambda due: (due.due or date.max, due.instrument.meter))


def accuracy(said: Known, due: Due) -> Accuracy:
    """Return the class an instrument should have, and whether it is as fine."""
    one = due.instrument
    kind = said.registry.meter[one.meter].kind
    return accuracy_of(one, kind, said.reference.instruments, said.today(one.meter))


def instrument_line(said: Known, due: Due) -> Text:
    """Return one line of an instrument."""
    one = due.instrument
    tail = f"   {one.serial}   {one.type}   "
    head = meter_called(said.registry, one.meter) + Text(tail, tail)
    return head + _accuracy_text(due, accuracy(said, due)) + _state(due)


def due_line(said: Known, due: Due) -> Text:
    """Return when an instrument is due, and whether anybody has confirmed the interval."""
    text = due_text(due)
    source = said.reference.sources.get(due.row)
    if source is not None and source.is_unconfirmed:
        text = text + Text(
            f"（检定周期 {due.row} 未确认）", f" The interval {due.row} is not confirmed."
        )
    if due.due is None:
        serial = due.instrument.serial
        whose = meter_called(said.registry, due.instrument.meter)
        text = whose + Text(f" {serial}：", f" {serial}: ") + text
    return text


def _accuracy_text(due: Due, against: Accuracy) -> Text:
    one = due.instrument
    has, needed = (
        _class_text(one.accuracy, one.ct_class),
        _class_text(against.needed, against.ct_needed),
    )
    if not against.needed:
        judged = Text("要求未知", "need not known")
    elif against.is_enough is None:
        judged = Text("等级不全，应为 ", "not all known, should be ") + needed
    elif against.is_enough:
        judged = Text("符合", "fine enough")
    else:
        judged = Text("低于要求，应为 ", "too coarse, should be ") + needed
    return Text("等级 ", "class ") + has + Text("：", ": ") + judged + Text("   ", "   ")


def _class_text(accuracy: str, ct_class: str) -> Text:
    has = accuracy or "—"
    if not ct_class:
        return Text(has, has)
    return Text(f"{has}，互感器 {ct_class}", f"{has} with transformers {ct_class}")


def _state(due: Due) -> Text:
    if due.due is None or due.days_left is None:
        return Text("检定到期日未知", "due date not known")
    if due.is_overdue:
        return Text(f"{due.due} 到期，已过期", f"due {due.due}, overdue")
    return Text(f"{due.due} 到期", f"due {due.due}")


def places(said: Known, *, institution: str = "", building: str = "") -> Iterator[Place]:
    """Yield the rates of the district, of its institutions and their buildings, or of one.

    Raises:
        ConfigError: If the institution or building is not known.
    """
    registry = said.registry
    _check_known(institution, registry.institution, Text("机构", "institution"))
    _check_known(building, registry.building, Text("建筑", "building"))
    if not institution and not building:
        yield _place(said, "district", "", registry.points)
    for name in registry.institution:
        own = [point for point in registry.points if point.institution == name]
        if own and not building and institution in ("", name):
            yield _place(said, "institution", name, own)
    for name, entry in registry.building.items():
        own = [point for point in registry.points if point.building == name]
        if own and building in ("", name) and institution in ("", entry.institution):
            yield _place(said, "building", name, own)


def _check_known(name: str, names: Any, what: Text) -> None:  # noqa: ANN401  any mapping by name
    if name and name not in names:
        raise ConfigError(
            Text(f"登记表中没有{what.zh} {name!r}。", f"The registry has no {what.en} {name!r}.")
        )


def _place(said: Known, level: str, place: str, points: Sequence[Point]) -> Place:
    registry = said.registry
    there = {
        name
        for name in registry.meter
        if name not in registry.portions and not is_absent(registry.events_of(name), said.now_ms)
    }
    site = next(iter(registry.sites), None)
    day = local_date(said.now_ms, site.zone) if site is not None else date.min
    targets = said.reference.instruments.targets
    return Place(level, place, equip_rates(points, there=there, targets=targets, day=day))


def rate_line(rate: EquipRate) -> Text:
    """Return one rate as a line: share, target, and what is missing by name."""
    level = LEVEL_TEXT[rate.level]
    kind = Text(KINDS[rate.kind].zh, KINDS[rate.kind].en) if rate.kind else _ALL
    head = Text(f"  {level.zh}   {kind.zh}   ", f"  {level.en}   {kind.en}   ")
    if rate.percent is None:
        return head + Text("没有要求计量的点", "nothing required")
    share = f"{rate.installed} / {rate.required}   {percent(rate.percent)} %"
    return head + Text(share, share) + _target_text(rate) + _missing_text(rate)


def percent(share: Fraction) -> str:
    """Return a share [%] with one decimal, cut and not rounded: 89.96 does not read as 90."""
    tenths = share.numerator * 10 // share.denominator
    return f"{tenths // 10}.{tenths % 10}"


def _target_text(rate: EquipRate) -> Text:
    if rate.target is None:
        return Text("", "")
    needed = rate.target.percent
    if rate.is_met:
        return Text(f"（达到 {needed} %）", f" (reaches {needed} %)")
    return Text(f"（低于 {needed} %）", f" (below {needed} %)")


def _missing_text(rate: EquipRate) -> Text:
    if not rate.missing:
        return Text("", "")
    return Text(
        "   缺：" + "、".join(f"{point.name_zh}（{point.point}）" for point in rate.missing),
        "   missing: " + ", ".join(f"{point.name_en} ({point.point})" for point in rate.missing),
    )


def rate_values(place: Place) -> list[dict[str, Any]]:
    """Return the rates of a place as JSON values; percent is null where nothing is required."""
    return [
        {
            "place_level": place.level,
            "place": place.place,
            "level": rate.level,
            "kind": rate.kind,
            "required": rate.required,
            "installed": rate.installed,
            "percent": None if rate.percent is None else float(rate.percent),
            "target": None if rate.target is None else rate.target.percent,
            "is_met": rate.is_met,
            "missing": [point.point for point in rate.missing],
        }
        for rate in place.rates
    ]


def due_values(said: Known, due: Due) -> dict[str, Any]:
    """Return an instrument with its due date as JSON values."""
    one, against = due.instrument, accuracy(said, due)
    return {
        "meter": one.meter,
        "serial": one.serial,
        "type": one.type,
        "accuracy": one.accuracy,
        "accuracy_needed": against.needed,
        "ct_class": one.ct_class,
        "ct_class_needed": against.ct_needed,
        "is_fine_enough": against.is_enough,
        "verified": None if one.verified is None else one.verified.isoformat(),
        "due": None if due.due is None else due.due.isoformat(),
        "days_left": due.days_left,
        "is_overdue": due.is_overdue,
        "row": due.row,
    }
