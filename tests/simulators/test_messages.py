import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import HOUR_MS, Span, to_ms
from simulators.meters.happenings import still_to_come
from simulators.run import sent_since, total_readings
from simulators.scenario import MESSAGE
from simulators.speech.message import Message, Sent
from simulators.speech.messages import messages
from simulators.speech.numbers_said import decimal_places, number_texts
from simulators.truth.truth_files import unresolvable
from tests.example_district import HOURS, ORIGIN, example_registry, short_history

END = ORIGIN + HOURS * HOUR_MS
BEIJING = ZoneInfo("Asia/Shanghai")


@lru_cache(maxsize=1)
def _everything() -> list[Message]:
    return messages(sent_since(short_history(), {}), Span(ORIGIN, END))


def _objects(message: Message) -> list[dict[str, Any]]:
    found = json.loads(message.payload, parse_float=Decimal, parse_int=Decimal)
    return found if isinstance(found, list) else [found]


def _readings(message: Message, registry: Registry) -> Iterator[tuple[str, int, int]]:
    """Yield meter, time and steps, as plainly as a person would read the message."""
    for said in _objects(message):
        if "ENERGY" in said:
            device = message.topic.split("/")[1]
            wall = datetime.fromisoformat(said["Time"]).replace(tzinfo=BEIJING)
            time, values = to_ms(wall), said["ENERGY"]
        else:
            device = str(said.get("device", message.topic.split("/")[1]))
            unit = 1 if registry.device[device].time_unit == "ms" else 1000
            time, values = int(said["time"]) * unit, said["values"]
        for channel, value in values.items():
            meter = registry.channel[(device, channel)]
            step = Fraction(1, 100) if meter.table == GAUGE else meter.step
            steps = Fraction(value) / step
            assert steps.denominator == 1
            yield meter.meter, time, int(steps)


def _good(found: list[Message]) -> list[tuple[str, int, int]]:
    registry = example_registry()
    return [said for message in found if not message.bad for said in _readings(message, registry)]


def test_what_is_published_is_the_truth_modulo_the_register_outside_faults() -> None:
    stored = {(meter, time): steps for meter, time, steps in _good(_everything())}
    told = short_history().happenings.told
    wanted = {
        (name, time): (shown, good)
        for name, one in told.items()
        for time, shown, good, said, at in zip(
            one.time.tolist(), one.shown.tolist(), one.good.tolist(), one.published.tolist(),
            one.publish_at.tolist(), strict=True,
        )
        if said and at < END
    }  # fmt: skip
    assert stored == {key: shown for key, (shown, _) in wanted.items()}
    replaced = {"gov_office_water", "school_main_main", "sports_hall_water"}
    for name, one in told.items():
        if one.meter.table == GAUGE or name in replaced:
            continue
        good = one.good & one.published
        shift = (one.shown[good] - one.count[good]) % one.meter.modulus
        assert len(set(shift.tolist())) == 1


def test_messages_are_in_order_and_never_from_the_future() -> None:
    found = _everything()
    assert [m.publish_at for m in found] == sorted(m.publish_at for m in found)
    registry = example_registry()
    for message in found:
        if not message.bad:
            assert all(t <= message.publish_at for _, t, _ in _readings(message, registry))
            assert message.readings == sum(1 for _ in _readings(message, registry))


def test_three_payload_formats_are_spoken() -> None:
    topics = {message.topic for message in _everything()}
    assert sum(topic.startswith("meters/batch/gw-") for topic in topics) >= 5
    assert sum(topic.startswith("tele/") for topic in topics) == 2
    assert "meters/weather-north" in topics


def test_every_planted_bad_message_is_sent_once_with_one_reading() -> None:
    bad = [message for message in _everything() if message.bad]
    planted = short_history().happenings
    assert len(bad) == len(planted.bad) == 20
    assert {entry.kind for entry in planted.bad} == set(MESSAGE)
    texts = b"\n".join(message.payload for message in bad)
    for sign in (b"\xff\xfe", b"ghost-", b"nobody", b"NaN", b"-5"):
        assert sign in texts


def test_the_total_says_how_many_different_readings_will_be_sent() -> None:
    sent = sent_since(short_history(), {})
    different = {(meter, time) for meter, time, _ in _good(_everything())}
    assert total_readings(sent, END - 1) == len(different)


def test_after_a_stop_only_what_may_be_missing_is_sent_again() -> None:
    everything = {(meter, time) for meter, time, _ in _good(_everything())}
    cut = ORIGIN + 20 * 24 * HOUR_MS
    happenings = short_history().happenings
    before = {
        (meter, time)
        for message in messages(Sent(example_registry(), happenings, {}, {}), Span(ORIGIN, cut))
        if not message.bad
        for meter, time, _ in _readings(message, example_registry())
    }
    newest: dict[str, int] = {}
    for meter, time in before:
        newest[meter] = max(time, newest.get(meter, 0))
    again = messages(sent_since(short_history(), newest), Span(ORIGIN, END))
    resent = {(meter, time) for meter, time, _ in _good(again)}
    assert before | resent == everything
    assert len(resent) < len(everything) / 2
    assert sum(message.bad for message in again) == 0


@lru_cache(maxsize=1)
def test_what_is_still_to_come_says_the_same_after_any_moment() -> None:
    sent = sent_since(short_history(), {})
    end = ORIGIN + HOURS * HOUR_MS
    for share in (1, 3, 5, 9):
        since = ORIGIN + HOURS * HOUR_MS * share // 10
        rest = replace(sent, happenings=still_to_come(sent.happenings, since))
        assert messages(rest, Span(since + 1, end)) == messages(sent, Span(since + 1, end))
        kept = sum(len(told.time) for told in rest.happenings.told.values())
        assert kept < sum(len(told.time) for told in sent.happenings.told.values())


def _by_meter() -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for meter, time, steps in _good(_everything()):
        found.setdefault(meter, []).append((time, steps))
    return found


def _times_and_steps(meter: str) -> list[tuple[int, int]]:
    return _by_meter()[meter]


def _span(kind: str, meter: str) -> Span:
    for entry in short_history().happenings.faults:
        if (entry.fault.kind, entry.fault.meter) == (kind, meter):
            return Span(entry.start, entry.end)
    raise AssertionError(f"{kind} at {meter} is not planted")


@pytest.mark.parametrize("meter", ["hospital_ward_main", "library_main_water"])
def test_a_planted_rollover_falls_to_zero_once(meter: str) -> None:
    steps = np.array([s for _, s in sorted(dict(_times_and_steps(meter)).items())])
    fallen = np.flatnonzero(np.diff(steps) < 0)
    assert len(fallen) == 1
    assert steps[fallen[0] + 1] < 10_000


def test_a_replacement_closes_and_opens_and_one_is_not_written_down() -> None:
    events = short_history().happenings.events
    assert [event.meter for event in events] == ["gov_office_water", "school_main_main"]
    for event in events:
        assert event.closing is not None
        assert event.opening is not None
        said = sorted(dict(_times_and_steps(event.meter)).items())
        last = max(entry for entry in said if entry[0] <= event.time)
        following = min(entry for entry in said if entry[0] > event.time)
        assert last[1] <= event.closing
        assert event.opening <= following[1] < event.opening + 1000
        told = short_history().happenings.told[event.meter]
        at = dict(zip(told.time.tolist(), told.count.tolist(), strict=True))
        bridged = (event.closing - last[1]) + (following[1] - event.opening)
        assert bridged == at[following[0]] - at[last[0]]
    steps = [s for _, s in sorted(_times_and_steps("sports_hall_water"))]
    assert sum(after < before for before, after in itertools.pairwise(steps)) == 1


@pytest.mark.parametrize(
    ("kind", "meter"),
    [
        ("dip", "hospital_outpatient_main"),
        ("dip", "gov_office_lighting"),
        ("zero", "library_main_main"),
        ("zero", "sports_hall_hvac"),
    ],
)
def test_a_dip_or_zero_lasts_one_reading(kind: str, meter: str) -> None:
    span = _span(kind, meter)
    said = sorted(dict(_times_and_steps(meter)).items())
    at = next(index for index, (time, _) in enumerate(said) if time in span)
    assert said[at][1] < said[at - 1][1] < said[at + 1][1]
    assert (said[at][1] == 0) == (kind == "zero")


def test_duplicates_are_said_twice_alike_and_a_resend_corrects_itself() -> None:
    span = _span("duplicate", "gov_hall_main")
    said = [entry for entry in _times_and_steps("gov_hall_main") if entry[0] in span]
    assert len(said) == 2 * len(set(said)) == 2 * 48
    span = _span("resend", "hospital_ward_main")
    said = [entry for entry in _times_and_steps("hospital_ward_main") if entry[0] in span]
    first = dict(reversed(said))
    assert {time: steps + 1 for time, steps in first.items()} == dict(said)


def test_a_backlog_comes_late_and_out_of_order_comes_backwards() -> None:
    told = short_history().happenings.told
    hospital = told["hospital_outpatient_main"]
    assert (hospital.publish_at - hospital.time).max() > 59 * HOUR_MS
    assert short_history().happenings.longest_delay_ms > 59 * HOUR_MS
    span = _span("out_of_order", "school_main_main")
    times = [time for time, _ in _times_and_steps("school_main_main") if time in span]
    assert times == sorted(times, reverse=True)
    assert len(times) == 12


def test_an_outage_and_a_silent_meter_say_nothing() -> None:
    for kind, meter in [
        ("outage", "library_main_main"),
        ("outage", "gov_canteen_gas"),
        ("ambiguous_wrap", "hospital_outpatient_water"),
        ("silent", "school_dorm_power"),
    ]:
        span = _span(kind, meter)
        assert not [time for time, _ in _times_and_steps(meter) if time in span]


def test_a_stuck_meter_repeats_itself_while_its_load_goes_on() -> None:
    span = _span("stuck", "hospital_admin_power")
    said = {steps for time, steps in _times_and_steps("hospital_admin_power") if time in span}
    assert len(said) <= 2
    assert short_history().district.meters["hospital_admin_power"].used[-24:].sum() > 0


def test_a_wrong_ratio_doubles_what_the_register_counts() -> None:
    told = short_history().happenings.told["hospital_outpatient_special"]
    true = short_history().district.meters["hospital_outpatient_special"]
    begins = (_span("ratio", "hospital_outpatient_special").start - ORIGIN) // HOUR_MS
    counted = told.edges[-1] - told.edges[begins]
    assert counted == 2 * (true.edges[-1] - true.edges[begins])


def test_only_the_ambiguous_wrap_and_the_unwritten_replacement_are_unresolvable() -> None:
    happenings = short_history().happenings
    half_past = _span("replacement_unannounced", "sports_hall_water").start + HOUR_MS // 2
    assert happenings.jumps == {"sports_hall_water": [half_past]}
    for name, told in happenings.told.items():
        if told.meter.table == GAUGE:
            continue
        spans = unresolvable(told, happenings.jumps.get(name, ()))
        assert len(spans) == (name in ("sports_hall_water", "hospital_outpatient_water")), name


def test_numbers_are_exact_decimal_text() -> None:
    assert decimal_places(Fraction("0.001")) == 3
    assert number_texts(np.array([0, 5, 123456]), Fraction("0.01")) == ["0.00", "0.05", "1234.56"]
    assert number_texts(np.array([7]), Fraction("0.5")) == ["3.5"]
    assert number_texts(np.array([-5, -1234]), Fraction("0.01")) == ["-0.05", "-12.34"]
    assert number_texts(np.array([42]), Fraction(10)) == ["420"]
