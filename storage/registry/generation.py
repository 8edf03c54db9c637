"""Own generation in the registry files: what is made on a roof, used below it, and sold."""

from collections.abc import Iterable, Mapping, Sequence

from energy.bills.account import AccountMeter
from energy.counting.sold import How, sold_words, sold_wrongly
from energy.counting.virtual import VirtualPart
from energy.meter import SUB, Meter
from energy.text import Text
from energy.uses import OWN_GENERATION
from storage.csv_cells import Cells


def check_generation(
    rows: Sequence[Cells],
    virtual_rows: Sequence[Cells],
    meters: Mapping[str, Meter],
    parts: Sequence[VirtualPart],
    accounts: Iterable[AccountMeter],
) -> None:
    """Call a mistake what would leave own generation out, or count what is sold as used.

    Args:
        rows: Rows of meters.csv.
        virtual_rows: Rows of virtual.csv; where one is wrong, what is sold is not asked.
        meters: What they say, by name.
        parts: What virtual meters are made of.
        accounts: The meters of accounts.
    """
    is_told = all(cells.good for cells in virtual_rows)  # a cycle has no shares
    found = sold_wrongly(meters, parts, accounts) if is_told else ()
    wrong = {one.meter: one for one in found}
    for cells in rows:
        meter = meters.get(cells.cell("meter"))
        if meter is not None and (meter.role, meter.use) == (SUB, OWN_GENERATION):
            _below_a_main(cells, meter)
        one = None if meter is None else wrong.get(meter.meter)
        if one is not None and one.how is not How.PERHAPS:
            cells.mistake("role", sold_words(one))


def _below_a_main(cells: Cells, meter: Meter) -> None:
    problem = Text(
        f"{meter.parent} 不计入 {meter.meter} 所发的电；自发自用（own_generation）应为总表"
        "（main）。有余电上网时，请把它改为 check，另建虚拟总表：发电量减上网电量。",
        f"what {meter.meter} generates is not in what {meter.parent} counts; make it a main. Where "
        "part of it is sold, make it a check, and a virtual main of it less what is sold.",
    )
    cells.mistake("use", problem)
