"""Rows of points that should be metered, and of instruments at meters."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.schema import BIG_KEY, NAME, Row


class PointRow(Row):
    """A point that should be metered; columns as in energy.equipping.Point."""

    __tablename__ = "points"

    point: Mapped[str] = mapped_column(NAME, primary_key=True)
    position: Mapped[int]
    institution: Mapped[str] = mapped_column(NAME, ForeignKey("institutions.institution"))
    building: Mapped[str]
    level: Mapped[str]
    kind: Mapped[str]
    item: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    meter: Mapped[str]
    is_required: Mapped[bool]
    reason: Mapped[str]


class InstrumentRow(Row):
    """An instrument with a certificate; columns as in energy.instruments.Instrument."""

    __tablename__ = "instruments"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    position: Mapped[int]
    meter: Mapped[str] = mapped_column(NAME, ForeignKey("meters.meter"))
    serial: Mapped[str]
    maker: Mapped[str]
    model: Mapped[str]
    type: Mapped[str]
    category: Mapped[str]
    accuracy: Mapped[str]
    ct_class: Mapped[str]
    installed: Mapped[date]
    removed: Mapped[date | None]
    verified: Mapped[date | None]
    certificate: Mapped[str]
    due: Mapped[date | None]
    evidence: Mapped[str]
