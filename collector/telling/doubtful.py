"""Whose readings are doubtful, and why: what a collector tells, so that a person can act."""

from collections.abc import Mapping

from collector.screening.doubt import Doubt, Odd
from energy.text import Text

MOST_METERS = 20
"""Chosen: who has more wrong looks for one cause."""


def doubtful_figures(odd: Mapping[Odd, int]) -> dict[str, int]:
    """Return the largest counts, by reason and meter in words ("above_rate hall_main")."""
    largest = sorted(odd.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_METERS]
    return {f"{doubt} {meter}": count for (meter, doubt), count in largest}


def doubtful_in(figures: Mapping[str, int]) -> dict[Odd, int]:
    """Return what ``doubtful_figures`` put among the figures of a collector."""
    found = {}
    for name, count in figures.items():
        doubt, _, meter = name.partition(" ")
        if meter and doubt in set(Doubt):
            found[Odd(meter, Doubt(doubt))] = count
    return found


def without_meters(figures: Mapping[str, int]) -> dict[str, int]:
    """Return the figures of a collector but for those of single meters."""
    single = doubtful_figures(doubtful_in(figures))
    return {name: count for name, count in figures.items() if name not in single}


def doubtful_lines(figures: Mapping[str, int]) -> list[Text]:
    """Say of each meter what is doubtful, and what to look at."""
    return [
        Text(
            f"{meter} 启动以来可疑：{count:,} 条" + _SAID[doubt].zh,
            f"{meter} in doubt since the start: {count:,} " + _SAID[doubt].en,
        )
        for (meter, doubt), count in doubtful_in(figures).items()
    ]


_SAID = {
    Doubt.ABOVE_RATE: Text(
        "超出最大速率，请核对登记的最大速率、倍率和表计",
        "above max_rate; check max_rate, ratio and meter",
    ),
    Doubt.OUT_OF_TIME: Text(
        "时间更早而读数更大，请核对设备时钟，或补登换表",
        "out of time; check its device's clock, or enter the replacement",
    ),
}
