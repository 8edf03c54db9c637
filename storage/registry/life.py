"""Whether the events of one metering point can follow one another as a file tells them."""

from collections.abc import Sequence
from fractions import Fraction

from energy.life import Register, common_measure, first_register, register_after
from energy.meter import INSTALLED, REMOVED, Meter, MeterEvent
from energy.text import Text
from storage.csv_cells import Cells, exact_text

Told = tuple[Cells, MeterEvent]
"""A row, and the event that it tells."""

MOST_PARTS = 10**6
"""Parts into which a step may have to be cut so that all ratios of a point count in one unit.
Chosen: 18 digits of steps leave room for it in 64 bits as long as no register turns over."""


def check_life(told: Sequence[Told], meter: Meter) -> None:
    """Keep with the rows what cannot be in one life.

    Args:
        told: Events of one meter, each of which is well by itself, in order of time.
        meter: The meter.
    """
    register = first_register(meter)
    ratios = [register.ratio]
    before: Told | None = None
    for cells, event in told:
        if before is not None:
            _check_follows(cells, event, before)
        _check_shown(cells, "closing", event.closing, register, meter)
        register = register_after(register, event, meter)
        _check_shown(cells, "opening", event.opening, register, meter)
        ratios.append(register.ratio)
        if max(ratios) / common_measure(ratios) > MOST_PARTS:
            cells.mistake("ratio", _no_common_unit(register.ratio))
        before = cells, event


def _check_follows(cells: Cells, event: MeterEvent, before: Told) -> None:
    row, last = before[0].row, before[1]
    if event.time == last.time:
        problem = Text(
            f"与第 {row} 行是同一时刻；同一时刻只能有一个事件，请合写为一行。",
            f"row {row} is at the same instant; one event happens at a time, so write one row "
            "that says both.",
        )
        cells.mistake("time", problem)
    elif last.event == REMOVED and event.event != INSTALLED:
        problem = Text(
            f"第 {row} 行说这里的表已拆除；其后只能是 installed。",
            f"row {row} says that the meter was removed; only installed can follow.",
        )
        cells.mistake("event", problem)
    elif event.event == INSTALLED and last.event != REMOVED:
        problem = Text(
            "此前没有 removed；请先写拆除，或者换表请写 replacement。",
            "no removed comes before it; write when the meter was removed, or write replacement "
            "if another one took its place.",
        )
        cells.mistake("event", problem)


def _check_shown(
    cells: Cells, column: str, steps: int | None, register: Register, meter: Meter
) -> None:
    if steps is None:
        return
    reading = cells.cell(column) or exact_text(steps * meter.step)
    if steps >= register.modulus:
        problem = Text(
            f"{reading} 超过了 {register.digits} 位累计读数所能显示的数。",
            f"{reading} is more than a register of {register.digits} digits shows.",
        )
        cells.mistake(column, problem)
    elif steps % register.coarseness:
        grid = f"{exact_text(meter.step * register.coarseness)} {meter.unit}"
        problem = Text(
            f"不是最小步长 {grid} 的整数倍。", f"it is not a whole number of steps of {grid}."
        )
        cells.mistake(column, problem)


def _no_common_unit(ratio: Fraction) -> Text:
    return Text(
        f"{exact_text(ratio)} 与这个计量点的其他倍率没有足够大的公约单位；请按互感器铭牌填写，"
        "例如 200/5。",
        f"{exact_text(ratio)} and the other ratios of this point have no unit in common that is "
        "large enough; write it as on the nameplate of the transformers, such as 200/5.",
    )
