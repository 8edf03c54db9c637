"""What is said of a wrong clock, and once for all of its meters."""

from dataclasses import replace

import pytest

from analytics.clock_error import ON_TIME, ClockError
from analytics.findings.overlap import without_overlap
from analytics.findings.watch import judge, rules
from energy.finding import Finding, Stream
from energy.meter import Meter
from energy.span import HOUR_MS
from tests.builders import MAIN_METER, PANEL, SUB_METER, registry_of
from tests.evidence import NOW, evidence, office

MINUTE = 60_000


def rule_says(error: ClockError | None, *, timezone: str = "Asia/Shanghai") -> list[Finding]:
    entry = replace(evidence(office()), clock_error=error, timezone=timezone)
    return judge([entry], {"device_clock": rules()["device_clock"]}).found


def off_by(minutes: float) -> ClockError:
    start = NOW - 26 * HOUR_MS
    return ClockError(round(minutes * MINUTE), 4000, 100, start, NOW - HOUR_MS, is_begin_seen=True)


def test_a_clock_that_sends_utc_as_local_time_is_said_in_a_sentence() -> None:
    (finding,) = rule_says(off_by(8 * 60 + 0.1))
    assert finding.sentence_en == (
        "The clock of panel, the device of Hall main, is 8 h behind: since 2026-11-24 10:00 its "
        "readings arrive so long after the times they bear (n=100, within 4 s). It looks like UTC "
        "sent as the local time of Asia/Shanghai."
    )
    assert finding.sentence_zh == (
        "大厅总表的采集设备 panel 的时钟慢 8 h：自 2026-11-24 10:00 起读数到达总比其标注的时间晚"
        "这么多（100 次，相差不过 4 s）。看起来是把 UTC 时间当作 Asia/Shanghai 的当地时间。"
    )
    assert finding.stream is Stream.DATA
    assert finding.goes_on
    assert finding.base_per_year is None
    assert finding.evidence == {"behind_s": 28_806.0, "spread_s": 4.0, "deliveries": 100.0}
    (unseen,) = rule_says(replace(off_by(480), is_begin_seen=False))
    assert "since 2026-11-24 10:00 at least" in unseen.sentence_en


@pytest.mark.parametrize(
    ("minutes", "timezone", "ends"),
    [
        (-8 * 60, "Asia/Shanghai", "is 8 h ahead"),
        (-8 * 60, "Asia/Shanghai", "It looks like the local time of Asia/Shanghai sent as UTC."),
        (60, "Asia/Shanghai", "It looks like the time of another zone."),
        (135, "Asia/Shanghai", "It looks like the time of another zone."),  # Nepal's
        (5 * 60 + 45, "Asia/Kathmandu", "It looks like UTC sent as the local time of Asia/Kathm"),
        (75, "Asia/Shanghai", "is 1 h 15 min behind"),
        (47, "Asia/Shanghai", "within 4 s)."),
        (60 * 24 * 30, "Asia/Shanghai", "is 720 h behind"),
        (60, "Europe/Berlin", "It looks like UTC sent as the local time of Europe/Berlin."),
    ],
)
def test_an_error_is_said_to_be_a_zone_only_where_one_stands_so_far_off(
    minutes: int, timezone: str, ends: str
) -> None:
    (finding,) = rule_says(off_by(minutes), timezone=timezone)
    assert ends in finding.sentence_en
    is_zone = minutes not in (75, 47, 60 * 24 * 30)
    assert ("It looks like" in finding.sentence_en) == is_zone
    assert ("看起来" in finding.sentence_zh) == is_zone


def test_a_right_clock_is_no_finding_and_one_that_nobody_can_tell_a_named_code() -> None:
    assert rule_says(ON_TIME) == []
    rule = rules()["device_clock"]
    assert rule.gate(evidence(office())) == "no_steady_arrival"
    assert rule.gate(replace(evidence(office()), newest=None)) == "never_read"
    assert rule.gate(replace(evidence(office()), clock_error=ON_TIME)) == ""


def test_a_meter_whose_clock_is_behind_is_silent_only_when_it_says_nothing() -> None:
    silent = rules()["silent_or_flat"]
    for minutes in (480, -480):
        error = off_by(minutes)
        taken = NOW - HOUR_MS * (1 + minutes // 60)
        entry = replace(evidence(office()), newest=taken, clock_error=error)
        assert silent.look(entry) == []
        stopped = replace(error, end=NOW - 7 * HOUR_MS)
        (finding,) = silent.look(replace(entry, clock_error=stopped))
        assert finding.evidence["silent_hours"] == 7
        assert finding.start == NOW - 7 * HOUR_MS


def test_a_device_of_which_all_is_refused_is_found_at_a_meter_that_was_never_read() -> None:
    error = replace(off_by(-480), is_refused=True)
    entry = replace(evidence(office()), newest=None, clock_error=error, timezone="Asia/Shanghai")
    (finding,) = judge([entry], {"device_clock": rules()["device_clock"]}).found
    assert "before the times they bear, and are refused for that (n=100" in finding.sentence_en
    assert "因而被拒收" in finding.sentence_zh
    assert "dead letters" in finding.check_en
    assert "拒收报文" in finding.check_zh
    assert "stay at their wrong times" not in finding.check_en


def at_meter(meter: Meter, minutes: int) -> Finding:
    return replace(rule_says(off_by(minutes))[0], meter=meter.meter)


def test_one_clock_is_one_finding_at_the_meter_that_is_read_most_often() -> None:
    often = replace(SUB_METER, interval_s=60)
    same = registry_of(MAIN_METER, often)
    found = [at_meter(MAIN_METER, 480), at_meter(often, 480)]
    assert without_overlap(found, same) == [found[1]]
    assert without_overlap(found[:1], same) == found[:1]


@pytest.mark.parametrize(
    ("gateways", "minutes", "count"),
    [(("gw", "gw"), 482, 1), (("gw", "gw"), 540, 2), (("gw", "far"), 480, 2), (("", ""), 480, 2)],
)
def test_devices_share_a_clock_that_come_through_one_gateway_and_are_as_far_off(
    gateways: tuple[str, str], minutes: int, count: int
) -> None:
    other = replace(SUB_METER, device="other")
    devices = (
        replace(PANEL, gateway=gateways[0]),
        replace(PANEL, device="other", gateway=gateways[1]),
    )
    registry = registry_of(MAIN_METER, other, devices=devices)
    found = [at_meter(MAIN_METER, 480), at_meter(other, minutes)]
    assert len(without_overlap(found, registry)) == count
