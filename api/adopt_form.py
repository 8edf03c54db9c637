"""The form that adopts a device: what it shows, what is posted, what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.adopt_fields import DEVICE_FIELDS, METER_FIELDS, Column, Option
from api.console import Form, first
from api.guesses import Proposal
from energy.errors import RegistryError
from energy.messages.message import Format
from energy.text import Text
from storage.records.heard import UnknownChannel
from storage.registry.adding import COLUMNS, DEVICES, METERS, AddedRowsError, Rows

MOST_CHANNELS = 50
"""Channels that the form shows; chosen: a device has fewer, and those behind come next time."""
DEVICE = "device"
"""Name of the part of the form that is about the device."""
CHANNEL = "="
"""Stands before the channel in the name of the part that is about it."""
CHOSEN = ".chosen"

Complaints = Mapping[tuple[str, str], Sequence[Text]]
"""Part of the form and column ("" for the part as a whole) to what is wrong."""
EVERYWHERE = ("", "")
"""Place of complaints about no part of the form."""


@dataclass(frozen=True)
class Field:
    """One field, in one language."""

    name: str
    label: str
    hint: str
    value: str
    options: Sequence[tuple[str, str]]
    list_name: str
    is_guess: bool
    complaints: Sequence[str]


@dataclass(frozen=True)
class Part:
    """The fields about the device, or about one of its channels."""

    name: str
    channel: str
    heard: str
    fields: Sequence[Field]
    rare: Sequence[Field]
    complaints: Sequence[str]
    is_chosen: bool = True

    @property
    def is_rare_open(self) -> bool:
        """Whether somebody should see the fields that most leave empty."""
        return any(one.complaints or one.value for one in self.rare)


@dataclass
class AdoptForm:
    """The form of one device.

    Attributes:
        proposed: Rows as they are known and guessed.
        channels: What is heard, by channel.
        form: The format it speaks; None if that is not known any more.
        options: What may be chosen, by column.
        language: zh or en.
        posted: What a person filled in; None for the first time.
        complaints: What is wrong with it.
    """

    proposed: Proposal
    channels: Mapping[str, UnknownChannel]
    form: Format | None
    options: Mapping[str, Sequence[Option]]
    language: str
    posted: Form | None = None
    complaints: Complaints = field(default_factory=dict)

    @property
    def rows(self) -> Sequence[Mapping[str, str]]:
        """The rows of the channels that the form has room for."""
        return self.proposed.meters[:MOST_CHANNELS]

    def device(self) -> Part | None:
        """Return the part about the device; None where the registry has it."""
        row = self.proposed.device
        if row is None:
            return None
        asked = [one for one in DEVICE_FIELDS if self._asks(one.name, row)]
        fields = [self._field(DEVICE, "", one, row.get(one.name, "")) for one in asked]
        return Part(DEVICE, "", "", fields, [], self._about(DEVICE, asked))

    def meters(self) -> Iterable[Part]:
        """Yield the part about each channel."""
        for row in self.rows:
            channel = row["channel"]
            name = CHANNEL + channel
            fields = [
                (one.is_rare, self._field(name, channel, one, row.get(one.name, "")))
                for one in METER_FIELDS
            ]
            last = self.channels[channel]
            value = "—" if last.value == "NaN" else last.value
            yield Part(
                name,
                channel,
                f"{value} {last.unit}".strip(),
                [one for is_rare, one in fields if not is_rare],
                [one for is_rare, one in fields if is_rare],
                self._about(name, METER_FIELDS),
                self._is_chosen(name, row),
            )

    def _asks(self, column: str, row: Mapping[str, str]) -> bool:
        """Tell whether a column of the device can matter."""
        if column == "topic":
            return bool(row["topic"])
        if column == "time_unit":
            return self.form is None or not (self.form.time_in_ms or self.form.local_time)
        if column == "timezone":
            return self.form is None or self.form.local_time
        return True

    def _is_chosen(self, name: str, row: Mapping[str, str]) -> bool:
        if self.posted is not None:
            return bool(first(self.posted, name + CHOSEN))
        return len(self.rows) == 1 or bool(row.get("table"))

    def _field(self, part: str, channel: str, column: Column, proposed: str) -> Field:
        name = f"{part}.{column.name}"
        guess = (channel, column.name) in self.proposed.guessed
        value = proposed if self.posted is None else first(self.posted, name)
        return Field(
            name=name,
            label=column.label.get(self.language),
            hint=column.hint.get(self.language),
            value=value,
            options=self._options(column.name, value),
            list_name="parents" if column.name == "parent" else "",
            is_guess=guess and value == proposed != "",
            complaints=self._said(part, column.name),
        )

    def _options(self, column: str, value: str) -> list[tuple[str, str]]:
        """Return what may be chosen; what a device says besides stands there, too, to be seen."""
        options = [(cell, text.get(self.language)) for cell, text in self.options.get(column, ())]
        strange = options and value not in dict(options)
        return [*options, (value, value)] if strange else options

    def _said(self, part: str, column: str) -> list[str]:
        return [text.get(self.language) for text in self.complaints.get((part, column), ())]

    def _about(self, part: str, asked: Iterable[Column]) -> list[str]:
        """Return complaints about a part that stand beside none of its fields."""
        beside = {one.name for one in asked}
        return [
            text.get(self.language)
            for (where, column), texts in self.complaints.items()
            if where == part and column not in beside
            for text in texts
        ]

    def everywhere(self) -> list[str]:
        """Return complaints about no part of the form that is shown."""
        shown = {CHANNEL + row["channel"] for row in self.rows}
        if self.proposed.device is not None:
            shown.add(DEVICE)
        elsewhere = [texts for (part, _), texts in self.complaints.items() if part not in shown]
        return [text.get(self.language) for texts in elsewhere for text in texts]


def rows_of(posted: Form, device: str, proposed: Proposal) -> tuple[Rows, list[str]]:
    """Return the rows that a form asks for, and the part of the form of each row of meters.csv.

    Args:
        posted: Its fields.
        device: The device as it is heard.
        proposed: What is known of it: gateway and format are taken from here.
    """
    chosen = [
        name.removesuffix(CHOSEN)
        for name in posted
        if name.startswith(CHANNEL) and name.endswith(CHOSEN)
    ]
    devices: list[dict[str, str]] = []
    if proposed.device is not None:
        asked = {one.name: first(posted, f"{DEVICE}.{one.name}") for one in DEVICE_FIELDS}
        devices = [{**proposed.device, **asked}]
        device = asked["device"]
    meters = [
        {column: first(posted, f"{part}.{column}") for column in COLUMNS[METERS]}
        | {"device": device.strip(), "channel": part.removeprefix(CHANNEL)}
        for part in chosen
    ]
    return {DEVICES: devices, METERS: meters}, chosen


def complaints_of(error: RegistryError, parts: Sequence[str]) -> Complaints:
    """Return what is wrong with the rows of a form, by part and column.

    Args:
        error: What the reader says.
        parts: The part of the form of each row of meters.csv.
    """
    found: dict[tuple[str, str], list[Text]] = {}
    if not isinstance(error, AddedRowsError):
        return {EVERYWHERE: [error.text]}
    for file, place, mistake in error.of_rows:
        part = parts[place] if file == METERS else DEVICE
        found.setdefault((part, mistake.column), []).append(mistake.problem)
    if error.others:
        found[EVERYWHERE] = [mistake.text for mistake in error.others]
    return found
