"""Rows of the places of the registry: sites, institutions, buildings."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.schema import NAME, Row


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
