"""docs/loads.md: what each simulated load is, what it uses, and who says that this is usual."""

from collections.abc import Iterator, Sequence

from energy.kinds import KINDS
from pictures.drawn_loads import HOUSE, SEED, SUMMER, WINTER, YEAR, Drawn
from pictures.week_and_year import AMOUNTS

PAGE, FOLDER = "loads.md", "loads"
_PER = {"m2": "m²", "person": "person"}


def page(loads: Sequence[Drawn]) -> str:
    """Return the page, as Markdown."""
    parts = [_HEAD, "\n".join([*_TABLE_HEAD, *map(_row, loads)])]
    parts += ["\n".join(_section(drawn)) for drawn in loads]
    return "\n\n".join(parts) + "\n"


_HEAD = f"""\
# Simulated loads

<!-- Written by `make pictures`; change simulators/loads/ or pictures/ instead. -->

What the meters of a simulated district count is drawn from these loads, one file each of
`simulators/loads/`. 模拟负荷一览：每种负荷一周、一年的样子，年强度及其公布的范围与出处。

Every picture is of one house of {HOUSE.area_m2:,} m² and {HOUSE.people} people, an office by its
class, under the weather that is drawn for Beijing with seed {SEED}, by the calendar of {YEAR}: the
hospital is as large as the office, so that they can be compared. The weeks are those from
{WINTER} and from {SUMMER}, on one scale: each has a make-up workday (调休), and the first begins
with the last day of Spring Festival. Nothing is wasted; how to plant waste
is in [simulate a district](howto/simulate-a-district.md).

"Cools from" and "heats below" are the outdoor temperatures from which a load uses more, the warmer
or the colder it is; the lower panel of a year has them as level lines. A test holds each load to
its range and to these temperatures. "Chosen" in a source: nobody is known to publish it."""

_TABLE_HEAD = (
    "| load | kind | a year here | usual range | cools from | heats below |",
    "|---|---|---|---|---|---|",
)


def _row(drawn: Drawn) -> str:
    load = drawn.load
    cells = [
        f"[{load.name}](#{load.name})",
        KINDS[load.kind].zh + " " + KINDS[load.kind].en,
        f"{_rounded(drawn.a_year)} {_unit(drawn)}",
        f"{_rounded(load.yearly.low)} to {_rounded(load.yearly.high)}",
        _degrees(load.cools_from_c),
        _degrees(load.heats_below_c),
    ]
    return f"| {' | '.join(cells)} |"


def _section(drawn: Drawn) -> Iterator[str]:
    load = drawn.load
    yield f"## {load.name}\n"
    yield f"{load.label.zh}。\n{load.label.en[0].upper()}{load.label.en[1:]}.\n"
    yield (
        f"{_rounded(drawn.a_year)} {_unit(drawn)} here; usual: {_rounded(load.yearly.low)} to "
        f"{_rounded(load.yearly.high)}. Source: {load.yearly.source}.\n"
    )
    yield f"![{load.name}: two weeks]({FOLDER}/{load.name}_week.svg)\n"
    yield f"![{load.name}: a year by day]({FOLDER}/{load.name}_year.svg)"


def _unit(drawn: Drawn) -> str:
    display = KINDS[drawn.load.kind].display_unit
    return f"{AMOUNTS[display]}/({_PER[drawn.load.yearly.per]}·a)"


def _rounded(number: float) -> str:
    """Return three digits of a number below a thousand."""
    return f"{number:.3g}"


def _degrees(number: float | None) -> str:
    return "–" if number is None else f"{number:g} °C"
