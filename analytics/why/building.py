"""Why the amounts of a building are what they are: those of its own meters, and each again."""

from dataclasses import replace

from analytics.closing.building import sheet_of_building
from analytics.closing.sheet import Drafter
from analytics.why.asked import Answer, Asked
from analytics.why.statement import Why, wanted_of

BUILDING = "building"


def why_building(
    asked: Asked, name: str, key: str, *, kind: str = "", figure: str = "", deep: bool = False
) -> Answer:
    """Return why the figures of a building are what they are.

    A building signs nothing: what its own main meters say is added, whatever the institution
    signs. Each meter is named with its amount and the command that asks on.

    Args:
        asked: Where inputs are taken from.
        name: Of the building.
        key: 2026-05, 2026-Q2, 2026, or 2025-2026 for a heating season.
        kind: Kind of energy or water; "" for all of them.
        figure: A word of analytics.why.statement.FIGURES; "" for all of them.
        deep: Whether the amounts of meters are worked out again from their readings, too.

    Raises:
        ConfigError: If there is no such kind or figure.
        ClosingError: If the period is not known.
    """
    wanted, building = wanted_of(kind, figure), asked.registry.building[name]
    drafter = Drafter(
        asked.session, asked.store, asked.registry, asked.reference, asked.now_ms, asked.choices
    )
    alone, content = sheet_of_building(drafter, name, key)
    why = Why(replace(asked, registry=alone), building.institution, content, None, asked)
    answer = why.answer(wanted, kind, deep=deep)
    for line in answer["lines"]:
        line["basis"] = {"basis": line["basis"]["basis"], "chosen": None}
    return {**answer, "level": BUILDING, "institution": building.institution, "building": name}
