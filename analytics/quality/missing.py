"""Hours that were not measured: neither waste nor saving."""

from analytics.detector import Detector, Mark, Use
from analytics.hours import Hours
from analytics.rule import Code, Threshold
from analytics.spans import runs_of
from energy.text import Text

_LEAST_HOURS = 1


def _gate(hours: Hours) -> str:
    return "" if hours.known.any() else "never_measured"


def _look(hours: Hours) -> list[Mark]:
    since = int(hours.known.argmax())
    gaps = runs_of(~hours.known)
    return [
        Mark(first, end) for first, end in gaps if first > since and end - first >= _LEAST_HOURS
    ]


def _says(mark: Mark) -> Text:
    return Text(f"缺测 {mark.hours} h", f"was not measured for {mark.hours} h")


DETECTOR = Detector(
    name="missing",
    label=Text("缺测", "Missing"),
    use=Use.CAUSAL,
    thresholds=(
        Threshold("least", _LEAST_HOURS, "h", "what was allocated over a gap is no measurement"),
    ),
    needs=Text("至少一个实测小时。", "One measured hour."),
    check=Text(
        "检查采集设备、网关和网络；补录或等待补传。",
        "Check device, gateway and network; wait for what is sent later, or enter readings.",
    ),
    disproof=Text("补传的读数到达后标记消失。", "Readings that come later: the mark goes."),
    codes=(Code("never_measured", "没有实测小时。", "No hour was measured."),),
    gate=_gate,
    look=_look,
    says=_says,
)
