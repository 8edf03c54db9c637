"""What is sold and counted as used: by a main that adds it, or by panels that nothing takes it off.

An institution uses what it buys, and what it generates less what it sells. What is sold is never
taken off what is bought: it would lower the CO2 of power that others made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from energy.bills.account import AccountMeter
from energy.counting.twice import shares_of
from energy.counting.virtual import PLUS, VirtualPart
from energy.meter import EXPORT, MAIN, Meter
from energy.text import Text
from energy.uses import OWN_GENERATION


class How(Enum):
    """How what is sold is counted."""

    ADDED = "added"
    """A main adds it."""
    OFF_BOUGHT = "off bought"
    """A main of what is bought takes it off."""
    USED = "used"
    """A main of own generation counts it, and no main takes it off."""
    PERHAPS = "perhaps"
    """As USED, if it comes from the same panels, which the registry does not tell."""


@dataclass(frozen=True, slots=True)
class Sold:
    """An export meter that is counted wrongly.

    Attributes:
        meter: The export meter.
        main: The main that counts it.
        how: In which way.
    """

    meter: str
    main: str
    how: How


def sold_wrongly(
    meters: Mapping[str, Meter],
    parts: Sequence[VirtualPart],
    accounts: Iterable[AccountMeter] = (),
) -> Iterator[Sold]:
    """Yield each export meter that is counted wrongly, once; those of which it is unknown, too.

    What is sold belongs to panels in the same building, below the same meter or on the same
    account. It belongs to others where a main of what is bought stands above it and another one in
    the building of the panels.

    Args:
        meters: By name.
        parts: What virtual meters are made of; without a cycle.
        accounts: The meters of accounts.
    """
    exports = [meter for meter in meters.values() if meter.role == EXPORT]
    shares = _shares_ever(meters, parts) if exports else {}
    on_account = {entry.meter: (entry.supplier, entry.account) for entry in accounts}
    for sold in exports:
        held = shares.get(sold.meter, {})
        added = [main for main, (_, most) in held.items() if most > 0]
        less = [main for main, (least, _) in held.items() if least < 0]
        bought = [main for main in less if meters[main].use != OWN_GENERATION]
        if added:
            yield Sold(sold.meter, added[0], How.ADDED)
        elif bought:
            yield Sold(sold.meter, bought[0], How.OFF_BOUGHT)
        elif not less:
            panels = [one for one in _generating(meters) if _is_alike(one, sold)]
            found = {_ties(sold, one, meters, parts, on_account): one.meter for one in panels}
            how = next((how for how in (How.USED, How.PERHAPS) if how in found), None)
            if how is not None:
                yield Sold(sold.meter, found[how], how)


def sold_words(one: Sold) -> Text:
    """Return what is wrong with an export meter, and what to change."""
    return _WORDS[one.how](one.meter, one.main)


def _shares_ever(
    meters: Mapping[str, Meter], parts: Sequence[VirtualPart]
) -> dict[str, dict[str, tuple[Fraction, Fraction]]]:
    """Return the least and the most that mains ever count of each meter on a day."""
    mains = [meter.meter for meter in meters.values() if meter.role == MAIN]
    found: dict[str, dict[str, tuple[Fraction, Fraction]]] = {}
    for day in sorted({part.valid_from for part in parts} | {part.valid_to for part in parts}):
        for name, shares in shares_of(parts, mains, day).items():
            ever = found.setdefault(name, {})
            for top, share in shares.items():
                least, most = ever.get(top, (share, share))
                ever[top] = min(least, share), max(most, share)
    return found


def _generating(meters: Mapping[str, Meter]) -> list[Meter]:
    return [one for one in meters.values() if (one.role, one.use) == (MAIN, OWN_GENERATION)]


def _is_alike(one: Meter, other: Meter) -> bool:
    return (one.institution, one.kind) == (other.institution, other.kind)


def _ties(
    sold: Meter,
    main: Meter,
    meters: Mapping[str, Meter],
    parts: Sequence[VirtualPart],
    on_account: Mapping[str, tuple[str, str]],
) -> How | None:
    """Return USED where what is sold belongs to a main of panels, PERHAPS where nobody knows."""
    made = [part.source for part in parts if part.meter == main.meter and part.sign == PLUS]
    own, panels = _with_above([sold.meter], meters), _with_above([main.meter, *made], meters)
    are_near = {one.building for one in own} & {one.building for one in panels}
    are_below_one = {one.meter for one in own} & {one.meter for one in panels}
    accounts = [{on_account.get(one.meter) for one in each} - {None} for each in (own, panels)]
    if are_near or are_below_one or accounts[0] & accounts[1]:
        return How.USED
    buildings = {one.building for one in panels}
    others = [one for one in meters.values() if _is_bought(one, sold) and one.building in buildings]
    is_elsewhere = any(_is_bought(one, sold) for one in own) and others
    return None if is_elsewhere else How.PERHAPS


def _is_bought(meter: Meter, sold: Meter) -> bool:
    return meter.role == MAIN and meter.use != OWN_GENERATION and _is_alike(meter, sold)


def _with_above(names: Iterable[str], meters: Mapping[str, Meter]) -> list[Meter]:
    """Return meters and all that stands above them."""
    found: dict[str, Meter] = {}
    for start in names:
        name = start
        while name in meters and name not in found:
            found[name] = meters[name]
            name = meters[name].parent
    return list(found.values())


def _added(meter: str, main: str) -> Text:
    return Text(
        f"{meter} 计的是上网电量，不是用量；总表 {main} 不能加上它。",
        f"{meter} counts what is sold, which nobody used; the main {main} cannot add it.",
    )


def _off_bought(meter: str, main: str) -> Text:
    return Text(
        f"总表 {main} 减去了上网电量 {meter}；上网电量不能抵扣购入电量。"
        f"若 {main} 只是发电量减上网电量，请将其 use 写为 own_generation。",
        f"the main {main} takes off what {meter} sold, which is never taken off what is bought. "
        f"If {main} is only what is generated less what is sold, its use is own_generation.",
    )


def _used(meter: str, main: str) -> Text:
    return Text(
        f"{meter} 的上网电量会被计为用量，因为 {main} 是自发自用的总表。"
        f"请把 {main} 改为 check，另建 use 为 own_generation 的虚拟总表：{main} 减 {meter}。",
        f"what {meter} sold would count as used, because {main} is a main of own generation. Make "
        f"{main} a check, and a virtual main with the use own_generation of {main} less {meter}.",
    )


def _perhaps(meter: str, main: str) -> Text:
    return Text(
        f"登记表没有说明 {meter} 的上网电量是否来自 {main}；若是，它会被计为用量：请把 {main} 改为 "
        f"check，另建 use 为 own_generation 的虚拟总表：{main} 减 {meter}。若来自别处的光伏，请在 "
        f"{meter} 的 parent 填写它上面的购电总表。",
        f"the registry does not say whether what {meter} sold comes from {main}. If it does, it "
        f"would count as used: make {main} a check, and a virtual main with the use "
        f"own_generation of {main} less {meter}. If other panels sell it, write the main of what "
        f"is bought above {meter} as its parent.",
    )


_WORDS = {
    How.ADDED: _added,
    How.OFF_BOUGHT: _off_bought,
    How.USED: _used,
    How.PERHAPS: _perhaps,
}
