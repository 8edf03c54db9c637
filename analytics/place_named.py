"""Which place a person means: a meter, a building, an institution, a body, or the district."""

from collections.abc import Collection

from analytics.place_amounts import BODY, BUILDING, INSTITUTION, METER
from energy.errors import ConfigError
from energy.registry import Registry
from energy.text import Text
from storage.tables import DISTRICT


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
