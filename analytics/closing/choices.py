"""By what a report weighs amounts: chosen per report, never for all reports at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from analytics.ledger.hours import CO2_SET, COAL_SET
from analytics.statements.weights import LOCATION, METHODS, Terms
from energy.errors import ConfigError
from energy.reference import Reference
from energy.regions import COUNTRY, upwards
from energy.text import Text

OWN_REGION = "own"
"""Chosen as region: the division that an institution lies in."""
_COAL_FILE, _CO2_FILE = "coefficients.csv", "emission_factors.csv"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report chose; as it is without any, the statistics system and the boards have it.

    Attributes:
        coal_set: Name of the set of coal coefficients.
        co2_set: Name of the series of emission factors.
        region: Division whose emission factors of the year are taken, a step down at a time;
            OWN_REGION for that of the institution; "" for the national factor in use.
        method: Whether CO2 is shown by location or by market; both are computed.
    """

    coal_set: str = COAL_SET
    co2_set: str = CO2_SET
    region: str = ""
    method: str = LOCATION

    def terms(self, reference: Reference, region: str, whose: str = "") -> Terms:
        """Return what weighs the amounts of an institution.

        Args:
            reference: The reference data in force.
            region: Division of the institution.
            whose: Its name; "" for none.
        """
        return Terms(
            coal_set=self.coal_set,
            co2_set=self.co2_set,
            factors=reference.factors,
            region=region,
            co2_region=region if self.region == OWN_REGION else self.region,
            regions=reference.regions,
            sources=reference.sources,
            method=self.method,
            whose=whose,
        )

    @property
    def words(self) -> dict[str, str]:
        """By what amounts are weighed, as sheets name it."""
        return {
            "coal_set": self.coal_set,
            "co2_set": self.co2_set,
            "co2_region": self.region,
            "method": self.method,
        }


STATISTICS = Choices()
"""What the statistics system weighs by."""


def chosen(
    reference: Reference,
    *,
    coefficients: str = "",
    co2_set: str = "",
    region: str = "",
    method: str = "",
) -> Choices:
    """Return choices by the names that were given; "" leaves one as the statistics system has it.

    Raises:
        ConfigError: If a name is not known, with those that are.
    """
    coal_set = coefficients or STATISTICS.coal_set
    series = co2_set or STATISTICS.co2_set
    if coefficients:
        _see("--coefficients", coefficients, _sets(reference, _COAL_FILE))
    if co2_set:
        _see("--co2-set", co2_set, _sets(reference, _CO2_FILE))
    if region:
        regions = _regions(reference, series)
        if not set(upwards(region, reference.regions)) & (regions - {COUNTRY}):
            _see("--region", region, [OWN_REGION, *sorted(regions - {COUNTRY, OWN_REGION})])
    if method:
        _see("--method", method, METHODS)
    return Choices(coal_set, series, region, method or STATISTICS.method)


def _sets(reference: Reference, file: str) -> list[str]:
    """Return the sets that come from a file, and those of which nobody knows from which."""
    files = {
        name: {reference.sources[row.id].file for row in rows if row.id in reference.sources}
        for name, rows in reference.factors.items()
    }
    return sorted(name for name, known in files.items() if not known or file in known)


def _regions(reference: Reference, series: str) -> set[str]:
    """Return the regions that lie in others or have factors of a series, and OWN_REGION."""
    having = {row.region for row in reference.factors.get(series, ())}
    return {OWN_REGION, *reference.regions, *reference.regions.values(), *having}


def _see(option: str, name: str, known: Iterable[str]) -> None:
    """See that a name is known.

    Raises:
        ConfigError: If it is not.
    """
    names: Collection[str] = list(known)
    if name not in names:
        raise ConfigError(
            Text(
                f"{option} {name!r} 不存在。已有：{'、'.join(names)}。",
                f"{option} {name!r} is not known. There is: {', '.join(names)}.",
            )
        )
