"""Which place a person means: a meter, a building, an institution, a body, or the district.

A 15-character code of energy data stands for a kind or a sub-item of a building.
"""

from collections.abc import Collection
from dataclasses import replace

from analytics.place_amounts import BODY, BUILDING, INSTITUTION, METER, Teller, Told
from energy.errors import ConfigError
from energy.item_code import EnergyCode, is_code, is_within, parse_code
from energy.kinds import KINDS
from energy.registry import Registry
from energy.text import Text
from storage.tables import DISTRICT


def told_of(
    teller: Teller, registry: Registry, word: str, *, item: str = "", view: bool = False
) -> Told:
    """Return what the place used that a word names, or what stands behind a 15-character code.

    Args:
        teller: Tells of one period.
        registry: Knows the places.
        word: As of ``found_place``, or a code such as 110102A00101B1A.
        item: This sub-item and its children alone; "" for all, or for those of the code.
        view: As of ``Teller.told``.

    Raises:
        ClosingError: If the period is not known.
        ConfigError: If there is no such place, or it has no such amounts.
        DecodeError: If the code is none.
    """
    if not is_code(word):
        level, name = found_place(registry, word)
        return teller.told(level, name, item=item, view=view)
    code = parse_code(word)
    told = teller.told(BUILDING, _building_of(registry, code), item=item or code.item, view=view)
    amounts, items = (
        [one for one in rows if KINDS[one.kind].item_code == code.energy_class]
        for rows in (told.amounts, told.items)
    )
    items = [one for one in items if one.is_rest or is_within(one.item, code.item)]
    if not amounts and not items:
        known = sorted({one.code for one in (*told.amounts, *told.items) if one.code})
        zh, en = "、".join(known) or "（无）", ", ".join(known) or "none"
        raise ConfigError(
            Text(
                f"编码 {word} 没有用量；该建筑有：{zh}。",
                f"The code {word} has no amounts; its building has: {en}.",
            )
        )
    return replace(told, amounts=amounts, items=items)


def _building_of(registry: Registry, code: EnergyCode) -> str:
    for one in registry.building.values():
        own = (registry.site[one.site].region, one.building_class, one.serial)
        if own == (code.division, code.building_class, code.serial):
            return one.building
    raise ConfigError(
        Text(
            f"没有编码为 {code.building} 的建筑；请核对 sites.csv 的 region 与 buildings.csv 的 "
            "class 和 serial。",
            f"No building has the code {code.building}; compare the region in sites.csv and class "
            "and serial in buildings.csv.",
        )
    )


def found_place(registry: Registry, word: str) -> tuple[str, str]:
    """Return the level and the name of a place.

    Args:
        registry: Knows the places.
        word: A name, "district", or "building:NAME" where several levels have the name.

    Raises:
        ConfigError: If there is none, or more than one.
    """
    named: dict[str, Collection[str]] = {
        METER: registry.meter,
        BUILDING: registry.building,
        INSTITUTION: registry.institution,
        BODY: registry.body,
        DISTRICT: (DISTRICT,),
    }
    level, colon, name = word.partition(":")
    if colon and level in named and name in named[level]:
        return level, name
    found = [level for level, names in named.items() if word in names]
    if len(found) == 1:
        return found[0], word
    if found:
        zh, en = "、".join(found), ", ".join(found)
        raise ConfigError(
            Text(
                f"{word!r} 同时是 {zh} 的名称；请写成 {found[0]}:{word}。",
                f"{word!r} names one of each of {en}. Write {found[0]}:{word}.",
            )
        )
    raise ConfigError(
        Text(
            f"没有名为 {word!r} 的计量点、建筑、机构或上报单位；全区写 district。",
            f"There is no meter, building, institution or body {word!r}; for all write district.",
        )
    )
