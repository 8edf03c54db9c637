"""The state of the house as Prometheus text."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse

from api.given import Given, given
from collector.exposition import PROMETHEUS, collector_lines, label

ROUTER = APIRouter(tags=["health"])


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
    yield "# HELP jieneng_silent_meters Meters without a reading for three intervals."
    yield "# TYPE jieneng_silent_meters gauge"
    yield f"jieneng_silent_meters {len(status.get('silent', {}))}"
    yield "# HELP jieneng_alerts_refused Alerts of the last 30 days that a channel refused."
    yield "# TYPE jieneng_alerts_refused gauge"
    yield f"jieneng_alerts_refused {status.get('alerts_refused', {}).get('count', 0)}"


def _family(metric: str, meaning: str, name: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {metric} {meaning}"
    yield f"# TYPE {metric} gauge"
    for value, count in sorted(values.items()):
        yield f'{metric}{{{name}="{label(value)}"}} {count}'
