"""Messages with exactly one reading, which must be refused."""

from energy.meter import Device
from energy.registry import Registry
from simulators.meters.happenings import BadMessage
from simulators.speech.message import Message
from simulators.speech.own_forms import OWN_BATCH, OWN_SINGLE, own_topic

_FUTURE_MS = 20 * 365 * 24 * 3_600_000


def _bad_object(bad: BadMessage, device: Device) -> str:
    time = bad.publish_at + (_FUTURE_MS if bad.kind == "far_future" else 0)
    stated = time if (device.time_unit == "ms") != (bad.kind == "wrong_time_unit") else time // 1000
    name = f"ghost-{device.device}" if bad.kind == "unknown_device" else device.device
    channel = "nobody" if bad.kind == "unknown_channel" else bad.meter.channel
    value = {"nan": "NaN", "negative": "-5"}.get(bad.kind, "1")
    head = f'{{"device":"{name}",' if device.format == OWN_BATCH else "{"
    return f'{head}"time":{stated},"values":{{"{channel}":{value}}}}}'


def bad_message(bad: BadMessage, registry: Registry) -> Message:
    """Return a message with exactly one reading, which must be refused.

    Args:
        bad: What is wrong with it.
        registry: Where its meter hangs on a device of an own form; check_scenario sees to that.
    """
    device = registry.device[bad.meter.device]
    topic = own_topic(device)
    if bad.kind == "unknown_device" and device.format == OWN_SINGLE:
        topic = f"meters/ghost-{device.device}"
    if bad.kind == "not_its_device":
        others = sorted({d.gateway for d in registry.devices} - {device.gateway, ""})
        topic = f"meters/batch/{others[0] if others else 'gw-elsewhere'}"
    text = _bad_object(bad, device)
    body = f"[{text}]" if device.format == OWN_BATCH else text
    payload = b'{"time": \xff\xfe' if bad.kind == "unreadable" else body.encode()
    return Message(bad.publish_at, topic, payload, 0, 1)
