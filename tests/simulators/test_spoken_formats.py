import formats
from energy.errors import DecodeError
from energy.messages.message import Format, Said
from energy.offers import offers
from energy.reading import GAUGE
from energy.registry import Registry
from energy.span import HOUR_MS, Span
from simulators.meters.happenings import BadMessage
from simulators.run import sent_since
from simulators.speech.bad_messages import bad_message
from simulators.speech.message import Message
from simulators.speech.messages import messages
from tests.example_district import HOURS, ORIGIN, example_registry, short_history

FORMATS = offers(formats, "FORMAT", Format)


def _format_of(message: Message) -> Format:
    (found,) = [form for form in FORMATS.values() if form.is_mine(message.topic)]
    return found


def _sent(first_day: int, last_day: int) -> list[Message]:
    span = Span(ORIGIN + first_day * 24 * HOUR_MS, ORIGIN + last_day * 24 * HOUR_MS)
    return [m for m in messages(sent_since(short_history(), {}), span) if not m.bad]


def _said(message: Message) -> list[Said]:
    return _format_of(message).decode(message.topic, message.payload)


def test_messages_are_the_bytes_that_the_encoders_print() -> None:
    for message in _sent(15, 19):
        name = message.topic.removesuffix("/SENSOR").split("/")[-1]
        topic, payload = _format_of(message).encode(name, _said(message))
        one_object = message.payload.startswith(b"{") and payload.startswith(b"[")
        assert topic == message.topic
        assert payload == (b"[%b]" % message.payload if one_object else message.payload)


def test_every_device_speaks_the_format_the_registry_names() -> None:
    registry = example_registry()
    for message in _sent(15, 16):
        for said in _said(message):
            device = registry.device[said.device]
            assert device.format == _format_of(message).name
            assert device.gateway == _format_of(message).gateway_of(message.topic)
            meter = registry.channel[(said.device, said.channel)]
            assert meter.table == GAUGE or said.unit in ("", meter.unit)


def test_decoded_numbers_are_the_steps_the_register_shows() -> None:
    registry, told = example_registry(), short_history().happenings.told
    count = 0
    for message in _sent(16, 18):
        for said in _said(message):
            meter = registry.channel[(said.device, said.channel)]
            if meter.table == GAUGE or not isinstance(said.time, int):
                continue
            unit = 1 if registry.device[said.device].time_unit == "ms" else 1000
            slot = (said.time * unit - ORIGIN) // HOUR_MS
            steps = said.value / (meter.step.numerator * 1) * meter.step.denominator
            assert int(steps) == told[meter.meter].shown[slot]
            assert told[meter.meter].time[slot] == said.time * unit
            count += 1
    assert count > 48 * 55
    assert HOURS > 18 * 24


def _is_refused(bad: BadMessage, registry: Registry) -> bool:
    """Tell, as plainly as the registry says it, whether a message must be refused."""
    message = bad_message(bad, registry)
    try:
        (said,) = _said(message)
    except DecodeError:
        return True
    if (said.device, said.channel) not in registry.channel or said.value < 0:
        return True
    device = registry.device[said.device]
    if _format_of(message).gateway_of(message.topic) != device.gateway:
        return True
    assert isinstance(said.time, int)
    time = said.time * (1 if device.time_unit == "ms" else 1000)
    return time > bad.publish_at + 300 * 24 * HOUR_MS


def test_bad_messages_hold_one_reading_that_must_be_refused() -> None:
    planted = short_history().happenings.bad
    assert all(_is_refused(bad, example_registry()) for bad in planted)
    assert len({bad.kind for bad in planted}) == 8
