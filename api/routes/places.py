"""Institutions, buildings and meters, as the registry says."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from api.given import Given, given
from energy.meter import Building, Institution, Meter
from storage.records import registry as registry_records

ROUTER = APIRouter(prefix="/api/v1", tags=["places"])


@ROUTER.get("/places")
def places(here: Annotated[Given, Depends(given)]) -> dict[str, Any]:
    """Return every institution with its buildings and their meters."""
    with here.records.reading() as session:
        registry = registry_records.load(session)
    buildings: dict[str, list[dict[str, Any]]] = {}
    meters: dict[str, list[dict[str, str]]] = {}
    for meter in registry.meters:
        meters.setdefault(meter.building, []).append(_meter(meter))
    for building in registry.buildings:
        entry = _building(building) | {"meters": meters.get(building.building, [])}
        buildings.setdefault(building.institution, []).append(entry)
    return {
        "registry": registry.number,
        "name_zh": registry.name_zh,
        "name_en": registry.name_en,
        "institutions": [
            _institution(entry) | {"buildings": buildings.get(entry.institution, [])}
            for entry in registry.institutions
        ],
    }


def _institution(entry: Institution) -> dict[str, Any]:
    return {
        "institution": entry.institution,
        "name_zh": entry.name_zh,
        "name_en": entry.name_en,
        "category": entry.category,
    }


def _building(entry: Building) -> dict[str, Any]:
    return {
        "building": entry.building,
        "name_zh": entry.name_zh,
        "name_en": entry.name_en,
        "area_m2": entry.area_m2 or None,
        "people": entry.people or None,
    }


def _meter(entry: Meter) -> dict[str, str]:
    return {
        "meter": entry.meter,
        "kind": entry.kind,
        "role": entry.role,
        "item": entry.item,
        "name_zh": entry.name_zh,
        "name_en": entry.name_en,
    }
