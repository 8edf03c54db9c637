"""A reading comes to the meter that its device hung at when it was said."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from energy.binding import Binding, bindings_of
from energy.meter import Meter
from tests.builders import MAIN_METER
from tests.naive import meter_at

METERS, CHANNELS = ["m0", "m1", "m2"], ["c0", "c1", "c2"]
HOURS = 6
Written = tuple[list[Meter], list[Binding]]


@st.composite
def courses(draw: st.DrawFn) -> list[dict[str, str]]:
    """Which meter each channel hangs at, hour by hour: one of each to one of the other, or none."""
    some_meters = st.lists(st.sampled_from([*METERS, ""]), min_size=3, max_size=3)
    found: list[dict[str, str]] = []
    for _ in range(HOURS):
        stays = draw(st.booleans())
        if found and stays:
            found.append(found[-1])
            continue
        hung = {meter: channel for channel, meter in zip(CHANNELS, draw(some_meters), strict=True)}
        hung.pop("", None)
        found.append({channel: meter for meter, channel in hung.items()})
    return found


@st.composite
def registries(draw: st.DrawFn, course: list[dict[str, str]]) -> Written:
    """Write a course down as people would: what is there now in the meters, the rest as rows."""
    now: dict[str, str] = {}
    rows: list[Binding] = []
    open_rows: list[Binding] = []
    for channel in CHANNELS:
        hour = 0
        while hour < HOURS:
            meter, start = course[hour].get(channel, ""), hour
            while hour < HOURS and course[hour].get(channel, "") == meter:
                hour += 1
            if not meter:
                continue
            first = None if start == 0 and draw(st.booleans()) else start
            row = Binding(meter, "device", channel, first, None if hour == HOURS else hour)
            if hour < HOURS:
                rows.append(row)
            else:
                now[meter] = channel
                open_rows.append(row)
    for row in open_rows:
        ends = [one.until for one in rows if row.meter == one.meter or row.key == one.key]
        starts_by_itself = max((end or 0 for end in ends), default=0) == (row.start or 0)
        if not starts_by_itself or draw(st.booleans()):
            rows.append(row)
    meters = [
        replace(
            MAIN_METER,
            meter=name,
            device="device" if name in now else "",
            channel=now.get(name, ""),
        )
        for name in METERS
    ]
    return meters, draw(st.permutations(rows))


@given(data=st.data())
def test_each_hour_of_a_channel_belongs_to_the_meter_it_hung_at(data: st.DataObject) -> None:
    course = data.draw(courses())
    meters, rows = data.draw(registries(course))
    bound = bindings_of(meters, rows)

    for hour, hung in enumerate(course):
        for channel in CHANNELS:
            own = bound.get(("device", channel), ())
            found = [one.meter for one in own if one.first <= hour < one.end]
            expected = hung.get(channel, "")
            assert found == ([expected] if expected else [])
            assert meter_at(meters, rows, ("device", channel), hour) == expected


def test_without_dates_a_channel_is_its_meters_for_ever() -> None:
    (only,) = bindings_of([MAIN_METER], [])["panel", "ep"]

    assert only == Binding("hall_main", "panel", "ep")


def test_a_replaced_device_gives_its_meter_over_to_the_new_one() -> None:
    bound = bindings_of([MAIN_METER], [Binding("hall_main", "old", "ep", until=100)])

    assert bound == {
        ("old", "ep"): (Binding("hall_main", "old", "ep", None, 100),),
        ("panel", "ep"): (Binding("hall_main", "panel", "ep", 100, None),),
    }


def test_a_moved_device_leaves_its_past_where_it_was() -> None:
    new = replace(MAIN_METER, meter="new")
    left = replace(MAIN_METER, device="", channel="")
    bound = bindings_of([left, new], [Binding("hall_main", "panel", "ep", until=100)])

    assert bound["panel", "ep"] == (
        Binding("hall_main", "panel", "ep", None, 100),
        Binding("new", "panel", "ep", 100, None),
    )
