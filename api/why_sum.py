"""Why the figures of several institutions together are what they are, from the sheet they get."""

from datetime import date

from analytics.why.asked import Answer, Asked, iso, raw_from
from analytics.why.members import why_members
from api.handing_out import Counter
from energy.errors import ConfigError
from energy.span import midnight
from energy.text import Text


def why_sum(
    asked: Asked, place: str, period: str, *, kind: str, figure: str, deep: bool = False
) -> Answer:
    """Return each figure of a body or of the district with those of the institutions in it.

    Args:
        asked: Where inputs are taken from.
        place: Name of the body, or DISTRICT.
        period: Key of the period.
        kind: Kind of energy or water; "" for all.
        figure: Which figure; "" for all.
        deep: Whether it is asked for readings, which an institution alone can tell.

    Raises:
        ClosingError: If the period is not known.
        ConfigError: If kind or figure are not known, or readings are asked for.
    """
    if deep:
        raise ConfigError(
            Text(
                f"合计由各机构的数字相加；读数请按机构查询：jieneng why 机构 {period} --deep。",
                "A sum adds figures of institutions; ask one of them for its readings: "
                f"jieneng why INSTITUTION {period} --deep.",
            )
        )
    counter = Counter(asked.session, asked.store, asked.now_ms, asked.choices)
    content = counter.handed(place, period, language="zh").content
    answer = why_members(content, kind=kind, figure=figure)
    since, first = raw_from(asked), date.fromisoformat(answer["from"])
    is_removed = any(midnight(first, site.zone) < since for site in asked.registry.sites)
    return answer | {"raw_from": iso(since) if since else None, "is_removed": is_removed}
