"""Points of a derived table as they are at rest: integers in base units, missing left out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from api.cells import is_missing
from api.given import Given, given
from api.language import COOKIE
from api.times import asked_span, iso, zone_of
from energy.errors import ConfigError
from energy.text import Text
from storage.records import registry as registry_records
from storage.tables import DERIVED, Table

ROUTER = APIRouter(prefix="/api/v1", tags=["amounts"])

OPTIONS = ("table", "from", "to", "limit", COOKIE)
MOST = 10_000
"""Points in one answer (chosen: a meter-year by hour is 8,784)."""


@ROUTER.get("/tables")
def tables() -> list[dict[str, Any]]:
    """Return the derived tables with their tags, fields and units."""
    return [
        {
            "table": table.name,
            "meaning": table.meaning,
            "tags": table.tags,
            "fields": [
                {
                    "field": entry.name,
                    "type": entry.type,
                    "unit": entry.unit,
                    "meaning": entry.meaning,
                }
                for entry in table.fields
            ],
        }
        for table in DERIVED.values()
    ]


@ROUTER.get("/amounts")
def amounts(
    *,
    request: Request,
    here: Annotated[Given, Depends(given)],
    table: str,
    start: Annotated[str, Query(alias="from")] = "",
    end: Annotated[str, Query(alias="to")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> dict[str, Any]:
    """Return the points of a derived table in a half-open span.

    Every other parameter is a tag with a value it may have, and may be repeated:
    ``/api/v1/amounts?table=place_day&level=building&kind=electricity&from=2026-01-01``.
    A field that a point does not have is not in its row. ``more`` says that points were cut off.
    """
    asked = DERIVED.get(table)
    if asked is None:
        raise ConfigError(
            Text(
                f"没有数据表 {table!r}。可用的表：{'、'.join(DERIVED)}。",
                f"There is no table {table!r}. Known: {', '.join(DERIVED)}.",
            )
        )
    where = _where(asked, request)
    with here.records.reading() as session:
        zone = zone_of(registry_records.load(session))
    points = here.store.points(asked, where=where, span=asked_span(start=start, end=end, zone=zone))
    rows = points.head(limit).astype(object).to_dict("records")
    return {
        "table": asked.name,
        "units": {entry.name: entry.unit for entry in asked.fields if entry.unit},
        "rows": [_row(row) for row in rows],
        "more": len(points) > limit,
    }


def _where(table: Table, request: Request) -> tuple[tuple[str, tuple[str, ...]], ...]:
    asked = request.query_params
    names = sorted(set(asked) - set(OPTIONS))
    for name in names:
        if name not in table.tags:
            raise ConfigError(
                Text(
                    f"数据表 {table.name} 没有标签 {name!r}。它的标签：{'、'.join(table.tags)}。",
                    f"Table {table.name} has no tag {name!r}. Its tags: {', '.join(table.tags)}.",
                )
            )
    return tuple((name, tuple(asked.getlist(name))) for name in names)


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    known = {str(name): value for name, value in row.items() if not is_missing(value)}
    return {**known, "time": iso(int(row["time"]))}
