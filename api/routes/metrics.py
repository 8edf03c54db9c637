"""The state of the house as Prometheus text."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse

from api.given import Given, given
from collector.telling.exposition import PROMETHEUS, collector_lines, label

ROUTER = APIRouter(tags=["health"])

_RUNS = {"times": "there were", "going_on": "are not done"}
"""Figures of a balance that count no readings."""


@ROUTER.get("/metrics", response_class=PlainTextResponse)
def metrics(here: Annotated[Given, Depends(given)]) -> PlainTextResponse:
    """Return counters of collectors, readings at rest, refusals, silent meters and findings."""
    text = "\n".join(_lines(here.status())) + "\n"
    return PlainTextResponse(text, media_type=PROMETHEUS)


def _lines(status: Mapping[str, Any]) -> Iterator[str]:
    yield from collector_lines(status.get("counters", {}))
    yield from _family(
        "jieneng_dead_letter_readings",
        "Readings refused, by reason.",
        "reason",
        status.get("dead_letters", {}),
    )
    yield from _family(
        "jieneng_readings", "Readings at rest, by table.", "table", status.get("readings", {})
    )
    yield from _family(
        "jieneng_findings_open",
        "Findings that go on, by stream.",
        "stream",
        status.get("findings_open", {}),
    )
    yield from _side_books(status)
    yield "# HELP jieneng_silent_meters Meters without a reading for three intervals."
    yield "# TYPE jieneng_silent_meters gauge"
    yield f"jieneng_silent_meters {len(status.get('silent', {}))}"
    yield "# HELP jieneng_alerts_refused Alerts of the last 30 days that a channel refused."
    yield "# TYPE jieneng_alerts_refused gauge"
    yield f"jieneng_alerts_refused {status.get('alerts_refused', {}).get('count', 0)}"


def _side_books(status: Mapping[str, Any]) -> Iterator[str]:
    """Yield the balances of imports and replays: ``readings`` is the sum of what became of them."""
    for name, called in (("imports", "imported files"), ("replays", "replays of the raw log")):
        book = {key: count for key, count in status.get(name, {}).items() if key not in _RUNS}
        yield from _family(f"jieneng_{name}_readings", f"Balance of {called}.", "part", book)
        for run, meaning in _RUNS.items():
            if run in status.get(name, {}):
                yield f"# HELP jieneng_{name}_{run} How many {called} {meaning}."
                yield f"# TYPE jieneng_{name}_{run} gauge"
                yield f"jieneng_{name}_{run} {status[name][run]}"


def _family(metric: str, meaning: str, name: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {metric} {meaning}"
    yield f"# TYPE {metric} gauge"
    for value, count in sorted(values.items()):
        yield f'{metric}{{{name}="{label(value)}"}} {count}'
