"""The closed periods of institutions: what lies in them is nobody's task until it is restated."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from analytics.closing.period import period_for
from api.task import Look
from energy.errors import ClosingError
from energy.period import Period
from storage.records import sheets


def closed_periods(look: Look) -> Mapping[str, Sequence[Period]]:
    """Return the closed periods of each institution; an institution without one has none."""
    found: dict[str, list[Period]] = defaultdict(list)
    for whose, key in sheets.closed(look.session):
        try:
            found[whose].append(period_for(look.registry, look.reference, whose, key))
        except ClosingError:  # a later registry may have let go of the institution
            continue
    return found
