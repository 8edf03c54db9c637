"""From a tariff in full to the rows that price a minute: each period at each date of a price."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date

from energy.tariffs.tariff import MICRO_YUAN, TariffRow
from energy.tariffs.terms import Component, DatedPrice, Period, Tariff


def rows_of(tariff: Tariff) -> tuple[TariffRow, ...]:
    """Return the rows of a tariff without faults, in order of time.

    A component that floats costs its price times the ratio of the period, rounded as the authority
    rounds prices, half up. The price of a row is the sum of its parts.
    """
    changes = sorted({
        day
        for component in tariff.components
        for price in component.prices
        for day in (price.valid_from, price.valid_to)
        if tariff.valid_from < day < tariff.valid_to
    })  # fmt: skip
    begins = [tariff.valid_from, *changes]
    ends = [*changes, tariff.valid_to]
    held = [(component, _starts(component)) for component in tariff.components]
    return tuple(
        _row(tariff, period, begin, end, _at(held, begin))
        for begin, end in zip(begins, ends, strict=True)
        for period in tariff.periods
    )


def rows_by_name(
    versions: Mapping[str, tuple[Tariff, ...]],
) -> dict[str, tuple[TariffRow, ...]]:
    """Return the rows of all versions of each tariff."""
    return {
        name: tuple(row for version in ordered for row in rows_of(version))
        for name, ordered in versions.items()
    }


Held = list[tuple[Component, list[date]]]


def _starts(component: Component) -> list[date]:
    return [price.valid_from for price in component.prices]


def _at(held: Held, day: date) -> list[tuple[Component, DatedPrice]]:
    return [
        (component, component.prices[bisect_right(starts, day) - 1]) for component, starts in held
    ]


def _row(
    tariff: Tariff,
    period: Period,
    begin: date,
    end: date,
    prices: list[tuple[Component, DatedPrice]],
) -> TariffRow:
    season = tariff.season[period.season]
    parts = tuple(
        (component.name, part_micro(tariff, component, price, period.period))
        for component, price in prices
    )
    return TariffRow(
        tariff=tariff.tariff,
        kind=tariff.kind,
        valid_from=begin,
        valid_to=end,
        months=season.months,
        period=period.period,
        from_minute=period.from_minute,
        to_minute=period.to_minute,
        priority=period.priority,
        price_micro=sum(micro for _, micro in parts),
        source=tariff.source,
        confidence=tariff.confidence,
        day_types=period.day_types,
        days=season.days,
        version=tariff.version,
        parts=parts,
        id=tariff.id,
    )


def part_micro(tariff: Tariff, component: Component, price: DatedPrice, period: str) -> int:
    """Return what a component costs in a period [1e-6 yuan per display unit]."""
    micro = dict(price.micro)
    if not price.is_one:
        return micro[period]
    if not component.floats:
        return micro["all"]
    step = int(10 ** (6 - tariff.rounding.price_decimals))
    whole = MICRO_YUAN * step
    return (micro["all"] * dict(tariff.ratios)[period] + whole // 2) // whole * step
