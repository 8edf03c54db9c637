"""The slow twin of the screen: every value by itself; and messages of every odd sort for both."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

import formats
from collector.screening.doubt import Course, Doubt, Nameplate, Odd, followed
from collector.screening.normalize import UNKNOWN_CHANNEL, Normalizer, Refused
from energy.binding import Binding
from energy.errors import DecodeError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import GAUGE, INTERVAL, Quality, Reading
from energy.registry import Registry
from tests.builders import MAIN_METER, PANEL
from tests.naive import meter_at

FORMATS = offers(formats, "FORMAT", Format)
T0 = 1_767_225_600
DAY_MS = 86_400_000
FUTURE_MS, PAST_MS = 600_000, 3 * DAY_MS
PAST = st.sampled_from([PAST_MS, 100 * 366 * DAY_MS])
BEHIND = replace(PANEL, device="behind", gateway="gw", format="own_batch")
STRANGE = replace(PANEL, device="strange", format="tasmota")
OLD = replace(PANEL, device="old")
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
    replace(MAIN_METER, meter="moved", channel="moved", table=INTERVAL),
    replace(MAIN_METER, meter="left", channel="", device=""),
    replace(MAIN_METER, meter="gone", channel="", device="", unit="MWh"),
    replace(MAIN_METER, meter="sum", channel="ep", device="sender"),
    replace(MAIN_METER, meter="part", channel="amount", device="sender", table=INTERVAL),
    replace(
        MAIN_METER, meter="room", channel="kw", device="sender", table=GAUGE, kind="power",
        unit="kW",
    ),
)  # fmt: skip
NOON = T0 * 1000
BINDINGS = (
    Binding("coarse", "old", "ep", until=NOON),
    Binding("third", "old", "ep", NOON + 1000, NOON + 3000),
    Binding("third", "behind", "third", until=NOON),
    Binding("left", "panel", "moved", NOON - 2000, NOON + 1000),
    Binding("gone", "panel", "gone", until=NOON + 2000),
    Binding("wide", "panel", "wide", start=NOON - 3000),
)
"""A device that was replaced and then hung elsewhere, one that moved, one that was taken away."""
REGISTRY = Registry(
    devices=(PANEL, BEHIND, STRANGE, OLD, SENDER), meters=METERS, number=1, bindings=BINDINGS
)
CHANNELS = [*sorted({channel for _, channel in REGISTRY.bound}), "unknown"]

NUMBERS = st.one_of(
    st.integers(-20, 10**9).map(str),
    st.integers(0, 40).map(str),
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
    st.integers(-20, 1).map(lambda quarters: str(T0 + quarters * 300)),
    st.sampled_from(
        [T0 * 1000, T0 - 4 * 86_400, T0 + 601, 10**30, -1, 946_684_799, 946_684_800]
    ).map(str),
    st.sampled_from(["1.5", '"now"']),
)
MOMENTS = st.tuples(
    TIMES,
    st.sampled_from(["panel", "behind", "strange", "old", "nobody"]),
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
        devices = ["panel", "strange", "old", "nobody"]
        topic = f"meters/{draw(st.sampled_from(devices))}"
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


Found = tuple[list[Reading], "Counter[tuple[bytes, str]]", int, int, "Counter[Odd]"]


def bytes_kept(body: bytes, reason: str) -> bytes:
    """Of unknown channels only the first message is kept (tests/collector/test_strangers.py)."""
    return b"" if reason == UNKNOWN_CHANNEL else body


class Told:
    """What each meter told so far."""

    def __init__(self) -> None:
        self.last: dict[str, tuple[int, int | float]] = {}
        self.newest: dict[str, int] = {}
        self.course: dict[str, Course] = {}
        self.odd: Counter[Odd] = Counter()
        self.stamp: dict[str, tuple[int, int]] = {}

    def came(self, meter: str, message: int, arrived: int) -> int:
        """Return the arrival that a value is given which may meet one in the store."""
        before, stamp = self.stamp.get(meter, (-1, 0))
        given = max(arrived, stamp + (message != before))
        self.stamp[meter] = message, given
        return given

    def came_late(self, meter: str, arrived: int) -> None:
        """Note the arrival of a value that meets none in the store, but that another may meet."""
        _, stamp = self.stamp.get(meter, (-1, 0))
        self.stamp[meter] = -1, max(arrived, stamp)

    def hear(self, meter: str, time: int, value: float) -> tuple[bool, bool]:
        """Return whether it was told just before, and whether one of its time may be stored."""
        is_repeated = self.last.get(meter) == (time, value)
        may_meet = meter not in self.newest or time <= self.newest[meter]
        self.last[meter] = time, value
        self.newest[meter] = max(time, self.newest.get(meter, time))
        return is_repeated, may_meet

    def marked(self, plate: Nameplate | None, reading: Reading) -> Reading:
        """Return a reading with its mark, if it is odd beside what its meter told."""
        doubt = Doubt.ABOVE_RATE if reading.quality == Quality.DOUBTFUL else None
        if plate and reading.quality == Quality.ORDINARY:
            known = self.course.get(reading.meter)
            course, doubt = followed(plate, known, reading.time, int(reading.value))
            self.course[reading.meter] = course
        if doubt is None:
            return reading
        self.odd[Odd(reading.meter, doubt)] += 1
        return reading._replace(quality=int(Quality.DOUBTFUL))


def one_by_one(taken: list[Taken], past_ms: int = PAST_MS) -> Found:
    """The slow twin: every value by itself, as it comes."""
    in_ms = [form.name for form in FORMATS.values() if form.time_in_ms]
    normalizer = Normalizer(REGISTRY, in_ms, future_ms=FUTURE_MS, past_ms=past_ms)
    told = Told()
    readings: list[Reading] = []
    refused: Counter[tuple[bytes, str]] = Counter()
    duplicate = 0
    for place, (topic, body, arrived, held) in enumerate(taken):
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
                refused[bytes_kept(body, str(why)), str(why)] += 1
                continue
            meter, time = reading.meter, reading.time
            assert meter == meter_at(METERS, BINDINGS, (one.device, one.channel), time)
            is_repeated, may_meet = told.hear(meter, time, reading.value)
            if may_meet:
                reading = reading._replace(arrived=told.came(meter, place, arrived))
            elif reading.arrived:
                told.came_late(meter, arrived)
            if is_repeated and reading.quality != Quality.UNCERTAIN:
                duplicate += 1
                continue
            readings.append(told.marked(normalizer.nameplates.get(meter), reading))
    return readings, refused, duplicate, sum(normalizer.finer.values()), told.odd
