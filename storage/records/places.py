"""Rows of the places of the registry: sites, bodies, institutions, buildings and their sizes."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.schema import BIG_KEY, NAME, Row


class SiteRow(Row):
    """A site; columns as in energy.meter.Site."""

    __tablename__ = "sites"

    site: Mapped[str] = mapped_column(NAME, primary_key=True)
    position: Mapped[int]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    timezone: Mapped[str]
    calendar: Mapped[str]
    region: Mapped[str]


class InstitutionRow(Row):
    """An institution; columns as in energy.meter.Institution."""

    __tablename__ = "institutions"

    institution: Mapped[str] = mapped_column(NAME, primary_key=True)
    position: Mapped[int]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    category: Mapped[str]
    site: Mapped[str] = mapped_column(NAME, ForeignKey("sites.site"))
    reports_to: Mapped[str]
    also_in: Mapped[str]


class BodyRow(Row):
    """A body that institutions report to; columns as in energy.body.Body."""

    __tablename__ = "bodies"

    body: Mapped[str] = mapped_column(NAME, primary_key=True)
    position: Mapped[int]
    line: Mapped[str]
    parent: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]


class BuildingRow(Row):
    """A building; columns as in energy.meter.Building."""

    __tablename__ = "buildings"

    building: Mapped[str] = mapped_column(NAME, primary_key=True)
    position: Mapped[int]
    institution: Mapped[str] = mapped_column(NAME, ForeignKey("institutions.institution"))
    site: Mapped[str] = mapped_column(NAME, ForeignKey("sites.site"))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    building_class: Mapped[str]
    area_m2: Mapped[int]
    people: Mapped[int]
    serial: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class SizeRow(Row):
    """What a building measures from a day on; columns as in energy.sizes.Size."""

    __tablename__ = "building_sizes"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    position: Mapped[int]
    building: Mapped[str] = mapped_column(NAME, ForeignKey("buildings.building"))
    measure: Mapped[str]
    valid_from: Mapped[date]
    value: Mapped[int]
    source: Mapped[str]
