"""Own generation in the registry files: what is made on a roof, used below it, and sold.

An institution uses what it buys, and what it generates less what it sells. What is sold is never
taken off what is bought: it would lower the CO2 of power that others made.
"""

from collections.abc import Mapping, Sequence

from energy.meter import EXPORT, MAIN, SUB, Meter
from energy.text import Text
from energy.uses import OWN_GENERATION
from energy.virtual import MINUS, VirtualPart
from storage.csv_cells import Cells


def check_generation(
    rows: Sequence[Cells], meters: Mapping[str, Meter], parts: Sequence[VirtualPart]
) -> None:
    """Call a mistake what would leave own generation out, or count what is sold as used.

    Args:
        rows: Rows of meters.csv.
        meters: What they say, by name.
        parts: What virtual meters are made of.
    """
    generating = {
        (meter.institution, meter.kind): meter
        for meter in meters.values()
        if meter.role == MAIN and meter.use == OWN_GENERATION
    }
    for cells in rows:
        meter = meters.get(cells.cell("meter"))
        if meter is not None and (meter.role, meter.use) == (SUB, OWN_GENERATION):
            _below_a_main(cells, meter)
        if meter is not None and meter.role == EXPORT:
            _check_sold(cells, meter, _mains_less(meter, meters, parts), generating)


def _mains_less(
    sold: Meter, meters: Mapping[str, Meter], parts: Sequence[VirtualPart]
) -> list[Meter]:
    """Return the virtual mains that take off what is sold."""
    less = (
        meters.get(part.meter) for part in parts if part.source == sold.meter and part.sign == MINUS
    )
    return [meter for meter in less if meter is not None and meter.role == MAIN]


def _check_sold(
    cells: Cells,
    meter: Meter,
    mains: Sequence[Meter],
    generating: Mapping[tuple[str, str], Meter],
) -> None:
    netted = next((one for one in mains if one.use != OWN_GENERATION), None)
    source = generating.get((meter.institution, meter.kind))
    if netted is not None:
        _sold_off_what_is_bought(cells, meter, netted)
    elif source is not None and not mains:
        _sold_and_used(cells, meter, source)


def _below_a_main(cells: Cells, meter: Meter) -> None:
    problem = Text(
        f"{meter.parent} 不计入 {meter.meter} 所发的电；自发自用（own_generation）应为总表"
        "（main）。有余电上网时，请把它改为 check，另建虚拟总表：发电量减上网电量。",
        f"what {meter.meter} generates is not in what {meter.parent} counts; make it a main. Where "
        "part of it is sold, make it a check, and a virtual main of it less what is sold.",
    )
    cells.mistake("use", problem)


def _sold_off_what_is_bought(cells: Cells, meter: Meter, main: Meter) -> None:
    problem = Text(
        f"总表 {main.meter} 减去了上网电量 {meter.meter}；上网电量不能抵扣购入电量。"
        f"若 {main.meter} 只是发电量减上网电量，请将其 use 写为 own_generation。",
        f"the main {main.meter} takes off what {meter.meter} sold, which is never taken off what "
        f"is bought. If {main.meter} is only what is generated less what is sold, its use is "
        "own_generation.",
    )
    cells.mistake("role", problem)


def _sold_and_used(cells: Cells, meter: Meter, source: Meter) -> None:
    problem = Text(
        f"{meter.meter} 的上网电量会被计为用量，因为 {source.meter} 是自发自用的总表。"
        f"请把 {source.meter} 改为 check，另建 use 为 own_generation 的虚拟总表："
        f"{source.meter} 减 {meter.meter}。",
        f"what {meter.meter} sold would count as used, because {source.meter} is a main of own "
        f"generation. Make {source.meter} a check, and a virtual main with the use own_generation "
        f"of {source.meter} less {meter.meter}.",
    )
    cells.mistake("role", problem)
