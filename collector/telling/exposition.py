"""The figures of collectors as Prometheus text: the same names wherever they are asked for."""

from collections.abc import Iterator, Mapping

from collector.telling.doubtful import doubtful_in, without_meters

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
"""Source: Prometheus documentation, "Exposition formats", text format 0.0.4."""

_UNITS = {
    "_bytes": "bytes",
    "_s": "seconds",
    "broker_held": "messages of all sessions",
    "broker_dropped": "messages of all sessions",
    "commits": "commits",
    "is_healthy": "1 or 0",
    "is_window_limited": "1 or 0",
}


def collector_lines(figures: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Yield the lines of what collectors count.

    Args:
        figures: Name of a collector to its figures by name. What a format counts has a name in
            words ("lost messages sensor-1"), which becomes a label; so do reason and meter of
            doubtful readings (collector/telling/doubtful.py).
    """
    odd = {collector: doubtful_in(each) for collector, each in figures.items()}
    names = {name for each in figures.values() for name in each}
    for name in sorted(name for name in names if name.isidentifier()):
        metric = f"jieneng_collector_{name}"
        yield f"# HELP {metric} Figure {name} of each collector, in {_unit(name)}."
        yield f"# TYPE {metric} gauge"
        for collector, each in sorted(figures.items()):
            if name in each:
                yield f'{metric}{{collector="{label(collector)}"}} {each[name]}'
    metric = "jieneng_collector_format_count"
    yield f"# HELP {metric} What the formats count beside readings."
    yield f"# TYPE {metric} gauge"
    for collector, each in sorted(figures.items()):
        for name in sorted(name for name in without_meters(each) if not name.isidentifier()):
            labels = f'collector="{label(collector)}",name="{label(name)}"'
            yield f"{metric}{{{labels}}} {each[name]}"
    metric = "jieneng_collector_meter_doubtful"
    yield f"# HELP {metric} Doubtful readings of meters since the start of the collector."
    yield f"# TYPE {metric} gauge"
    for collector, counts in sorted(odd.items()):
        for (meter, doubt), count in sorted(counts.items()):
            labels = f'collector="{label(collector)}",meter="{label(meter)}",reason="{doubt}"'
            yield f"{metric}{{{labels}}} {count}"


def label(text: str) -> str:
    """Return a text as it may stand between the quotes of a label."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _unit(name: str) -> str:
    return next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "readings")
