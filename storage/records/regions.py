"""Heating seasons and the tree of regions at rest."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.heating import HeatingSeason
from storage.records.schema import NAME, Row, cells_of


class HeatingSeasonRow(Row):
    """A heating season; columns as in energy.heating.HeatingSeason, days as "11-15"."""

    __tablename__ = "heating_seasons"

    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    region: Mapped[str]
    season: Mapped[str]
    first: Mapped[str]
    last: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class RegionRow(Row):
    """The region above a region; "" for the country."""

    __tablename__ = "regions"

    region: Mapped[str] = mapped_column(NAME, primary_key=True)
    parent: Mapped[str]


def heating(session: Session) -> tuple[HeatingSeason, ...]:
    """Return when regions are heated, by id."""
    rows = session.scalars(select(HeatingSeasonRow).order_by(HeatingSeasonRow.id))
    return tuple(
        HeatingSeason(
            row.id,
            row.region,
            row.season,
            _numbers(row.first),
            _numbers(row.last),
            row.valid_from,
            row.valid_to,
        )
        for row in rows
    )


def parents(session: Session) -> dict[str, str]:
    """Return the region above each region."""
    return {row.region: row.parent for row in session.scalars(select(RegionRow))}


def replace(session: Session, seasons: Sequence[HeatingSeason], above: Mapping[str, str]) -> None:
    """Make the records hold these seasons and regions."""
    session.execute(delete(HeatingSeasonRow))
    session.execute(delete(RegionRow))
    session.expunge_all()
    heated = [
        {**cells_of(one), "first": _text(one.first), "last": _text(one.last)} for one in seasons
    ]
    if heated:
        session.execute(insert(HeatingSeasonRow), heated)
    if above:
        regions = [{"region": region, "parent": parent} for region, parent in above.items()]
        session.execute(insert(RegionRow), regions)


def _text(day: tuple[int, int]) -> str:
    return f"{day[0]:02}-{day[1]:02}"


def _numbers(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)
