"""What a device said before the registry knew it: its dead letters, found and read."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import formats
from collector.taking.hand import HEARD
from energy.errors import DecodeError
from energy.messages.message import Format, Said
from energy.meter import Device
from energy.offers import offers
from energy.registry import Registry
from formats._mapping import formats_of
from storage.records import dead_letters
from storage.records.dead_letters import DeadLetter, Wanted
from storage.records.session import Session

NEWEST = 50
"""Letters of a topic that guesses lean on; chosen: enough to see an interval."""
MOST_TOPICS = 8


class Message(NamedTuple):
    """A dead letter and what it says of one device."""

    letter: DeadLetter
    said: list[Said]


def formats_now(registry: Registry) -> dict[str, Format]:
    """Return the payload formats there are and the registry's mappings, by name."""
    return {**formats_of(registry.mappings), **offers(formats, "FORMAT", Format)}


def newest(
    session: Session, form: Format, *, device: str, topics: Collection[str]
) -> Iterator[Message]:
    """Yield some of the newest letters that a device is heard in.

    Args:
        session: Of the records.
        form: The format it speaks.
        device: Its name in messages.
        topics: Where it is heard.
    """
    for topic in sorted(topics)[:MOST_TOPICS]:
        wanted = Wanted(topic=topic, reasons=HEARD, form=form.name)
        for letter in dead_letters.find(session, wanted, NEWEST):
            mine = [one for one in _said(form, letter) or () if one.device == device]
            if mine:
                yield Message(letter, mine)


def letters_of(session: Session, registry: Registry, device: Device) -> list[tuple[str, int]]:
    """Return collector and number of every letter that became readable with a device.

    A letter that says nothing without those before it, as the aliases of Sparkplug B, is among
    them if its format is the device's: to read one in vain does no harm.
    """
    form = formats_now(registry).get(device.format)
    if form is None:
        return []
    return [
        (letter.collector, letter.number)
        for letter in dead_letters.each(session, Wanted(reasons=HEARD, form=form.name))
        if letter.is_complete and _is_of(letter, form, device)
    ]


def _is_of(letter: DeadLetter, form: Format, device: Device) -> bool:
    if device.topic and letter.topic == device.topic:
        return True
    said = _said(form, letter)
    if said is None:
        return form.with_memory is not None
    return any(one.device == device.device for one in said)


def _said(form: Format, letter: DeadLetter) -> list[Said] | None:
    """Return what a letter says; None where it cannot be read by itself."""
    if not letter.is_complete:
        return None
    try:
        return form.decode(letter.topic, letter.payload)
    except DecodeError:
        return None
