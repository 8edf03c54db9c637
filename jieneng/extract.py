"""Derived tables and raw readings as CSV text for people and spreadsheets."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from collector.screening.rule import scale_of
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.meter import Meter
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import Span, from_ms, midnight, next_day
from energy.text import Text
from storage.records import edits, reading_versions
from storage.records import registry as registry_records
from storage.tables import DERIVED

if TYPE_CHECKING:
    from jieneng.wiring import House

THE_BEGINNING = 0
THE_END = 4_102_444_800_000  # 2100-01-01


def _zone(registry: Registry) -> ZoneInfo:
    return registry.sites[0].zone if registry.sites else ZoneInfo("UTC")


def _span(first: date | None, last: date | None, zone: ZoneInfo) -> Span:
    if first and last and last < first:
        raise ConfigError(
            Text(
                f"--to {last} 早于 --from {first}；请交换两者。",
                f"--to {last} lies before --from {first}; swap the two.",
            )
        )
    return Span(
        midnight(first, zone) if first else THE_BEGINNING,
        midnight(next_day(last), zone) if last else THE_END,
    )


def _registry(house: "House") -> Registry:
    with house.records.reading() as session:
        return registry_records.load(session)


def _where(texts: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    wanted: dict[str, list[str]] = {}
    for text in texts:
        tag, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(
                Text(
                    f"--where {text!r} 应写成 tag=value，例如 level=district。",
                    f"--where {text!r} should be tag=value, such as level=district.",
                )
            )
        wanted.setdefault(tag, []).append(value)
    return tuple((tag, tuple(values)) for tag, values in wanted.items())


def table_csv(
    house: "House", *, table: str, first: date | None, last: date | None, where: list[str]
) -> str:
    """Return a derived table as CSV: local start of the period, tags, fields, amount as read.

    Days are those of the wall clock of each row's own site; of the district, of the first site.

    Raises:
        ConfigError: If the table or a tag is not known, or the last day lies before the first.
    """
    if table not in DERIVED:
        raise ConfigError(
            Text(
                f"没有数据表 {table!r}。可用的表：{'、'.join(DERIVED)}。",
                f"Table {table!r} is not known. Tables: {', '.join(DERIVED)}.",
            )
        )
    chosen, registry = DERIVED[table], _registry(house)
    every = {_zone(registry), *(site.zone for site in registry.sites)}
    spans = [_span(first, last, zone) for zone in every]
    widest = Span(min(span.start for span in spans), max(span.end for span in spans))
    frame = house.store.points(chosen, where=_where(where), span=widest)
    # A period is cut on the wall clock of its own site, and so is what is asked for.
    zones = _zones(registry, frame)
    local = [
        from_ms(int(ms)).astimezone(zone) for ms, zone in zip(frame["time"], zones, strict=True)
    ]
    frame.insert(0, "start", [time.isoformat() for time in local])
    within = [(first or date.min) <= time.date() <= (last or date.max) for time in local]
    frame = frame[np.array(within, dtype=bool)].drop(columns="time")
    if "amount" in frame and "kind" in frame:
        frame["amount_display"] = [
            _display(kind, amount)
            for kind, amount in zip(frame["kind"], frame["amount"], strict=True)
        ]
        frame["unit"] = [KINDS[kind].display_unit for kind in frame["kind"]]
    return frame.to_csv(index=False)


def _zones(registry: Registry, frame: pd.DataFrame) -> list[ZoneInfo]:
    """Return the wall clock of each row: that of its site, meter or place."""
    sites = {("site", name): name for name in registry.site}
    sites |= {("meter", name): meter.site for name, meter in registry.meter.items()}
    sites |= {("building", name): place.site for name, place in registry.building.items()}
    sites |= {("institution", name): place.site for name, place in registry.institution.items()}
    keys: list[list[tuple[str, str]]] = [
        [(tag, str(name)) for name in frame[tag]] for tag in ("meter", "site") if tag in frame
    ]
    if "level" in frame:
        keys.append(list(zip(frame["level"], frame["place"], strict=True)))
    default = _zone(registry)
    found = []
    for row in zip(*keys, strict=True) if keys else ((),) * len(frame):
        site = next((sites[key] for key in row if key in sites), None)
        found.append(registry.site[site].zone if site else default)
    return found


def _display(kind: str, amount: Any) -> str:  # noqa: ANN401 - a cell of a frame
    if pd.isna(amount):
        return ""
    return str(Decimal(int(amount)) / KINDS[kind].base_per_display)


def readings_csv(
    house: "House", *, meter: str, first: date | None, last: date | None, versions: bool = False
) -> str:
    """Return the raw readings of a meter as CSV, values in the unit the device speaks.

    Args:
        house: The stores.
        meter: Name of the meter.
        first: First local day; None for the beginning.
        last: Last local day, included; None for the end.
        versions: Whether also those are wanted that another value overruled.

    Raises:
        ConfigError: If the meter is not in the registry, or the last day lies before the first.
    """
    registry = _registry(house)
    if meter not in registry.meter:
        raise ConfigError(
            Text(
                f"计量点 {meter!r} 不在登记表中。请查看：jieneng export registry。",
                f"Meter {meter!r} is not in the registry. See: jieneng export registry.",
            )
        )
    entry = registry.meter[meter]
    span = _span(first, last, registry.site[entry.site].zone)
    series = house.store.series(entry.table, meter, span)
    values = [_spoken(entry, value) for value in series.value.tolist()]
    frame = pd.DataFrame(
        {
            "time": [from_ms(int(ms)).isoformat() for ms in series.time],
            "value": values,
            "unit": entry.unit,
            "quality": series.quality,
            "source": series.source,
            "revision": series.revision,
        }
    )
    if versions:
        frame["arrived"] = [_instant(int(ms)) for ms in series.arrived]
        frame["stands"] = 1
        frame = _with_authors(house, entry, _with_overruled(house, entry, span, frame))
    return frame.to_csv(index=False)


def _with_overruled(
    house: "House", meter: Meter, span: Span, standing: pd.DataFrame
) -> pd.DataFrame:
    """Return standing readings and the overruled ones of the same times before them."""
    with house.records.reading() as session:
        found = reading_versions.of_meter(session, meter.meter, span)
    lost = pd.DataFrame(
        [
            (
                from_ms(one.time).isoformat(),
                _spoken(meter, one.value),
                meter.unit,
                *one[4:7],
                _instant(one.arrived),
                0,
            )
            for one in (version.reading for version in found)
            if one.table == meter.table
        ],
        columns=standing.columns,
    )
    both = pd.concat([lost, standing], ignore_index=True) if len(lost) else standing
    # Times of one offset and one width sort as text does.
    return both.sort_values(["time", "stands", "arrived"], kind="stable")


def _with_authors(house: "House", meter: Meter, frame: pd.DataFrame) -> pd.DataFrame:
    """Return versions with who wrote each and why; "" where no person did."""
    with house.records.reading() as session:
        known = edits.whys(session, meter.meter)
    why = [known.get(int(number), ("", "")) for number in frame["revision"]]
    return frame.assign(author=[one[0] for one in why], reason=[one[1] for one in why])


def _instant(time: int) -> str:
    """Return a time of arrival; "" where it came on time and nobody wrote it down."""
    return from_ms(time).isoformat() if time else ""


def _spoken(meter: Meter, value: float) -> str:
    """Return a stored value in the unit the device speaks: exact where decimals can be."""
    exact = Fraction(value) / scale_of(meter)
    if meter.table == GAUGE:
        return str(float(exact))
    return str(Decimal(exact.numerator) / Decimal(exact.denominator))
