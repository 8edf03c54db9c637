"""Numbers and dates inside the sentences of findings."""

from analytics.clock import Clock
from analytics.rule import Evidence

_WHOLE = 100


def number(value: float) -> str:
    """Return a number as people read it: three figures that matter, thousands apart."""
    if abs(value) >= _WHOLE:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share of 1 as whole percent."""
    return f"{share * 100:.0f} %"


def day(clock: Clock, index: int) -> str:
    """Return a local date by the number of its day."""
    return clock.date_of(index).isoformat()


def energy_zh(evidence: Evidence, *, base: float, low: float, high: float) -> str:
    """Return waste a year with its interval, in Chinese."""
    per, unit = evidence.per_display, evidence.unit
    return (
        f"每年约 {number(base / per)} {unit}"
        f"（80 % 区间 {number(low / per)} 至 {number(high / per)}）"
    )


def energy_en(evidence: Evidence, *, base: float, low: float, high: float) -> str:
    """Return waste a year with its interval, in English."""
    per, unit = evidence.per_display, evidence.unit
    return f"{number(base / per)} {unit} a year (80 %: {number(low / per)} to {number(high / per)})"


def cost_zh(micro_yuan: int | None) -> str:
    """Return a cost a year in Chinese, or that no price is known."""
    return f"约 {number(micro_yuan / 1e6)} 元/年" if micro_yuan is not None else "单价未知"


def cost_en(micro_yuan: int | None) -> str:
    """Return a cost a year in English, or that no price is known."""
    return f"{number(micro_yuan / 1e6)} yuan a year" if micro_yuan is not None else "no price known"
