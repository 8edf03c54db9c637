"""Why the figures of several institutions together are what they are, from the sheet they get."""

from analytics.why.asked import Answer, Asked
from analytics.why.members import why_members
from api.handing_out import Counter


def why_sum(asked: Asked, place: str, period: str, *, kind: str, figure: str) -> Answer:
    """Return each figure of a body or of the district with those of the institutions in it.

    Args:
        asked: Where inputs are taken from.
        place: Name of the body, or DISTRICT.
        period: Key of the period.
        kind: Kind of energy or water; "" for all.
        figure: Which figure; "" for all.

    Raises:
        ClosingError: If the period is not known.
        ConfigError: If kind or figure are not known.
    """
    counter = Counter(asked.session, asked.store, asked.now_ms, asked.choices)
    content = counter.handed(place, period, language="zh").content
    return why_members(content, kind=kind, figure=figure)
