"""Folders of reference files that are right but for what a test writes."""

from pathlib import Path

import pytest

from energy.errors import RegistryError
from storage.reference.files import read_reference

SOURCE = "source,source_date,confidence,confirmed_by,confirmed_at\n"
COEFFICIENTS = f"id,factor_set,kind,region,valid_from,valid_to,value,unit,{SOURCE}"
FACTORS = f"id,factor_set,kind,region,valid_from,valid_to,data_year,published,value,unit,{SOURCE}"
DENSITIES = f"id,kind,region,valid_from,valid_to,value,unit,{SOURCE}"
SEASONS = f"id,region,season,first,last,valid_from,valid_to,{SOURCE}"
REGIONS = f"id,region,parent,valid_from,valid_to,zh,en,{SOURCE}"
TARIFFS = (
    "tariff,kind,valid_from,valid_to,months,period,from,to,priority,price,unit,source,confidence\n"
)
CALENDARS = f"id,calendar,region,valid_from,valid_to,day_type,name,{SOURCE}"


def folder_of(
    tmp_path: Path,
    *,
    coal: str = "",
    co2: str = "",
    tariff: str = "",
    calendar: str = "",
    density: str = "",
    season: str = "",
    region: str = "",
) -> Path:
    for name in ("tariffs", "calendars"):
        (tmp_path / name).mkdir()
    files = {
        "coefficients.csv": COEFFICIENTS + coal,
        "emission_factors.csv": FACTORS + co2,
        "densities.csv": DENSITIES + density,
        "heating_seasons.csv": SEASONS + season,
        "regions.csv": REGIONS + region,
        "tariffs/town.csv": TARIFFS + tariff,
        "calendars/land.csv": CALENDARS + calendar,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        read_reference(folder)
    return [str(mistake) for mistake in caught.value.mistakes]
