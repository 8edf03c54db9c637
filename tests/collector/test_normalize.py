"""What a device says becomes whole steps at its own time, by the registry alone."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.screening.normalize import PAST_MS, Normalizer, Refused
from energy.messages.message import Said
from energy.meter import NET, Device, Meter
from energy.reading import Reading
from energy.registry import Registry
from tests.builders import MAIN_METER, PANEL, replacement

HOUR = 3_600_000
NOW = 1_767_225_600_000
DAY = 24 * HOUR
YEAR_2000 = 946_684_800
NEVER_SET = "time before the year 2000: it looks like a clock that was never set"


def _normalizer(
    meter: Meter = MAIN_METER, device: Device = PANEL, *, future_ms: int = DAY
) -> Normalizer:
    return Normalizer(Registry(devices=(device,), meters=(meter,)), future_ms=future_ms)


def _said(value: str, time: int | str | None = NOW // 1000, unit: str = "") -> Said:
    return Said("panel", "ep", time, Decimal(value), unit)


def _why(normalizer: Normalizer, said: Said, gateway: str = "") -> str:
    with pytest.raises(Refused) as refused:
        normalizer.reading(said, gateway=gateway, form="own_single", arrived=NOW)
    return str(refused.value)


def test_a_register_is_kept_as_whole_steps_without_ratio() -> None:
    reading = _normalizer().reading(_said("123.45"), gateway="", form="own_single", arrived=NOW)
    assert reading == Reading("hall_main", "register", NOW, 12345)


@given(st.decimals(min_value=0, max_value=900_000, places=4))
def test_a_value_finer_than_the_step_is_floored_and_counted(value: Decimal) -> None:
    normalizer = _normalizer()
    reading = normalizer.reading(_said(str(value)), gateway="", form="own_single", arrived=NOW)
    exact = Fraction(value) * 100
    assert reading.value == exact.numerator // exact.denominator
    assert normalizer.finer.get("hall_main", 0) == (exact.denominator != 1)


@given(st.decimals(min_value=-900_000, max_value=900_000, places=4))
def test_a_net_register_may_show_less_than_nothing_and_is_floored_there_too(
    value: Decimal,
) -> None:
    normalizer = _normalizer(replace(MAIN_METER, counts=NET))
    reading = normalizer.reading(_said(str(value)), gateway="", form="own_single", arrived=NOW)
    exact = Fraction(value) * 100
    assert reading.value == exact.numerator // exact.denominator
    assert normalizer.finer.get("hall_main", 0) == (exact.denominator != 1)


def test_a_net_register_shows_no_more_below_zero_than_its_digits() -> None:
    normalizer = _normalizer(replace(MAIN_METER, counts=NET))
    assert _why(normalizer, _said("-1000000")) == "more than the 8 digits of the register"


def test_a_step_that_is_no_power_of_ten_is_exact_too() -> None:
    meter = replace(MAIN_METER, step=Fraction(1, 3))
    reading = _normalizer(meter).reading(_said("7"), gateway="", form="own_single", arrived=NOW)
    assert reading.value == 21


def test_milliseconds_are_read_where_the_registry_says_so() -> None:
    normalizer = _normalizer(device=replace(PANEL, time_unit="ms"))
    assert (
        normalizer.reading(_said("1", NOW + 7), gateway="", form="own_single", arrived=NOW).time
        == NOW + 7
    )


def test_a_local_time_is_read_on_the_clock_of_its_device() -> None:
    normalizer = _normalizer(device=replace(PANEL, timezone="Asia/Shanghai"))
    said = _said("1", "2026-01-01T08:00:00")
    assert normalizer.reading(said, gateway="", form="own_single", arrived=NOW).time == NOW


@pytest.mark.parametrize("wider", [{"digits": 9}, {"step": Fraction(1, 10)}])
def test_a_later_register_shows_what_its_own_digits_and_steps_allow(
    wider: dict[str, int | Fraction],
) -> None:
    fitted = replace(replacement("hall_main", NOW - DAY, closing=9), **wider)  # type: ignore[arg-type]  # of its columns
    registry = Registry(devices=(PANEL,), meters=(MAIN_METER,), events=(fitted,))
    normalizer = Normalizer(registry, future_ms=DAY)
    said = _said("9999999.9")
    reading = normalizer.reading(said, gateway="", form="own_single", arrived=NOW)
    assert reading == Reading("hall_main", "register", NOW, 999_999_990)
    assert _why(normalizer, _said("10000000")) == "more than the 9 digits of the register"


def test_a_message_without_time_has_its_arrival_as_time() -> None:
    assert (
        _normalizer().reading(_said("1", None), gateway="", form="own_single", arrived=NOW).time
        == NOW
    )


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (_said("-1"), "negative register"),
        (_said("1000000"), "more than the 8 digits of the register"),
        (_said("1", NOW), "time in the wrong unit: it looks like ms"),
        (_said("1", 0), NEVER_SET),
        (_said("1", (NOW - PAST_MS) // 1000 - 1), "time too far in the past"),
        (_said("1", (NOW + 2 * DAY) // 1000), "time in the far future"),
        (_said("1", "yesterday"), "time cannot be read"),
        (_said("1", unit="Wh"), "unit Wh where the registry says kWh"),
        (Said("panel", "eq", 0, Decimal(1)), "unknown channel"),
        (Said("stranger", "ep", 0, Decimal(1)), "unknown device"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason(said: Said, reason: str) -> None:
    assert _why(_normalizer(), said) == reason


def test_nothing_is_older_than_the_year_2000_however_long_readings_are_kept() -> None:
    normalizer = Normalizer(
        Registry(devices=(PANEL,), meters=(MAIN_METER,)), future_ms=DAY, past_ms=100 * 366 * DAY
    )
    first = normalizer.reading(_said("1", YEAR_2000), gateway="", form="own_single", arrived=NOW)
    assert first.time == YEAR_2000 * 1000
    assert _why(normalizer, _said("1", YEAR_2000 - 1)) == NEVER_SET


def test_seconds_where_milliseconds_are_declared_are_named() -> None:
    normalizer = _normalizer(device=replace(PANEL, time_unit="ms"))
    assert _why(normalizer, _said("1")) == "time in the wrong unit: it looks like s"


def test_a_device_speaks_through_its_own_gateway_alone() -> None:
    bound = _normalizer(device=replace(PANEL, gateway="gw-1"))
    assert bound.reading(_said("1"), gateway="gw-1", form="own_single", arrived=NOW).value == 100
    assert _why(bound, _said("1"), gateway="gw-2") == "not its device"
    assert _why(bound, _said("1")) == "not its device"
    assert _why(_normalizer(), _said("1"), gateway="gw-1") == "not its device"


def test_the_time_of_arrival_is_kept_only_for_what_came_late() -> None:
    normalizer = _normalizer()
    on_time = normalizer.reading(_said("1"), gateway="", form="own_single", arrived=NOW + 2 * HOUR)
    late = normalizer.reading(_said("1"), gateway="", form="own_single", arrived=NOW + 2 * HOUR + 1)
    assert (on_time.arrived, late.arrived) == (0, NOW + 2 * HOUR + 1)


@given(
    time=st.none()
    | st.integers(-(2**70), 2**70)
    | st.integers(NOW // 2000, NOW // 1000)
    | st.text(max_size=30)
    | st.datetimes().map(lambda when: when.isoformat())
    | st.sampled_from(["0001-01-01T00:00:00", "9999-12-31T23:59:59+00:00", "2026-03-29T02:30"]),
    value=st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**29), max_value=10**29),
    table=st.sampled_from(["register", "interval", "gauge"]),
)
def test_whatever_is_said_becomes_a_possible_reading_or_is_refused(
    time: int | str | None, value: Decimal, table: str
) -> None:
    kind, unit = ("power", "kW") if table == "gauge" else ("electricity", "kWh")
    meter = replace(MAIN_METER, table=table, kind=kind, unit=unit)
    normalizer = _normalizer(meter, replace(PANEL, timezone="Europe/London"))
    try:
        reading = normalizer.reading(
            Said("panel", "ep", time, value), gateway="", form="own_single", arrived=NOW
        )
    except Refused:
        return
    assert NOW - PAST_MS <= reading.time <= NOW + DAY
    scale = {"register": 100, "interval": 40_000, "gauge": 1000}[table]
    if table == "gauge":  # a float on the line already
        assert reading.value == float(Fraction(Decimal(repr(float(value)))) * scale)
    else:
        is_floor = 0 <= reading.value <= Fraction(value) * scale < reading.value + 1
        assert is_floor or float(value) == float(Fraction(int(reading.value), scale))


QUARTERS = "time ahead by 5:45, 8:45, 12:45 or 13:45: it looks like a local time sent as UTC"


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [
        (8 * 60, "time ahead by whole or half hours: it looks like a local time sent as UTC"),
        (5 * 60 + 31, "time ahead by whole or half hours: it looks like a local time sent as UTC"),
        (8 * 60 + 10, "time in the far future"),
        (15 * 60, "time in the far future"),
        (11, "time in the far future"),
        (5 * 60 + 45, QUARTERS),
        (8 * 60 + 46, QUARTERS),
        (13 * 60 + 45, QUARTERS),
        (7 * 60 + 45, "time in the far future"),
        (9 * 60 + 15, "time in the far future"),
    ],
)
def test_a_clock_in_another_zone_is_told_from_one_that_is_wrong(minutes: int, reason: str) -> None:
    said = _said("1", (NOW + minutes * 60_000) // 1000)
    assert _why(_normalizer(future_ms=600_000), said) == reason


def test_a_clock_that_is_ten_minutes_ahead_is_believed() -> None:
    reading = _normalizer(future_ms=600_000).reading(
        _said("1", (NOW + 600_000) // 1000), gateway="", form="own_single", arrived=NOW
    )
    assert reading.time == NOW + 600_000
