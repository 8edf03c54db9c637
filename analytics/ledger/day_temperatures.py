"""How warm the local days of a site were, from the derived table of temperatures by hour."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.ledger.wall import days_around, month_and_year, whole_days
from energy.meter import Site
from energy.span import Span
from storage.admission import LATEST_MS
from storage.readings import ReadingStore
from storage.tables import TEMPERATURE

FEWEST_HOURS = 20
"""Hours of a day that must be known; chosen: without four in a row a mean is off by a kelvin."""
_CENTI = 100


class DayTemperatures:
    """Mean temperatures of local days: hours are read once for all meters of a round.

    Args:
        store: Where the hours are.
    """

    def __init__(self, store: ReadingStore) -> None:
        self._store = store
        self._from: int | None = None
        self._hours: dict[str, pd.Series] = {}

    def of(self, site: Site, span: Span) -> Mapping[date, int]:
        """Return the mean temperature of each local day that a span touches [0.01 degC].

        A day of which fewer than FEWEST_HOURS are known is not there. Where several gauges tell of
        an hour it is their mean.

        Args:
            site: The site.
            span: From a time to another.
        """
        whole = whole_days(span, site.timezone)
        hours = self._of_site(site, whole.start)
        inside = hours[(hours.index >= whole.start) & (hours.index < whole.end)]
        days = days_around(site.timezone, whole.start, whole.end)
        groups = inside.groupby(days.of(inside.index.to_numpy(dtype=np.int64)))
        mean, known = groups.mean(), groups.size()
        centi = np.rint(mean[known >= FEWEST_HOURS] * _CENTI).astype(np.int64)
        return {days.first + timedelta(days=int(day)): int(one) for day, one in centi.items()}

    def _of_site(self, site: Site, start: int) -> pd.Series:
        """Return the mean of each hour of a site from a time [ms] on, by its start."""
        if self._from is None or start < self._from:
            # Years, so that meters whose gaps begin one before another do not read all over again.
            _, self._from = month_and_year(start, site.timezone)
            points = self._store.points(TEMPERATURE, where=(), span=Span(self._from, LATEST_MS))
            # Floats add up to the same only in the same order.
            ordered = points.sort_values(["time", "meter"])
            groups = ordered.groupby("site", sort=False)
            self._hours = {str(name): own.groupby("time")["mean"].mean() for name, own in groups}
        return self._hours.get(site.site, pd.Series(dtype=np.float64, index=np.array([], np.int64)))
