"""What devices say: MQTT messages, and which readings stand in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from energy.meter import Device
from energy.registry import Registry
from energy.span import Span
from simulators.houses.spoken import devices_without_clock
from simulators.meters.happenings import Happenings, Told


class Message(NamedTuple):
    """One MQTT message.

    Attributes:
        publish_at: When it is sent [ms since 1970 UTC].
        topic: Its topic.
        payload: Its bytes.
        readings: Readings in it, repeats included, bad ones not.
        bad: Readings in it that must be refused.
        retained: Whether the broker is to retain it.
    """

    publish_at: int
    topic: str
    payload: bytes
    readings: int
    bad: int
    retained: bool = False


@dataclass(frozen=True)
class Sent:
    """Everything a district sends.

    Attributes:
        registry: Devices and gateways.
        happenings: What meters show and send.
        since: Meter to the time [ms] from which its readings are sent; all where it has none.
        bad_since: Meter to the time [ms] after which its bad messages are sent; all likewise.
    """

    registry: Registry
    happenings: Happenings
    since: Mapping[str, int]
    bad_since: Mapping[str, int]


def without_history(sent: Sent, now: int) -> Sent:
    """Return what is sent where devices that say no times speak from a time [ms] on.

    Such a reading stands at its arrival: told later, its history would be of the wrong time.
    """
    silent = set(devices_without_clock(sent.registry))
    later = {one.meter: now for one in sent.registry.meters if one.device in silent}
    repeats = [
        one for one in sent.happenings.repeats if one.device not in silent or one.publish_at >= now
    ]
    happenings = replace(sent.happenings, repeats=repeats)
    return replace(sent, since={**sent.since, **later}, happenings=happenings)


@dataclass(frozen=True)
class Words:
    """What one device says in some span: readings of its meters, moment by moment.

    Attributes:
        device: Who speaks.
        tolds: Its meters, at least one.
        whens: When each moment is said [ms]. Shape (n,).
        slots: Index of the reading that is said then. Shape (n,).
        masks: For each meter whether its reading is among them. Shape (n,) each.
        corrected: Whether it is what stands in the end, or what is said first.
        retained: For each moment whether the broker is to retain it. Shape (n,).
    """

    device: Device
    tolds: Sequence[Told]
    whens: np.ndarray
    slots: np.ndarray
    masks: Sequence[np.ndarray]
    corrected: bool
    retained: np.ndarray

    def steps(self, told: Told) -> np.ndarray:
        """Return the steps a meter is said to show at each moment. Shape (n,)."""
        return np.asarray((told.shown if self.corrected else told.said_first)[self.slots])

    @property
    def times(self) -> np.ndarray:
        """The time that each moment is said to be of [ms], or NO_TIME. Shape (n,)."""
        return np.asarray(self.tolds[0].said_time[self.slots])

    def counts(self) -> tuple[np.ndarray, np.ndarray]:
        """Return how many readings of each moment are to be taken, and how many refused."""
        pairs = list(zip(self.tolds, self.masks, strict=True))
        bad = np.sum([mask & told.refused[self.slots] for told, mask in pairs], axis=0)
        return np.sum(self.masks, axis=0) - bad, bad


def words_of(sent: Sent, device: Device, tolds: Sequence[Told], span: Span) -> Iterator[Words]:
    """Yield what a device says within a half-open span of publish times, as far as it does."""
    at = tolds[0].publish_at
    inside = (at >= span.start) & (at < span.end)
    wanted = [
        inside & told.published & (told.time >= sent.since.get(told.meter.meter, 0))
        for told in tolds
    ]
    slots = np.flatnonzero(np.any(wanted, axis=0))
    if len(slots):
        never = np.zeros(len(slots), bool)
        masks = [mask[slots] for mask in wanted]
        yield Words(device, tolds, at[slots], slots, masks, corrected=False, retained=never)
    again = [
        repeat
        for repeat in sent.happenings.repeats
        if repeat.device == device.device
        and repeat.publish_at in span
        and any(told.published[repeat.slot] for told in tolds)
    ]
    if again:
        slots = np.array([repeat.slot for repeat in again])
        yield Words(
            device,
            tolds,
            whens=np.array([repeat.publish_at for repeat in again]),
            slots=slots,
            masks=[told.published[slots] for told in tolds],
            corrected=True,
            retained=np.array([repeat.retained for repeat in again]),
        )
