"""Reference data as the rest of the platform sees it: one frozen snapshot.

Its truth is in the records; CSV files under reference/ are its way in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from energy.calendars import Calendar
from energy.factors import Factor
from energy.heating import HeatingSeason
from energy.instrument_rules import InstrumentRules
from energy.provenance import SourceRow
from energy.tariffs.price_book import PriceBook
from energy.tariffs.tariff import TariffRow
from energy.tariffs.terms import Tariff


@dataclass(frozen=True)
class Reference:
    """What authorities republish: prices, coefficients, factors, calendars.

    Attributes:
        tariffs: Name of the tariff to its rows.
        factors: Name of the set, of coal coefficients or of emission factors, to its rows.
        calendars: Name to calendar.
        heating: When regions are heated.
        regions: The region above each region; "" for the country.
        sources: Where each row comes from and who confirmed it, by its id.
        instruments: What rules ask of instruments.
        full_tariffs: Name of a tariff in full to its versions, in order of time; its rows stand in
            tariffs too.
    """

    tariffs: Mapping[str, tuple[TariffRow, ...]] = field(default_factory=dict)
    factors: Mapping[str, tuple[Factor, ...]] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    heating: tuple[HeatingSeason, ...] = ()
    regions: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    instruments: InstrumentRules = field(default_factory=InstrumentRules)
    full_tariffs: Mapping[str, tuple[Tariff, ...]] = field(default_factory=dict)
    _books: dict[tuple[str, str], PriceBook] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def price_book(self, tariff: str, kind: str) -> PriceBook:
        """Return the rows of a tariff that price a kind, sorted once for all who ask."""
        if (tariff, kind) not in self._books:
            rows = [row for row in self.tariffs.get(tariff, ()) if row.kind == kind]
            self._books[tariff, kind] = PriceBook(rows)
        return self._books[tariff, kind]
