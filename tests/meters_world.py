"""A house with two mains and no readings yet, and what ``jieneng meters`` says of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from energy.reading import Reading
from energy.registry import Registry
from energy.span import HOUR_MS
from jieneng.holder import Request
from jieneng.registry.intake import take_reference
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.wiring import House, open_house
from jieneng.works import answer_for
from storage.records import registry as registry_records
from tests.builders import HALL, MAIN_METER, registry_of
from tests.record_promises import stored

T0 = 1_767_225_600_000
AT = "2026-01-02T08:00:00+08:00"
NOON = T0 + 24 * HOUR_MS
ANNEX = replace(HALL, building="annex")
ANNEX_MAIN = replace(MAIN_METER, meter="annex_main", building="annex", device="", channel="")
PLACES = registry_of(MAIN_METER, ANNEX_MAIN, buildings=(HALL, ANNEX))


@contextmanager
def opened(tmp_path: Path, places: Registry = PLACES) -> Iterator[House]:
    """Yield a house with these places."""
    held = open_house(
        Settings(state_dir=tmp_path / "state", store_url="memory:", broker_url="mqtt://127.0.0.1:1")
    )
    take_reference(held.records, shipped("reference"))
    stored(held.records, places)
    yield held
    held.close()


def done(house: House, work: str, **arguments: object) -> tuple[int, list[str], str]:
    """Return exit code, answer and errors."""
    said: list[str] = []
    wrong: list[str] = []
    asked = Request("meters", work, arguments, "/", "en")
    return answer_for(house)(asked, said.append, wrong.append), said, "\n".join(wrong)


def enter(house: House, event: str, *, meter: str = "hall_main", **cells: str) -> str:
    """Enter an event; return what is wrong with it, or nothing."""
    row = {"meter": meter, "event": event, "time": AT, "author": "li", "reason": "due"}
    code, _, wrong = done(house, "event", row={**row, **cells})
    assert bool(code) == bool(wrong)
    return wrong


def registry(house: House) -> Registry:
    with house.records.reading() as session:
        return registry_records.load(session)


def heard(house: House, *values: int, meter: str = "hall_main") -> None:
    house.store.write(
        [Reading(meter, "register", T0 + 6 * n * HOUR_MS, v) for n, v in enumerate(values)]
    )
