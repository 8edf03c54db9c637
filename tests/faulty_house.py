"""Two libraries behind one gateway, for tests of what goes wrong with their meters."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from energy.registry import Registry
from energy.span import HOUR_MS, SECOND_MS, Span
from simulators.district import build
from simulators.faults import afflict
from simulators.grid import DAY_MS, slot_of
from simulators.houses.made import House, registry_of
from simulators.meters.happenings import Happenings, Told
from simulators.plan import Plan
from simulators.scenario import Fault, Scenario
from simulators.speech.message import Message, Sent
from simulators.speech.messages import messages
from simulators.trees.ground_truth import District
from tests.builders import NORTH
from tests.example_district import CALENDARS
from tests.simulators.test_made import ORIGIN

DAYS = 8
END = ORIGIN + DAYS * DAY_MS
DAY_3, NOON = ORIGIN + 3 * DAY_MS, ORIGIN + 3 * DAY_MS + 12 * HOUR_MS
HOUSES = (House("hall", "library", "district_heating", ("pv",), 8000, 400, 2, "楼", "Hall"),)
A_DAY = 96
"""Readings of a day."""
EVERY_MS = 900 * SECOND_MS


@lru_cache(maxsize=1)
def registry() -> Registry:
    made = registry_of(
        HOUSES, NORTH, interval_s=900, form="own_batch", name_zh="区", name_en="District"
    )
    # A socket that says its own time, in a format that can do without.
    lights = tuple(
        replace(one, device="hall-1-plug", channel="Total") if one.item == "A" else one
        for one in made.meters
        if one.meter.startswith("hall_1")
    )
    others = tuple(one for one in made.meters if not one.meter.startswith("hall_1"))
    plug = replace(made.devices[0], device="hall-1-plug", format="tasmota", gateway="")
    return replace(made, devices=(*made.devices, plug), meters=(*lights, *others))


def scenario(*faults: Fault) -> Scenario:
    return Scenario(DAYS, 0, {}, {}, faults, (), houses=HOUSES)


def plan(days: int) -> Plan:
    slot_ms = slot_of(registry().meters)
    return Plan(ORIGIN, ORIGIN + days * DAY_MS - 1, 5, "made", "", "", slot_ms)


def grown(*faults: Fault, days: int = DAYS) -> District:
    return build(plan(days), registry(), CALENDARS, scenario(*faults), hours=days * 24)


def told(*faults: Fault, days: int = DAYS) -> Happenings:
    return afflict(grown(*faults, days=days))


@lru_cache(maxsize=1)
def whole() -> Mapping[str, Told]:
    return told().told


def sent(happenings: Happenings, span: Span | None = None) -> list[Message]:
    every = Sent(registry(), happenings, {}, {})
    return messages(every, span or Span(ORIGIN, END))


def objects(found: list[Message], device: str) -> list[dict[str, Any]]:
    batches = [one.payload for one in found if one.topic.startswith("meters/batch/")]
    said = [one for batch in batches for one in json.loads(batch, parse_float=Decimal)]
    return [one for one in said if one["device"] == device]
