"""Which gaps take another shape because of something that is not of their own meter."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from analytics.ledger.estimates import LONGEST_EVEN_MS, LONGEST_SIMILAR_MS
from analytics.ledger.measured_days import LOOKED_BACK
from analytics.ledger.wall import whole_days
from energy.meter import Site
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import ESTIMATE, TEMPERATURE

News = Mapping[str, Sequence[Span]]
"""Name to where something is new, in order of time; from 0 if everywhere."""

_DAY_MS = 24 * HOUR_MS
_REACH_MS = (LOOKED_BACK + 2) * _DAY_MS
"""No less than LOOKED_BACK local days and the one that something is new on."""


def warmer_sites(store: ReadingStore, registry: Registry, news: News) -> dict[str, list[Span]]:
    """Return the sites whose temperature may change, and where; asked before it does.

    Args:
        store: Derived tables as they were.
        registry: The registry in force.
        news: Meter to where its readings are new.
    """
    found: dict[str, list[Span]] = {}
    for name, spans in news.items():
        meter = registry.meter.get(name)
        if meter is not None and meter.kind == "temperature":
            found.setdefault(meter.site, []).extend(spans)
        if meter is None or (meter.kind == "temperature" and spans[0].start == 0):
            for site in _sites_told(store, name):
                found.setdefault(site, []).append(Span(0, LATEST_MS))
    return {site: joined(spans) for site, spans in found.items() if site in registry.site}


def _sites_told(store: ReadingStore, meter: str) -> Iterable[str]:
    """Return the sites whose temperature a gauge told, before it was moved or left."""
    everywhere = Span(EARLIEST_MS, LATEST_MS)
    points = store.points(TEMPERATURE, where=(("meter", (meter,)),), span=everywhere)
    return points["site"].astype(str).unique().tolist()


def with_gaps_leaning(
    store: ReadingStore, registry: Registry, news: News, warmer: News
) -> dict[str, list[Span]]:
    """Return what is new, and the gaps that are to be filled again because of a temperature.

    Args:
        store: Derived tables as they were.
        registry: The registry in force.
        news: Meter to where its readings are new.
        warmer: Site to where its temperature changes.
    """
    found = {name: list(spans) for name, spans in news.items()}
    for site, spans in warmer.items():
        for name, gap in _gaps_leaning(store, registry.site[site], spans):
            if name in registry.meter:
                found.setdefault(name, []).append(Span(gap, gap + 1))
    return {name: joined(spans) for name, spans in found.items()}


def _gaps_leaning(
    store: ReadingStore, site: Site, spans: Sequence[Span]
) -> Iterable[tuple[str, int]]:
    """Yield the meter and the start of each long gap that touches days or looks back at them."""
    days = joined([whole_days(span, site.timezone) for span in spans], apart=_REACH_MS)
    for span in days:
        gaps = _long_gaps(store, site, span)
        for name, start in zip(gaps["meter"].astype(str), gaps["time"].tolist(), strict=True):
            yield name, int(start)


def _long_gaps(store: ReadingStore, site: Site, days: Span) -> pd.DataFrame:
    """Return the gaps of the meters of a site that days may shape."""
    end = min(days.end + _REACH_MS, LATEST_MS)
    near = Span(max(days.start - LONGEST_SIMILAR_MS, EARLIEST_MS), end)
    gaps = store.points(ESTIMATE, where=(("site", (site.site,)),), span=near)
    lasts = gaps["until"] - gaps["time"]
    is_long = (lasts > LONGEST_EVEN_MS) & (lasts <= LONGEST_SIMILAR_MS)
    return gaps[is_long & (gaps["until"] > days.start)]
