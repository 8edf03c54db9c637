"""Every measurement at rest: tags, fields, units. Boards read the derived ones and nothing else.

Raw tables have the meter as their only tag. Derived tables are rewritten by the analytics round.
A point of a derived table is labelled with the START of its period.
"""

from dataclasses import dataclass

from energy.reading import TABLES as RAW_TABLES

INTEGER = "integer"
FLOAT = "float"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field: its type and unit, with what it means.

    Attributes:
        name: Name of the field.
        type: integer, float or text.
        unit: Unit of the numbers; "" for a count or a text.
        meaning: One line for the docs.
    """

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One derived measurement.

    Attributes:
        name: Name of the measurement.
        tags: Names of its tags; a tag without a value is "-", never empty.
        fields: Its fields.
        meaning: One line for the docs.
        every: Length of the period a point stands for: hour, day, month, year, or "" for states.
    """

    name: str
    tags: tuple[str, ...]
    fields: tuple[FieldType, ...]
    meaning: str
    every: str = ""

    @property
    def field(self) -> dict[str, FieldType]:
        """Fields by name."""
        return {entry.name: entry for entry in self.fields}


NO_VALUE = "-"
"""What a tag holds that has no value: engines disagree on empty tags."""

DISTRICT, INSTITUTION, BUILDING = "district", "institution", "building"
LEVELS = (DISTRICT, INSTITUTION, BUILDING)
"""Values of the tag ``level``, from the whole to its parts."""

TODAY, THIS_MONTH, THIS_YEAR = "today", "month", "year"
PERIODS = (TODAY, THIS_MONTH, THIS_YEAR)
"""Values of the tag ``period`` of the table ``period``."""

RAW_FIELDS = ("value", "quality", "source", "revision", "arrived")

_AMOUNTS = (
    FieldType("amount", INTEGER, "base unit", "measured plus estimated amount"),
    FieldType("amount_estimated", INTEGER, "base unit", "of which allocated over gaps"),
    FieldType("measured_s", INTEGER, "s", "seconds covered by intervals of normal cadence"),
    FieldType("estimated_s", INTEGER, "s", "seconds covered by a gap whose total is known"),
    FieldType("unresolved_s", INTEGER, "s", "seconds whose amount nobody can know"),
    FieldType("period_s", INTEGER, "s", "length of the period so far, in seconds of meters"),
    FieldType(
        "cost",
        INTEGER,
        "1e-6 yuan",
        "cost of the energy by the tariff in force, without what is asked by the month (demand, "
        "power factor, tiers: in statements); absent without a price",
    ),
    FieldType(
        "coal", INTEGER, "mgce", "standard coal, set NGOA-stat; absent without a coefficient"
    ),
    FieldType("co2", INTEGER, "mg", "CO2; absent without a factor"),
)
_METER_TAGS = ("meter", "building", "institution", "site", "kind", "role", "item")
_PLACE_TAGS = ("level", "place", "institution", "kind")


def _amounts(every: str) -> tuple[Table, Table]:
    meter = Table(
        f"meter_{every}",
        _METER_TAGS,
        _AMOUNTS,
        f"amounts of each meter by {every}",
        every,
    )
    place = Table(
        f"place_{every}",
        _PLACE_TAGS,
        _AMOUNTS,
        f"amounts of building, institution and district by {every}, from their mains",
        every,
    )
    return meter, place


METER_HOUR, PLACE_HOUR = _amounts("hour")
METER_DAY, PLACE_DAY = _amounts("day")
METER_MONTH, PLACE_MONTH = _amounts("month")
METER_YEAR, PLACE_YEAR = _amounts("year")

_BALANCE_FIELDS = (
    FieldType(
        "amount",
        INTEGER,
        "base unit",
        "parent, plus own generation, less export; absent if not covered",
    ),
    FieldType("amount_known", INTEGER, "base unit", "its known part"),
    FieldType("below", INTEGER, "base unit", "sum of the children; absent if one is not covered"),
    FieldType("below_known", INTEGER, "base unit", "known part of the sum of the children"),
    FieldType(
        "remainder", INTEGER, "base unit", "amount less below, in no child; absent if either is"
    ),
    FieldType("covered", INTEGER, "", "children covered throughout"),
    FieldType("children", INTEGER, "", "children, check meters not counted"),
)


def _balance(every: str) -> Table:
    return Table(
        f"balance_{every}",
        ("meter", "building", "institution", "site", "kind"),
        _BALANCE_FIELDS,
        f"a meter beside its sub-meters by {every}; meter is the parent",
        every,
    )


BALANCE_DAY, BALANCE_MONTH = _balance("day"), _balance("month")

PERIOD = Table(
    "period",
    ("level", "place", "name_zh", "name_en", "institution", "kind", "period"),
    (
        FieldType("amount", INTEGER, "base unit", "amount from the period's start until now"),
        FieldType("amount_before", INTEGER, "base unit", "the same stretch one year earlier"),
        FieldType(
            "change",
            FLOAT,
            "1",
            "amount over amount_before, less 1; absent if either is incomplete",
        ),
        FieldType(
            "cost",
            INTEGER,
            "1e-6 yuan",
            "cost of the energy from the period's start until now, without what is asked by the "
            "month",
        ),
        FieldType("coal", INTEGER, "mgce", "standard coal from the period's start until now"),
        FieldType("co2", INTEGER, "mg", "CO2 from the period's start until now"),
        FieldType("per_area", FLOAT, "base unit/m2", "amount per floor area"),
        FieldType("per_person", FLOAT, "base unit/person", "amount per person"),
        FieldType("covered", FLOAT, "1", "share of the period that is measured or estimated"),
        FieldType("measured", FLOAT, "1", "share of the period that is measured"),
        FieldType("unpriced", INTEGER, "", "main meters of which the cost lacks a part or all"),
    ),
    "today, this month, this year of each place, and the same stretch a year before",
)
FINDING = Table(
    "finding",
    ("fingerprint", "meter", "building", "institution", "rule", "stream", "state", "kind"),
    (
        FieldType("sentence_zh", TEXT, "", "one plain sentence"),
        FieldType("sentence_en", TEXT, "", "the same in English"),
        FieldType(
            "base_per_year", INTEGER, "base unit/a", "waste a year; absent without an amount"
        ),
        FieldType(
            "micro_yuan_per_year", INTEGER, "1e-6 yuan/a", "cost a year; absent without a price"
        ),
        FieldType("since", INTEGER, "ms", "since when it is seen"),
        FieldType("until", INTEGER, "ms", "until when it was seen"),
    ),
    "one point a finding, at the time it started",
)
COMPLETENESS = Table(
    "completeness_day",
    _METER_TAGS,
    (
        FieldType("expected", INTEGER, "", "readings the nominal interval asks for"),
        FieldType("received", INTEGER, "", "readings accepted"),
        FieldType("doubtful", INTEGER, "", "readings set aside or marked"),
    ),
    "readings expected and received, by meter and local day",
    "day",
)
ESTIMATE = Table(
    "estimate",
    _METER_TAGS,
    (
        FieldType("until", INTEGER, "ms", "time of the reading after the gap"),
        FieldType(
            "method",
            TEXT,
            "",
            "similar_days, like_days, profile or linear; after a colon why a long gap is even",
        ),
        FieldType("days", INTEGER, "", "days that its shape is from"),
        FieldType("amount", INTEGER, "base unit", "amount of the gap, as the register says"),
    ),
    "how each gap of a register was filled, at the reading before it",
)
CHECK_DAY = Table(
    "check_day",
    (*_METER_TAGS, "check"),
    (
        FieldType("failed", INTEGER, "", "readings, intervals or days that failed"),
        FieldType("severity", TEXT, "", "look: may be right; wrong: meter or registry is wrong"),
        FieldType("evidence_zh", TEXT, "", "what was seen, in one sentence"),
        FieldType("evidence_en", TEXT, "", "the same in English"),
    ),
    "checks that failed, by meter and local day; a day that passed them has no point",
    "day",
)
TEMPERATURE = Table(
    "temperature_hour",
    ("site", "meter"),
    (
        FieldType("mean", FLOAT, "degC", "mean of the readings in the hour"),
        FieldType("readings", INTEGER, "", "how many there were"),
    ),
    "outdoor temperature by hour; an hour without readings has no point",
    "hour",
)
COLLECTOR = Table(
    "collector",
    ("collector",),
    (
        FieldType("received", INTEGER, "", "readings received since the state folder was made"),
        FieldType("stored", INTEGER, "", "readings the store accepted"),
        FieldType("dead", INTEGER, "", "readings kept as dead letters"),
        FieldType("duplicate", INTEGER, "", "readings that said again what was known"),
        FieldType("spooled", INTEGER, "", "readings waiting in the spool"),
        FieldType("oldest_s", INTEGER, "s", "since when the spool has not been empty"),
    ),
    "health of each collector, a point a round",
)

DERIVED: dict[str, Table] = {
    table.name: table
    for table in (
        METER_HOUR, METER_DAY, METER_MONTH, METER_YEAR,
        PLACE_HOUR, PLACE_DAY, PLACE_MONTH, PLACE_YEAR,
        BALANCE_DAY, BALANCE_MONTH, PERIOD, FINDING, COMPLETENESS, ESTIMATE, CHECK_DAY, TEMPERATURE,
        COLLECTOR,
    )
}  # fmt: skip

__all__ = ["DERIVED", "RAW_TABLES", "Table"]
