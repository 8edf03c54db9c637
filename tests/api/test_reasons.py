"""Whatever is refused on its way in or out is explained in Chinese too."""

import json
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest

import formats
from analytics.channel import Alert, DeliveryError
from analytics.channels.webhook import CHANNEL
from api.reasons import REASONS, reason_text
from collector.keeping.packing import unpack
from collector.keeping.segment import Position
from collector.keeping.spool import Spool
from collector.taking.intake import Intake
from energy.binding import Binding
from energy.errors import DecodeError
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import GAUGE, INTERVAL, REGISTER, Reading
from energy.registry import Registry
from formats._mapping import format_of
from storage.admission import admit
from tests.builders import MAIN_METER, PANEL
from tests.formats.mappings import PLAIN_ROW

T0 = 1_767_225_600
DAY_S = 86_400
CHECKOUT = Path(__file__).parents[2]
TOPICS = sorted(
    {
        json.loads(path.read_text("utf-8"))["topic"]
        for path in CHECKOUT.glob("tests/golden/*/*.json")
    }
)
"""At least one of each format."""
MAPPED = replace(PLAIN_ROW, mapping="boiler", topic="site/+/data")
FORMATS = offers(formats, "FORMAT", Format) | {"boiler": format_of([MAPPED])}
REGISTRY = Registry(
    devices=(
        PANEL,
        replace(PANEL, device="clock", format="tasmota", timezone="Asia/Shanghai"),
        replace(PANEL, device="behind", format="own_batch", gateway="gw"),
        replace(PANEL, device="sender", format="senml"),
    ),
    meters=(
        MAIN_METER,
        replace(MAIN_METER, meter="amount", table=INTERVAL, channel="amount"),
        replace(MAIN_METER, meter="room", table=GAUGE, kind="power", unit="kW", channel="room"),
        replace(MAIN_METER, meter="plug", device="clock", channel="Total", unit="MWh"),
        replace(
            MAIN_METER, meter="power", table=GAUGE, kind="power", unit="W", device="clock",
            channel="Power",
        ),
        replace(MAIN_METER, meter="deep", device="behind"),
        replace(MAIN_METER, meter="sum", device="sender"),
    ),
    bindings=(Binding("room", "panel", "room_old", until=T0 * 1000),),
    number=1,
)  # fmt: skip


def single(channel: str, value: object, time: int = T0) -> dict[str, object]:
    return {"time": time, "values": {channel: value}}


def tasmota(**energy: object) -> dict[str, object]:
    return {"Time": "2026-01-01T08:00:00", "ENERGY": energy}


def shelly(**params: object) -> dict[str, object]:
    return {"method": "NotifyStatus", "params": params}


BAD: list[tuple[str, object, str]] = [
    ("nobody/reads/this", {}, "没有报文格式读取这个主题"),
    ("meters/clock", single("Total", 1), "报文格式是 own_single，而登记表写的是 tasmota"),
    ("meters/stranger", single("ep", 1), "采集设备不在登记表中"),
    ("meters/panel", single("other", 1), "登记表中没有这个通道"),
    ("meters/behind", single("ep", 1), "采集设备不属于这个网关"),
    ("meters/panel", single("room_old", 1), "这个通道当时没有接在任何计量点上"),
    ("tele/clock/SENSOR", {"Time": "noon", "ENERGY": {"Power": 1}}, "时间无法读取"),
    ("tele/clock/SENSOR", tasmota(Total=1), "单位是 kWh，而登记表写的是 MWh"),
    ("meters/panel", single("ep", "1"), "数值不是仪表能计的数"),
    ("meters/panel", single("room", 1e12), "不可能是真实的数值"),
    ("meters/panel", single("ep", -1), "累计读数为负"),
    ("meters/panel", single("amount", -1), "时段量为负"),
    ("meters/panel", single("ep", 10**8), "超过累计读数能显示的 8 位"),
    ("meters/panel", single("ep", 1, T0 * 1000), "时间单位不对：看起来是 ms"),
    ("meters/panel", single("ep", 1, T0 + 2 * DAY_S), "时间远在将来"),
    ("meters/panel", single("ep", 1, T0 - 1100 * DAY_S), "时间过于久远"),
    ("meters/panel", single("ep", 1, 0), "时间在 2000 年以前：像是从未校准的时钟"),
    ("meters/panel", {"time": T0, "values": {}}, "报文里没有数值"),
    ("meters/panel", {"time": T0}, "不是自有格式的报文：缺少 values"),
    ("meters/batch/gw", {}, "不是自有批量格式的报文：应为数组，实为对象"),
    ("meters/batch/gw", [], "报文里没有数值"),
    ("tele/clock/SENSOR", {}, "不是带 ENERGY 的 Tasmota SENSOR 报文：it has no such field"),
    ("site/a/data", {"w": 1}, "映射 boiler 的各行都没有找到数值"),
    ("tele/clock/SENSOR", tasmota(), "ENERGY 里既没有 Total 也没有 Power"),
    ("spBv1.0/g/DDATA/n/d", {"metrics": []}, "报文里没有数值"),
    ("spBv1.0/g/DDATA/n/d", {"metrics": 1}, "不是 JSON 形式的 Sparkplug B 报文：应为数组"),
    ("spBv1.0/g/DDATA/n/d", {"metrics": [{"alias": 1}]}, "只有别名，没有给出其名称的上线报文"),
    ("application/1/device/ab/event/up", {}, "上行报文没有解码后的 object"),
    ("application/1/device/ab/event/up", {"object": {}}, "报文里没有数值"),
    (
        "application/1/device/ab/event/up",
        {"deviceInfo": {"devEui": "cd"}, "object": {"a": 1}},
        "上行报文与主题中的设备不符",
    ),
    ("application/1/device/ab/event/up", {"time": "noon", "object": {"a": 1}}, "时间无法读取"),
    ("shelly/status/em:0", [], "不是 Shelly 的报文：应为对象或空值，实为数组"),
    ("shelly/events/rpc", {"method": "Set"}, "报文的 method 不是 Shelly 的通知"),
    ("shelly/events/rpc", shelly(ts="noon"), "报文的时间不是秒数"),
    ("zigbee2mqtt/plug", [], "不是 Zigbee2MQTT 的报文：应为对象，实为数组"),
    ("zigbee2mqtt/plug", {"energy": 1, "last_seen": "noon"}, "报文的时间没有写明时区"),
    ("wmbusmeters/1", [], "不是 wmbusmeters 的报文：应为对象，实为数组"),
    ("wmbusmeters/1", {"timestamp": "2026-01-01 08:00"}, "报文的时间没有写明时区"),
    ("senml/panel", {}, "不是 SenML 报文：应为数组，实为对象"),
    ("senml/panel", [], "报文里没有数值"),
    ("senml/panel", [{"n": "ep", "v": 1, "bver": 99}], "SenML 报文的版本无法识别"),
    ("senml/panel", [{"n": "ep", "v": 1, "x_": 1}], "SenML 报文中有必须理解而无法识别的字段"),
    ("senml/sender", [{"n": "ep", "v": 1, "t": -5}], "时间无法读取"),
]


def refused(folder: Path, topic: str, payload: bytes, *, cut: int = 0) -> str:
    """Return why the collector does not take a message."""
    spool = Spool(folder / "spool", max_bytes=1_000_000, shipped=Position(0, 0))
    intake = Intake(spool, FORMATS, lambda: REGISTRY, future_ms=DAY_S * 1000)
    intake.take(topic, payload, retained=False, arrived=T0 * 1000, cut=cut)
    intake.commit()
    (record,) = spool.read(Position(0, 0))
    spool.close()
    (letter,) = unpack(record).letters
    return letter.reason


@pytest.mark.parametrize(("topic", "message", "chinese"), BAD)
def test_a_refused_message_is_explained_in_chinese(
    tmp_path: Path, topic: str, message: object, chinese: str
) -> None:
    reason = refused(tmp_path, topic, json.dumps(message).encode())

    assert reason_text(reason).en == reason
    assert reason_text(reason).zh.startswith(chinese)


def test_a_message_that_is_too_long_is_explained_in_chinese(tmp_path: Path) -> None:
    reason = refused(tmp_path, "meters/panel", b"{" * 100, cut=9_900)

    assert reason_text(reason).zh == "报文有 10000 字节，太长"


@pytest.mark.parametrize("topic", [*TOPICS, "site/a/data"])
def test_what_no_format_can_read_is_explained_in_chinese(tmp_path: Path, topic: str) -> None:
    reason = refused(tmp_path, topic, b"\xff{")

    assert reason_text(reason).zh != reason


@pytest.mark.parametrize(
    ("changes", "chinese"),
    [
        ({"meter": ""}, "计量点名称为空"),
        ({"meter": "a\nb"}, "计量点名称含有换行或其他不可显示的字符"),
        ({"meter": "a\\"}, "计量点名称以反斜杠结尾"),
        ({"table": "other"}, "'other' 不是读数表 register, interval, gauge 之一"),
        ({"time": 2**62}, f"时间 {2**62} ms 不在 1678 至 2261 年之间"),
        ({"quality": 1000}, "质量、来源或更正号超出范围"),
        ({"arrived": 2**70}, "到达时间超出范围"),
        ({"value": "1"}, "数值 '1' 不是数"),
        ({"value": inf}, "数值 inf 不是有限的数"),
        ({"value": 1.5}, "数值 1.5 不是整数（register）"),
        ({"value": 2**70}, f"数值 {2**70} 超出 64 位"),
    ],
)
def test_a_reading_that_no_store_keeps_is_explained_in_chinese(
    changes: dict[str, Any], chinese: str
) -> None:
    _, (found,) = admit([Reading("meter", REGISTER, T0, 1)._replace(**changes)])

    assert reason_text(found.reason).zh == chinese


@pytest.mark.parametrize(
    ("target", "chinese"),
    [
        ("http://host:port", "网络钩子的地址无法读取。"),
        ("ftp://host", "网络钩子的地址须以 http:// 或 https:// 开头。"),
        ("http://127.0.0.1:1", "127.0.0.1 没有应答：ConnectError。"),
    ],
)
def test_an_alert_that_does_not_go_out_is_explained_in_chinese(target: str, chinese: str) -> None:
    with pytest.raises(DeliveryError) as why:
        CHANNEL.send(target, Alert("title", "body", "key"))

    assert reason_text(str(why.value)).zh == chinese


def test_a_text_in_place_of_a_plain_number_is_explained_in_chinese() -> None:
    with pytest.raises(DecodeError) as why:
        FORMATS["plain"].decode("hall/kwh", b"n/a")

    assert reason_text(str(why.value)).zh == "报文不是一个数"


def test_a_topic_that_a_mapping_does_not_read_is_explained_in_chinese() -> None:
    with pytest.raises(DecodeError) as why:
        format_of([MAPPED]).decode("elsewhere", b"{}")

    assert reason_text(str(why.value)).zh == "映射 boiler 没有读取这个主题的行"


def test_a_reason_nobody_knows_is_said_as_it_is() -> None:
    assert reason_text("partial write: field type conflict").zh == (
        "partial write: field type conflict"
    )


def test_every_reason_is_one_that_the_program_gives() -> None:
    programs = "".join(
        path.read_text("utf-8")
        for folder in ("collector", "formats", "storage", "analytics", "jieneng")
        for path in (CHECKOUT / folder).rglob("*.py")
    )
    for reason in REASONS:
        for piece in reason.split("{}"):
            assert piece.removeprefix("the meter's name ") in programs, reason
