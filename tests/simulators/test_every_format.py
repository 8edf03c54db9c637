"""A scenario in every payload format: what is published is what the meters show."""

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.mqtt.topics import Topics
from energy.errors import ConfigError
from energy.messages.message import Said
from energy.meter import Device
from energy.reference import Reference
from energy.span import HOUR_MS, SECOND_MS, Span, to_ms
from formats._mapping import format_of
from jieneng.shipped import shipped
from jieneng.simulated.stories import plan_of
from simulators.houses.made_devices import BESIDE, Wiring
from simulators.houses.spoken import formats_that_may_lack_times, spoken_formats
from simulators.run import Prepared, prepare, sent_since
from simulators.scenario_files.scenario_file import read_scenario
from simulators.speech.message import without_history
from simulators.speech.messages import messages
from storage.reference.files import read_reference
from storage.registry.files import read_registry, write_registry
from tests.example_district import EXAMPLES
from tests.formats.mappings import row

FORMATS = spoken_formats()
STORY = """
format = 2
start = 2025-01-06
days = 2
seed = 4
payload = "{form}"

[[building]]
building = "office_a"
use = "dormitory"
area_m2 = 3000
people = 100
extras = ["pv"]

[[fault]]
kind = "duplicate"
meter = "office_a_water"
at = 2025-01-06T08:00:00
hours = 2
"""
HOUSE = {"electricity", "water", "heat", "gas"}
STEPS = {"electricity": 100, "water": 1000, "gas": 100, "heat": 1000}
"""Steps of made meters in a display unit."""


def exact(steps: int, step: Fraction) -> Decimal:
    value = steps * step
    return Decimal(value.numerator) / Decimal(value.denominator)


def reference() -> Reference:
    return read_reference(shipped("reference"))


def history_of(form: str, folder: Path) -> Prepared:
    path = folder / f"{form}.toml"
    path.write_text(STORY.format(form=form), encoding="utf-8")
    scenario = read_scenario(path)
    registry = scenario.registry()
    return prepare(plan_of(scenario, registry, path), registry, reference().calendars)


def ms_of(time: int | str | None, device: Device) -> int | None:
    """Return what a device means by a time [ms], as the collector takes it."""
    form = FORMATS[device.format]
    if time is None or isinstance(time, int):
        is_ms = form.time_in_ms or device.time_unit == "ms"
        return time if time is None or is_ms else time * SECOND_MS
    found = datetime.fromisoformat(time)
    return to_ms(found if found.tzinfo else found.replace(tzinfo=ZoneInfo(device.timezone)))


@pytest.mark.parametrize("form", FORMATS)
def test_every_reading_is_published_once_with_its_value_and_time(form: str, tmp_path: Path) -> None:
    history = history_of(form, tmp_path)
    registry = history.district.registry
    plan = history.plan
    heard: Counter[tuple[str, int | None, Decimal]] = Counter()
    topics = Topics(registry, FORMATS)
    for message in messages(sent_since(history, {}), Span(plan.origin, plan.now + 1)):
        owner = topics.of(message.topic)
        assert owner is not None, message.topic
        spoken, bound = owner
        said = spoken.decode(message.topic, message.payload)
        told_values = [one for one in said if one.value.is_finite()]
        assert len(told_values) == message.readings
        for one in told_values:
            device = registry.device[bound or one.device]
            meter = registry.channel[(device.device, one.channel)]
            assert spoken.gateway_of(message.topic) == device.gateway
            assert one.unit in ("", meter.unit)
            heard[(meter.meter, ms_of(one.time, device), one.value)] += 1

    wanted: Counter[tuple[str, int | None, Decimal]] = Counter()
    has_times = (FORMATS[form].manner or pytest.fail(form)).clock != "none"
    for name, told in history.happenings.told.items():
        meter = told.meter
        says_times = has_times or registry.device[meter.device].format == BESIDE
        repeats = history.happenings.repeats
        said_again = [repeat.slot for repeat in repeats if repeat.device == meter.device]
        inside = np.flatnonzero(told.published & (told.publish_at <= plan.now)).tolist()
        for slot in (*inside, *said_again):
            time = int(told.time[slot]) if says_times else None
            wanted[(name, time, exact(int(told.shown[slot]), meter.step))] += 1
    assert heard == wanted
    assert any(count > 1 for count in heard.values())


@pytest.mark.parametrize("form", FORMATS)
def test_the_registry_of_a_house_in_any_format_is_one_that_can_be_imported(
    form: str, tmp_path: Path
) -> None:
    registry = history_of(form, tmp_path).district.registry
    write_registry(registry, tmp_path / "registry")
    again = read_registry(tmp_path / "registry", formats=FORMATS)
    assert again.meters == registry.meters
    assert again.devices == registry.devices
    assert {meter.kind for meter in registry.meters} >= HOUSE


@pytest.mark.parametrize("form", [name for name, one in FORMATS.items() if one.manner])
def test_meters_that_a_format_has_no_word_for_speak_our_own_beside(
    form: str, tmp_path: Path
) -> None:
    registry = history_of(form, tmp_path).district.registry
    manner = FORMATS[form].manner
    assert manner is not None
    for meter in registry.meters:
        is_said = manner.registers is None or meter.kind in manner.registers
        assert registry.device[meter.device].format == (form if is_said else BESIDE)


def said_time(second: int, device: Device) -> int | str | None:
    """Return a time as the format of a device says it."""
    manner = FORMATS[device.format].manner
    assert manner is not None
    if manner.clock in ("local", "utc"):
        zone = ZoneInfo(device.timezone if manner.clock == "local" else "UTC")
        clock = datetime.fromtimestamp(second, zone)
        return (clock if manner.clock == "utc" else clock.replace(tzinfo=None)).isoformat()
    return {"ms": second * SECOND_MS, "bare": second, "none": None}[manner.clock]


@pytest.mark.parametrize("form", FORMATS)
@given(data=st.data())
def test_what_is_written_in_a_format_is_read_again(form: str, data: st.DataObject) -> None:
    spoken = FORMATS[form]
    manner = spoken.manner
    assert manner is not None
    kind = data.draw(st.sampled_from(sorted(HOUSE & set(manner.registers or HOUSE))))
    wiring = Wiring(form, "Asia/Shanghai")
    count = 1 if manner.registers else data.draw(st.integers(1, 4))
    step = Fraction(1, STEPS[kind])
    hung = [wiring.hang("a_b", f"m{at}", kind, step) for at in range(count)]
    device = wiring.devices[0]
    time = said_time(data.draw(st.integers(1_000_000_000, 4_000_000_000)), device)
    said = [
        Said(
            device.device,
            one.channel,
            time,
            exact(data.draw(st.integers(0, 10**8 - 1)), one.step),
            one.unit if manner.registers and (manner.registers[kind].unit) else "",
        )
        for one in hung
    ]
    is_bound = not spoken.filters and spoken.device_of is None
    account = device.topic if is_bound else device.gateway or device.device
    topic, body = spoken.encode(account, said)
    found = [one for one in spoken.decode(topic, body) if one.value.is_finite()]
    assert found == [one._replace(device=topic) if is_bound else one for one in said]


@pytest.mark.parametrize("form", formats_that_may_lack_times())
def test_a_format_that_may_lack_times_reads_what_it_wrote_without_one(form: str) -> None:
    spoken = FORMATS[form]
    assert spoken.manner is not None
    wiring = Wiring(form, "Asia/Shanghai")
    kind = min(HOUSE & set(spoken.manner.registers or HOUSE))
    hung = wiring.hang("a_b", "m", kind, Fraction(1, STEPS[kind]))
    is_bound = not spoken.filters and spoken.device_of is None
    account = wiring.devices[0].topic if is_bound else hung.device
    unit = hung.unit if spoken.manner.registers and spoken.manner.registers[kind].unit else ""
    said = [Said(account, hung.channel, None, Decimal(7), unit)]
    assert [one for one in spoken.decode(*spoken.encode(account, said)) if one.value == 7] == said


MAPPED = row(
    topic="park/+/meters/+",
    device="{2}",
    channel="{4}",
    value="/reading",
    unit="kWh",
    time="/at",
    time_as="iso",
)


def test_a_device_whose_format_is_a_mapping_of_the_registry_speaks_it(tmp_path: Path) -> None:
    history = history_of("own_single", tmp_path)
    registry = history.district.registry
    (panel,) = registry.devices
    district = replace(
        history.district,
        registry=replace(
            registry, devices=(replace(panel, format=MAPPED.mapping),), mappings=(MAPPED,)
        ),
    )
    electric = {
        name: told
        for name, told in history.happenings.told.items()
        if told.meter.kind == "electricity"
    }
    mine = replace(
        history, district=district, happenings=replace(history.happenings, told=electric)
    )
    plan = history.plan
    reads = format_of([MAPPED])
    heard = Counter(
        (one.channel, one.time, one.value)
        for message in messages(sent_since(mine, {}), Span(plan.origin, plan.now + 1))
        for one in reads.decode(message.topic, message.payload)
    )
    wanted = Counter(
        (told.meter.channel, time, exact(steps, told.meter.step))
        for told in electric.values()
        for time, steps in zip(told.time.tolist(), told.shown.tolist(), strict=True)
        if time <= plan.now
    )
    assert set(heard) == set(wanted)


def test_what_does_not_come_over_mqtt_is_refused_by_its_name(tmp_path: Path) -> None:
    history = history_of("own_single", tmp_path)
    registry = history.district.registry
    devices = tuple(replace(one, format="gateway_xml") for one in registry.devices)
    district = replace(history.district, registry=replace(registry, devices=devices))
    sent = sent_since(replace(history, district=district), {})
    with pytest.raises(ConfigError, match="gateway_xml"):
        messages(sent, Span(history.plan.origin, history.plan.now))


def test_the_page_names_every_format_that_a_scenario_can_speak() -> None:
    page = (EXAMPLES.parent / "docs" / "howto" / "simulate-a-district.md").read_text("utf-8")
    line = page[page.index("`payload` may be ") : page.index("Where the format has")]
    assert set(re.findall(r"[a-z0-9_]+", line)) >= set(FORMATS)


def test_devices_without_a_clock_have_no_history_and_speak_from_now_on(tmp_path: Path) -> None:
    history = history_of("plain", tmp_path)
    plan = history.plan
    sent = without_history(sent_since(history, {}), plan.now)
    assert messages(sent, Span(plan.origin, plan.now)) == []
    later = messages(sent, Span(plan.now, plan.now + HOUR_MS))
    assert len(later) == 4 * len(history.district.registry.meters)
    beside = history_of("tasmota", tmp_path)
    whole = sent_since(beside, {})
    assert messages(without_history(whole, plan.now), Span(plan.origin, plan.now)) == messages(
        whole, Span(plan.origin, plan.now)
    )
