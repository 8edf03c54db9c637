"""What devices say, as MQTT messages in order of time."""

from collections.abc import Iterator
from operator import attrgetter

from energy.span import Span
from simulators.meters.happenings import Told
from simulators.speech.bad_messages import bad_message
from simulators.speech.encoding import Speech
from simulators.speech.message import Message, Sent, words_of
from simulators.speech.own_forms import QUICK, written


def messages(sent: Sent, span: Span) -> list[Message]:
    """Return the messages sent in a half-open span, in order of time."""
    tolds: dict[str, list[Told]] = {}
    for told in sent.happenings.told.values():
        tolds.setdefault(told.meter.device, []).append(told)
    speech = Speech(sent.registry)
    quick = []
    found = list(_bad_messages(sent, span))
    for name, mine in tolds.items():
        for words in words_of(sent, sent.registry.device[name], mine, span):
            if words.device.format in QUICK:
                quick.append(words)
            else:
                found.extend(speech.said(words))
    found.extend(written(quick))
    found.sort(key=attrgetter("publish_at"))
    return found


def _bad_messages(sent: Sent, span: Span) -> Iterator[Message]:
    for bad in sent.happenings.bad:
        known = sent.bad_since.get(bad.meter.meter, -1)
        if bad.publish_at in span and bad.publish_at > known:
            yield bad_message(bad, sent.registry)
