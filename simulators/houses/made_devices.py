"""The devices of made houses: what speaks for which meter, in the way a payload format speaks."""

from fractions import Fraction
from typing import NamedTuple

from energy.kinds import KINDS
from energy.messages.message import Manner, Spoken
from energy.meter import Device
from energy.units import base_units
from simulators.houses.spoken import spoken_formats

BESIDE = "own_single"
"""What meters speak of which the format of the houses has no word, such as water in Tasmota."""
_HOUSES_A_GATEWAY = 20


class Hung(NamedTuple):
    """Where a meter hangs.

    Attributes:
        device: Name of the device that speaks for it.
        channel: What it is called there.
        unit: Unit that is said.
        step: Step of the register in that unit.
    """

    device: str
    channel: str
    unit: str
    step: Fraction


class Wiring:
    """Hangs the meters of houses on devices, and keeps the devices.

    Args:
        form: Name of the payload format that they speak.
        timezone: Of their clocks.
    """

    def __init__(self, form: str, timezone: str) -> None:
        self._form = spoken_formats()[form]
        self._timezone = timezone
        self._devices: dict[str, Device] = {}
        self._houses: dict[str, str] = {}
        self._meters = 0

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices so far, in the order in which meters were hung on them."""
        return tuple(self._devices.values())

    def hang(self, house: str, suffix: str, kind: str, step: Fraction) -> Hung:
        """Return where a meter hangs.

        Args:
            house: Name of its house.
            suffix: Its own name in it.
            kind: What it counts.
            step: Step that its register has in the display unit; a coarser one where the format
                says no finer.
        """
        self._meters += 1
        self._houses.setdefault(house, f"gw-{len(self._houses) // _HOUSES_A_GATEWAY + 1}")
        plain, unit = house.replace("_", "-"), KINDS[kind].display_unit
        manner = self._manner
        if manner.registers is None:
            return Hung(self._device(f"{plain}-panel", house, self._form.name), suffix, unit, step)
        spoken = manner.registers.get(kind)
        if spoken is None:
            return Hung(self._device(f"{plain}-panel", house, BESIDE), suffix, unit, step)
        name = f"{plain}-{suffix.replace('_', '-')}"
        channel = spoken.channel.format(number=self._meters)
        said = spoken.unit or unit
        return Hung(
            self._device(name, house, self._form.name), channel, said, _step(kind, step, spoken)
        )

    @property
    def _manner(self) -> Manner:
        return self._form.manner or Manner()

    def _device(self, plain: str, house: str, form: str) -> str:
        """Return the name of a device of a plain name; it is made when it is first asked for."""
        known = self._devices.get(plain)
        if known is not None:
            return known.device
        spoken = spoken_formats()[form]
        manner = spoken.manner or Manner()
        name = manner.device(plain, len(self._devices) + 1)
        gateway = self._houses[house] if spoken.through_gateway else ""
        self._devices[plain] = Device(name, gateway, form, manner.topic(name), "s", self._timezone)
        return name


def _step(kind: str, step: Fraction, spoken: Spoken) -> Fraction:
    """Return a step of the display unit in the unit of a format, as fine as that can say it."""
    unit = spoken.unit or KINDS[kind].display_unit
    here = step * KINDS[kind].base_per_display / base_units(kind=kind, unit=unit)
    return max(here, spoken.step)
