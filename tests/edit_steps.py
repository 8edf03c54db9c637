"""Edits of two meters in a store in memory, step by step."""

from analytics.edits.giving import Why, give
from analytics.edits.planning import Plan
from analytics.edits.wishes import Editor
from energy.reading import REGISTER, Quality, Reading
from energy.span import HOUR_MS, Span
from storage.records import inbox
from tests.builders import MAIN_METER, SUB_METER, WEATHER, registry_of

MAIN, LIGHT = MAIN_METER.meter, SUB_METER.meter
REGISTRY = registry_of(MAIN_METER, SUB_METER, WEATHER)
ALWAYS = Span(0, 2**42)
NOW = 10_000 * HOUR_MS
WHY = Why("li", "crossed")


def at(meter: str, hour: int, value: int, quality: int = Quality.ORDINARY) -> Reading:
    return Reading(meter, REGISTER, hour * HOUR_MS, value, int(quality))


def hours(first: int, end: int) -> Span:
    return Span(first * HOUR_MS, end * HOUR_MS)


def carry(editor: Editor, plan: Plan) -> int:
    """Give an edit and write it as a collector would; return its number."""
    number = give(editor.records, editor.registry, plan, WHY, now_ms=NOW).number
    with editor.records.session() as session:
        waiting = inbox.take(session, 10**6)
        inbox.done(session, [one.number for one in waiting])
    editor.store.write([one.reading for one in waiting])
    return number


def stands(editor: Editor) -> set[tuple[str, int, float, int]]:
    """Return meter, hour, value, quality of what stands and was not taken away."""
    found = set()
    for meter in (MAIN, LIGHT):
        series = editor.store.series(REGISTER, meter, ALWAYS)
        columns = (series.time, series.value, series.quality, series.revision)
        for time, value, quality, revision in zip(*(c.tolist() for c in columns), strict=True):
            if not (quality == Quality.BAD and revision):
                found.add((meter, time // HOUR_MS, value, quality))
    return found
