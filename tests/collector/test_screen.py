"""Screening whole columns ends exactly where reading every value by itself ends."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

import formats
from collector.intake import Intake
from collector.normalize import UNKNOWN_CHANNEL, Normalizer, Refused
from collector.packing import unpack
from collector.segment import START
from collector.spool import Spool
from energy.errors import DecodeError
from energy.message import Format
from energy.offers import offers
from energy.reading import GAUGE, INTERVAL, Quality, Reading
from energy.registry import Registry
from tests.builders import MAIN_METER, PANEL

FORMATS = offers(formats, "FORMAT", Format)
T0 = 1_767_225_600
DAY_MS = 86_400_000
FUTURE_MS, PAST_MS = 600_000, 3 * DAY_MS
PAST = st.sampled_from([PAST_MS, 100 * 366 * DAY_MS])
BEHIND = replace(PANEL, device="behind", gateway="gw", format="own_batch")
STRANGE = replace(PANEL, device="strange", format="tasmota")
SENDER = replace(PANEL, device="sender", format="senml")
METERS = (
    MAIN_METER,
    replace(MAIN_METER, meter="coarse", channel="coarse", step=Fraction(10), digits=4),
    replace(MAIN_METER, meter="third", channel="third", step=Fraction(1, 3)),
    replace(MAIN_METER, meter="wide", channel="wide", step=Fraction(1, 1000), digits=18),
    replace(MAIN_METER, meter="amount", channel="amount", table=INTERVAL, ratio=Fraction(60)),
    replace(MAIN_METER, meter="odd", channel="odd", table=INTERVAL, ratio=Fraction(7, 3)),
    replace(MAIN_METER, meter="kw", channel="kw", table=GAUGE, kind="power", unit="kW"),
    replace(MAIN_METER, meter="watt", channel="watt", table=GAUGE, kind="power", unit="W"),
    replace(MAIN_METER, meter="warm", channel="warm", table=GAUGE, kind="temperature", unit="degC"),
    replace(MAIN_METER, meter="far", channel="ep", device="behind"),
    replace(MAIN_METER, meter="plug", channel="ep", device="strange"),
    replace(MAIN_METER, meter="sum", channel="ep", device="sender"),
    replace(MAIN_METER, meter="part", channel="amount", device="sender", table=INTERVAL),
    replace(
        MAIN_METER, meter="room", channel="kw", device="sender", table=GAUGE, kind="power",
        unit="kW",
    ),
)  # fmt: skip
REGISTRY = Registry(devices=(PANEL, BEHIND, STRANGE, SENDER), meters=METERS, number=1)
CHANNELS = [*sorted({meter.channel for meter in METERS}), "unknown"]

NUMBERS = st.one_of(
    st.integers(-20, 10**9).map(str),
    st.decimals(-100, 10**7, places=2).map(str),
    st.decimals(0, 10**6, places=4).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(0, 1e7).map(lambda value: f"{value:.17g}"),
    st.integers(0, 10**19).map(lambda value: f"{value}.125"),
    st.sampled_from(
        ["0.29999999999999999", "0.30000000000000004", "-0", "-0.0", "1e-400", "1e400"]
    ),
    st.sampled_from(
        ["5e-324", "true", "null", '"7"', "[1]", "9007199254740993", "999999.99", "1e3"]
    ),
)
TIMES = st.one_of(
    st.integers(T0 - 4, T0 + 4).map(str),
    st.sampled_from(
        [T0 * 1000, T0 - 4 * 86_400, T0 + 601, 10**30, -1, 946_684_799, 946_684_800]
    ).map(str),
    st.sampled_from(["1.5", '"now"']),
)
MOMENTS = st.tuples(
    TIMES,
    st.sampled_from(["panel", "behind", "strange", "nobody"]),
    st.dictionaries(st.sampled_from(CHANNELS), NUMBERS, max_size=4),
)


Taken = tuple[str, bytes, int, bool]
"""Topic, body, arrival [ms], and whether the broker held it for a while."""


@st.composite
def messages(draw: st.DrawFn) -> Taken:
    """A message of the own forms, or one of SenML, which need not bear a time."""
    arrived, held = (T0 + draw(st.integers(0, 3))) * 1000, draw(st.booleans())
    if draw(st.booleans()):
        return "senml/sender", draw(packs()), arrived, held
    many = draw(st.lists(MOMENTS, max_size=4))
    is_batch = draw(st.booleans())
    objects = [
        (f'{{"device":"{device}",' if is_batch else "{")
        + f'"time":{time},"values":{{'
        + ",".join(f'"{channel}":{number}' for channel, number in values.items())
        + "}}"
        for time, device, values in many
    ]
    topic = draw(st.sampled_from(["meters/batch/gw", "meters/batch/other"]))
    if not is_batch:
        topic = draw(st.sampled_from(["meters/panel", "meters/strange", "meters/nobody"]))
    body = objects[0] if len(objects) == 1 and not is_batch else f"[{','.join(objects)}]"
    return topic, body.encode(), arrived, held


@st.composite
def packs(draw: st.DrawFn) -> bytes:
    """The body of a pack of SenML."""
    names = st.sampled_from(["ep", "amount", "kw", "unknown"])
    entries = draw(st.lists(st.tuples(names, NUMBERS, st.none() | TIMES), max_size=4))
    objects = [
        f'{{"n":"{name}","v":{number}' + (f',"t":{time}}}' if time else "}")
        for name, number, time in entries
    ]
    return f"[{','.join(objects)}]".encode()


def panel(values: str, second: int = 0) -> Taken:
    """A message of one moment."""
    body = f'{{"time":{T0 + second},"values":{{{values}}}}}'.encode()
    return "meters/panel", body, T0 * 1000, False


Found = tuple[list[Reading], "Counter[tuple[bytes, str]]", int, int]


def _bytes_kept(body: bytes, reason: str) -> bytes:
    """Of unknown channels only the first message is kept (tests/collector/test_strangers.py)."""
    return b"" if reason == UNKNOWN_CHANNEL else body


def one_by_one(taken: list[Taken], past_ms: int = PAST_MS) -> Found:
    """The slow twin: every value by itself, as it comes."""
    in_ms = [form.name for form in FORMATS.values() if form.time_in_ms]
    normalizer = Normalizer(REGISTRY, in_ms, future_ms=FUTURE_MS, past_ms=past_ms)
    last: dict[str, tuple[int, int | float]] = {}
    newest: dict[str, int] = {}
    readings: list[Reading] = []
    refused: Counter[tuple[bytes, str]] = Counter()
    duplicate = 0
    for topic, body, arrived, held in taken:
        (form,) = [form for form in FORMATS.values() if form.is_mine(topic)]
        try:
            said = form.decode(topic, body)
        except DecodeError as error:
            refused[body, str(error)] += 1
            continue
        for one in said:
            try:
                reading = normalizer.reading(
                    one,
                    gateway=form.gateway_of(topic),
                    form=form.name,
                    arrived=arrived,
                    held=held,
                )
            except Refused as why:
                refused[_bytes_kept(body, str(why)), str(why)] += 1
                continue
            meter, time = reading.meter, reading.time
            is_repeated = last.get(meter) == (time, reading.value)
            may_meet = meter not in newest or time <= newest[meter]
            last[meter] = time, reading.value
            newest[meter] = max(time, newest.get(meter, time))
            if is_repeated and reading.quality != Quality.UNCERTAIN:
                duplicate += 1
                continue
            if may_meet and not reading.arrived:
                reading = reading._replace(arrived=arrived)
            readings.append(reading)
    return readings, refused, duplicate, sum(normalizer.finer.values())


def as_columns(taken: list[Taken], commits: set[int], past_ms: int = PAST_MS) -> Found:
    """The collector's intake, that commits after some of the messages."""
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder), max_bytes=10**9)
        intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=FUTURE_MS, past_ms=past_ms)
        for place, (topic, body, arrived, held) in enumerate(taken):
            intake.take(topic, body, retained=False, arrived=arrived, held=held)
            if place in commits:
                assert intake.commit()
        assert intake.commit()
        found = [unpack(record) for record in spool.read(START)]
        spool.close()
    refused: Counter[tuple[bytes, str]] = Counter()
    for commit in found:
        for letter in commit.letters:
            payload = _bytes_kept(letter.payload, letter.reason)
            refused[payload, letter.reason] += letter.readings
    readings = [reading for commit in found for reading in commit.readings.readings()]
    totals = intake.totals
    assert totals.received == totals.accepted + totals.dead + totals.duplicate
    assert (totals.accepted, totals.dead) == (len(readings), refused.total())
    return readings, refused, totals.duplicate, totals.finer


def by_meter(readings: list[Reading]) -> dict[str, list[str]]:
    """Each meter's readings in their order; as text, so that -0.0 is not 0.0."""
    ordered = sorted(readings, key=lambda reading: reading.meter)
    return {
        meter: [repr(tuple(reading)) for reading in own]
        for meter, own in groupby(ordered, key=lambda reading: reading.meter)
    }


@settings(max_examples=300)
@given(taken=st.lists(messages(), max_size=12), commits=st.sets(st.integers(0, 11)), past_ms=PAST)
@example(taken=[panel("")], commits=set(), past_ms=PAST_MS)
@example(taken=[panel('"wide":100000000000000.001')], commits=set(), past_ms=PAST_MS)
@example(taken=[panel('"ep":-0.01,"amount":-0.00001,"coarse":-10')], commits=set(), past_ms=PAST_MS)
@example(
    taken=[panel('"ep":1', 10), panel('"ep":1', 5), panel('"ep":1', 7)],
    commits={0},
    past_ms=PAST_MS,
)
@example(taken=[panel('"warm":-91,"kw":-1000001,"watt":1e9')], commits=set(), past_ms=PAST_MS)
def test_columns_and_single_values_end_alike(
    taken: list[Taken], commits: set[int], past_ms: int
) -> None:
    readings, *rest = as_columns(taken, commits, past_ms)
    expected, *others = one_by_one(taken, past_ms)

    assert by_meter(readings) == by_meter(expected)
    assert rest == others


def test_what_a_meter_said_last_is_known_under_a_new_registry(tmp_path: Path) -> None:
    registries = [REGISTRY, replace(REGISTRY, meters=METERS[::-1], number=2)]
    spool = Spool(tmp_path, max_bytes=10**9)
    intake = Intake(spool, FORMATS, lambda: registries[0], future_ms=FUTURE_MS, past_ms=PAST_MS)
    body = f'{{"time":{T0},"values":{{"ep":1.25,"kw":3}}}}'.encode()
    intake.take("meters/panel", body, retained=False, arrived=T0 * 1000)
    registries.pop(0)

    intake.renew_registry()
    intake.take("meters/panel", body, retained=False, arrived=T0 * 1000)
    assert intake.commit()

    assert (intake.totals.accepted, intake.totals.duplicate) == (2, 2)
    spool.close()


def test_what_is_let_go_of_is_neither_a_repetition_nor_late_when_it_is_said_again(
    tmp_path: Path,
) -> None:
    spool = Spool(tmp_path, max_bytes=10**9)
    intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=FUTURE_MS, past_ms=PAST_MS)
    for seconds in (0, 1):
        topic, body, arrived, _ = panel('"ep":1.25', seconds)
        intake.take(topic, body, retained=False, arrived=arrived)
        assert intake.commit()
    for _ in range(2):
        for seconds in (2, 3):
            topic, body, arrived, _ = panel('"ep":1.25', seconds)
            intake.take(topic, body, retained=False, arrived=arrived)
        intake._hand.screen(intake._screen)  # as a commit does, which a full spool then refuses
        intake.forget()

    for seconds in (2, 3):
        topic, body, arrived, _ = panel('"ep":1.25', seconds)
        intake.take(topic, body, retained=False, arrived=arrived)
    assert intake.commit()

    *_, last = [unpack(record).readings.readings() for record in spool.read(START)]
    spool.close()
    assert [(reading.time - T0 * 1000, reading.arrived) for reading in last] == [
        (2000, 0),
        (3000, 0),
    ]
    assert intake.totals.duplicate == 0
