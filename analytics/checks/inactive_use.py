"""A meter that was removed, or is not installed yet, says nothing."""

from analytics.check import Check, Checked, Severity, one_span
from energy.life import absences
from energy.span import Span
from energy.text import Text


def _look(checked: Checked) -> list[tuple[Span, int, Text]]:
    time, value = checked.series.time, checked.series.value
    found = []
    for span in absences(checked.events):
        # What stands at the very instant of the event is its own closing or opening reading.
        inside = (time > span.start) & (time < span.end)
        if inside.any():
            count, said = int(inside.sum()), len(set(value[inside].tolist()))
            evidence = Text(
                f"表计已拆除或尚未安装，仍收到 {count} 个读数，共 {said} 个不同数值。",
                f"{count} readings with {said} different values came while no meter stood there.",
            )
            found.append((one_span(time[inside]), count, evidence))
    return found


CHECK = Check(
    name="inactive_use",
    label=Text("停用的表计是否仍有读数", "Does a meter that is not there say something?"),
    severity=Severity.WRONG,
    thresholds=(),
    look=_look,
)
