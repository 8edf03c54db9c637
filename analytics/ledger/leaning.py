"""Which gaps take another shape because of what is new elsewhere: outside, or behind them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from analytics.consumption.shaping import Method
from analytics.ledger.estimates import LONGEST_EVEN_MS, LONGEST_LEANING_MS
from analytics.ledger.measured_days import LOOKED_BACK
from analytics.ledger.wall import whole_days
from energy.registry import Registry
from energy.span import HOUR_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.tables import ESTIMATE, TEMPERATURE

News = Mapping[str, Sequence[Span]]
"""Name to where something is new, in order of time; from 0 if everywhere."""

Where = tuple[tuple[str, tuple[str, ...]], ...]
"""Tags and the values they may have."""

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
    """Return what is new, and the gaps that are to be filled again because of it.

    Those are gaps of a site whose temperature changes, and gaps that no like days shape of meters
    that have something new behind them.

    Args:
        store: Derived tables as they were.
        registry: The registry in force.
        news: Meter to where its readings are new.
        warmer: Site to where its temperature changes.
    """
    found = {name: list(spans) for name, spans in news.items()}
    for gaps in (*_gaps_alone(store, news), *_gaps_as_warm(store, registry, warmer)):
        for name, start in zip(gaps["meter"].astype(str), gaps["time"].tolist(), strict=True):
            if name in registry.meter:
                found.setdefault(name, []).append(Span(start, start + 1))
    return {name: joined(spans) for name, spans in found.items()}


def _gaps_as_warm(store: ReadingStore, registry: Registry, warmer: News) -> Iterator[pd.DataFrame]:
    """Yield the gaps that touch days whose temperature changes, or look back at them."""
    for name, spans in warmer.items():
        site = registry.site[name]
        for days in joined([whole_days(span, site.timezone) for span in spans], apart=_REACH_MS):
            near = Span(days.start, min(days.end + _REACH_MS, LATEST_MS))
            yield _long_gaps(store, near, (("site", (name,)),))


def _gaps_alone(store: ReadingStore, news: News) -> Iterator[pd.DataFrame]:
    """Yield the gaps before what is new of a meter that have a profile, or for want of one none."""
    spans = {name: spans for name, spans in news.items() if spans[0].start > 0}
    if not spans:
        return
    first = min(own[0].start for own in spans.values())
    gaps = _long_gaps(store, Span(max(first - _REACH_MS, EARLIEST_MS), LATEST_MS), ())
    if gaps.empty:
        return
    method = gaps["method"].astype(str)
    gaps = gaps[(method == Method.PROFILE) | method.str.startswith(f"{Method.LINEAR}:")]
    for name, own in gaps.groupby(gaps["meter"].astype(str)):
        until, time = own["until"], own["time"]
        for span in spans.get(str(name), ()):
            yield own[(until > span.start - _REACH_MS) & (time < span.end)]


def _long_gaps(store: ReadingStore, near: Span, where: Where) -> pd.DataFrame:
    """Return the gaps that something outside of them may shape and that touch a span."""
    begun = Span(max(near.start - LONGEST_LEANING_MS, EARLIEST_MS), near.end)
    gaps = store.points(ESTIMATE, where=where, span=begun)
    lasts = gaps["until"] - gaps["time"]
    is_long = (lasts > LONGEST_EVEN_MS) & (lasts <= LONGEST_LEANING_MS)
    return gaps[is_long & (gaps["until"] > near.start)]
