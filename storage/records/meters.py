"""Rows of the instruments of the registry: devices, mappings, meters, and their life."""

from datetime import date
from fractions import Fraction

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.schema import BIG_KEY, NAME, Row


class DeviceRow(Row):
    """A device; columns as in energy.meter.Device."""

    __tablename__ = "devices"

    device: Mapped[str] = mapped_column(NAME, primary_key=True)
    position: Mapped[int]
    gateway: Mapped[str]
    format: Mapped[str]
    topic: Mapped[str]
    time_unit: Mapped[str]
    timezone: Mapped[str]


class MappingLine(Row):
    """One row of a mapping; columns as in energy.messages.mapping.MappingRow."""

    __tablename__ = "mappings"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    position: Mapped[int]
    mapping: Mapped[str] = mapped_column(NAME)
    topic: Mapped[str]
    gateway: Mapped[str]
    device: Mapped[str]
    channel: Mapped[str]
    value: Mapped[str]
    value_as: Mapped[str]
    width: Mapped[int]
    byte_order: Mapped[str]
    signed: Mapped[bool]
    suffixes: Mapped[str]
    scale: Mapped[Fraction]
    divisor: Mapped[Fraction]
    time: Mapped[str]
    time_as: Mapped[str]
    zone: Mapped[str]
    unit: Mapped[str]


class MeterRow(Row):
    """A meter; columns as in energy.meter.Meter.

    Building, institution and parent are empty for some meters, so that they cannot be foreign keys;
    the registry files are checked before they come here.
    """

    __tablename__ = "meters"

    meter: Mapped[str] = mapped_column(NAME, primary_key=True)
    position: Mapped[int]
    building: Mapped[str]
    site: Mapped[str] = mapped_column(NAME, ForeignKey("sites.site"))
    institution: Mapped[str]
    kind: Mapped[str]
    table: Mapped[str] = mapped_column("raw_table")
    role: Mapped[str]
    parent: Mapped[str]
    item: Mapped[str]
    device: Mapped[str]
    channel: Mapped[str]
    unit: Mapped[str]
    step: Mapped[Fraction]
    resolution: Mapped[Fraction]
    digits: Mapped[int]
    ratio: Mapped[Fraction]
    max_rate: Mapped[Fraction]
    interval_s: Mapped[int]
    tariff: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    use: Mapped[str]
    counts: Mapped[str]


class MeterEventRow(Row):
    """An event in a meter's life; columns as in energy.meter.MeterEvent."""

    __tablename__ = "meter_events"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    position: Mapped[int]
    meter: Mapped[str] = mapped_column(NAME, ForeignKey("meters.meter"))
    time: Mapped[int]
    event: Mapped[str]
    closing: Mapped[int | None]
    opening: Mapped[int | None]
    digits: Mapped[int | None]
    author: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[str]
    ratio: Mapped[Fraction | None]
    step: Mapped[Fraction | None]
    max_rate: Mapped[Fraction | None]


class BindingRow(Row):
    """What hung at a meter in the past; columns as in energy.binding.Binding."""

    __tablename__ = "meter_bindings"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    position: Mapped[int]
    meter: Mapped[str] = mapped_column(NAME, ForeignKey("meters.meter"))
    device: Mapped[str] = mapped_column(NAME, ForeignKey("devices.device"))
    channel: Mapped[str]
    start: Mapped[int | None]
    until: Mapped[int | None]


class VirtualPartRow(Row):
    """An input of a virtual meter; columns as in energy.counting.virtual.VirtualPart."""

    __tablename__ = "virtual_parts"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    position: Mapped[int]
    meter: Mapped[str] = mapped_column(NAME, ForeignKey("meters.meter"))
    source: Mapped[str] = mapped_column(NAME, ForeignKey("meters.meter"))
    sign: Mapped[str]
    share: Mapped[Fraction]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
