"""How registers in the files count: whether one can be followed as it is declared."""

from fractions import Fraction

from energy.kinds import KINDS
from energy.meter import CHECK, NET, Meter
from energy.reading import REGISTER
from energy.span import HOUR_MS, SECOND_MS
from energy.text import Text
from storage.csv_cells import Cells


def check_counting(cells: Cells, meter: Meter) -> None:
    """See that amounts of a meter can be told from its readings; mistakes stay with its row."""
    if meter.counts:
        _check_how(cells, meter)
    if meter.table == REGISTER and meter.counts != NET:
        _check_turns(cells, meter)


def _check_how(cells: Cells, meter: Meter) -> None:
    """Only a register counts both ways or begins again; what is net is neither summed nor paid."""
    if meter.table != REGISTER:
        problem = Text(
            f"只有累计读数（register）才有 counts；{meter.meter} 的 table 是 {meter.table}，"
            "请留空。",
            f"only a register counts so; the table of {meter.meter} is {meter.table}: leave it "
            "empty.",
        )
        cells.mistake("counts", problem)
    elif meter.counts == NET and (meter.role != CHECK or meter.tariff or meter.use):
        problem = Text(
            "双向累计（net）的用量可能为负：它不计入合计，也没有价格，role 应为 check，tariff 和 "
            "use 留空；结算和统计请分别登记正向与反向两个累计读数（main、export）。",
            "amounts of a net register may be negative: nothing is summed of it and nothing paid, "
            "so its role is check, and tariff and use are empty. For sums and costs register what "
            "comes in and what goes out as two registers (main and export).",
        )
        cells.mistake("counts", problem)


def _check_turns(cells: Cells, meter: Meter) -> None:
    """Between two readings a register must not be able to turn over: nobody could tell."""
    turn = meter.modulus * meter.base_per_step
    hours = Fraction(meter.interval_s * SECOND_MS, HOUR_MS)
    if meter.base_per_hour_max * hours < turn:
        return
    unit, interval = meter.display_unit, cells.cell("interval")
    below = f"{float(turn / hours / KINDS[meter.kind].base_per_display):.6g} {unit}"
    problem = Text(
        f"按每小时 {cells.cell('max_rate')} {unit}，{meter.digits} 位的累计读数在一个采集间隔"
        f"（{interval}）内就能转满一圈，用量无法判定；应小于每小时 {below}，"
        "请核对 max_rate、digits、step 和 interval。",
        f"at {cells.cell('max_rate')} {unit} an hour a register of {meter.digits} digits turns "
        f"over within one interval of {interval}, and nobody could tell; it must be below "
        f"{below} an hour. Check max_rate, digits, step and interval.",
    )
    cells.mistake("max_rate", problem)
