"""What faults ask of their meter: a register, a sibling, a format that can go without a time."""

from collections.abc import Callable, Iterator

from energy.meter import SUB, Meter
from energy.reading import REGISTER
from energy.registry import Registry
from energy.span import SECOND_MS
from energy.text import Text
from simulators.grid import DAY_MS
from simulators.houses.spoken import formats_that_may_lack_times
from simulators.meters.pairs import swapped_with
from simulators.scenario import MESSAGE, Fault, Scenario
from simulators.speech.own_forms import OWN


def misplaced_faults(scenario: Scenario, registry: Registry) -> Iterator[tuple[str, Text]]:
    """Yield faults that cannot happen at the meter they name, each with its key."""
    yield from _rolled_twice(scenario)
    yield from _too_late(scenario, registry)
    for index, fault in enumerate(scenario.faults, start=1):
        check = _own_form if fault.kind in MESSAGE else _CHECKS.get(fault.kind)
        meter = registry.meter.get(fault.meter)
        if meter is None or check is None:
            continue
        found = check(fault, meter, registry)
        if found is not None:
            key, problem = found
            kind = Text(f"{fault.kind}：", f"{fault.kind}: ")
            yield f"fault[{index}].{key}", kind + problem


def _rolled_twice(scenario: Scenario) -> Iterator[tuple[str, Text]]:
    """Yield rollovers beside another of their meter: where a register begins can plant but one."""
    seen: set[str] = set()
    for index, fault in enumerate(scenario.faults, start=1):
        if fault.kind != "rollover":
            continue
        if fault.meter in seen:
            yield (
                f"fault[{index}].meter",
                Text(
                    f"rollover：{fault.meter!r} 只能植入一次。",
                    f"rollover: it can be planted once at {fault.meter!r}.",
                ),
            )
        seen.add(fault.meter)


def _too_late(scenario: Scenario, registry: Registry) -> Iterator[tuple[str, Text]]:
    """Yield faults within the last interval of a history that ends: nothing is read any more."""
    for index, fault in enumerate(scenario.faults, start=1):
        meter = registry.meter.get(fault.meter)
        if meter is None or scenario.start is None:
            continue
        last = scenario.days - meter.interval_s * SECOND_MS / DAY_MS
        if fault.day > last and fault.kind != "missing_branch":
            yield (
                f"fault[{index}].at",
                Text(
                    f"{fault.kind}：此后历史中不再有 {fault.meter!r} 的读数。",
                    f"{fault.kind}: no reading of {fault.meter!r} comes after it in the history.",
                ),
            )


_Found = tuple[str, Text] | None


def _of_register(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    del fault, registry
    if meter.table == REGISTER:
        return None
    return "meter", Text(f"{meter.meter!r} 没有累计读数。", f"{meter.meter!r} has no register.")


def _ratio(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    if round(fault.strength) < 1:
        return "strength", Text("新的倍率至少为 1。", "the other ratio is at least 1.")
    return _of_register(fault, meter, registry)


def _fallen(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    if fault.strength > 1:
        return "strength", Text("跌落的份额至多为 1。", "the share it falls by is 1 at the most.")
    return _of_register(fault, meter, registry)


def _opening(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    found = _of_register(fault, meter, registry)
    if found is None and fault.strength >= meter.modulus:
        return "strength", Text(
            f"{meter.meter!r} 的位数放不下起始读数 {fault.strength:g}。",
            f"{meter.meter!r} has no digits for a first reading of {fault.strength:g} steps.",
        )
    return found


def _unit(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    if fault.strength == 0:
        problem = Text(
            "写单位相差的倍数，例如 1000。", "say the factor of the units, such as 1000."
        )
        return "strength", problem
    return _of_register(fault, meter, registry)


def _share(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    del meter, registry
    if 0 < fault.strength <= 1:
        return None
    problem = Text("丢失的份额在 0 和 1 之间。", "the share that is lost lies between 0 and 1.")
    return "strength", problem


def _own_form(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    del fault
    form = registry.device[meter.device].format
    if form in OWN:
        return None
    return "meter", Text(
        f"{meter.device!r} 使用格式 {form}；坏报文只用本平台自有格式（{'、'.join(OWN)}）说出。",
        f"{meter.device!r} speaks {form}; bad messages are said in our own formats only: "
        f"{', '.join(OWN)}.",
    )


def _timeless(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    del fault
    form = registry.device[meter.device].format
    timeless = formats_that_may_lack_times()
    if form in timeless:
        return None
    return "meter", Text(
        f"{meter.device!r} 使用的格式 {form} 每条读数都有时间；可以没有时间的是 "
        f"{'、'.join(timeless)}。",
        f"in {form}, the format of {meter.device!r}, every reading has a time; it can be absent in "
        f"{', '.join(timeless)}.",
    )


def _swapped(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    if swapped_with(registry, fault) is not None:
        return None
    key, other = ("other", fault.other) if fault.other else ("meter", "*")
    return key, Text(
        f"{meter.meter!r} 和 {other!r} 须是同一总表之下的两块分表，由同一设备以相同的单位、步长、"
        "位数和间隔读取。",
        f"{meter.meter!r} and {other!r} must be two sub-meters of one parent that the same device "
        "reads in the same unit, step, digits and interval.",
    )


def _unread(fault: Fault, meter: Meter, registry: Registry) -> _Found:
    if meter.role != SUB or registry.children.get(meter.meter):
        return "meter", Text(
            f"{meter.meter!r} 须是分表，其下没有计量点。",
            f"{meter.meter!r} must be a sub-meter without meters below it.",
        )
    if fault.day:
        return "day", Text(
            "没有接入的支路从一开始就缺失；请去掉 day 或 at。",
            "a branch that nobody reads is missing from the start; leave out day or at.",
        )
    return None


_CHECKS: dict[str, Callable[[Fault, Meter, Registry], _Found]] = {
    "rollover": _of_register,
    "replacement": _opening,
    "replacement_unannounced": _opening,
    "reset": _opening,
    "dip": _fallen,
    "stuck": _of_register,
    "zero": _of_register,
    "resend": _of_register,
    "reversed_sign": _of_register,
    "ratio": _ratio,
    "ct_change": _ratio,
    "unit_slip": _unit,
    "half_dead_gateway": _share,
    "backlog_without_times": _timeless,
    "swapped_child": _swapped,
    "missing_branch": _unread,
}
