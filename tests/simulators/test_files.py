from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from energy.errors import ConfigError
from energy.registry import Registry
from simulators.district import build, build_in_parts, parts_of
from simulators.faults import afflict
from simulators.grid import slot_of
from simulators.houses.made import House, registry_of
from simulators.plan import Plan
from simulators.scenario import Fault, Scenario, Waste
from simulators.trees.ground_truth import District
from simulators.truth.files import places_of, write_files
from simulators.truth.totals import DISTRICT
from tests.builders import NORTH
from tests.example_district import CALENDARS, example_registry, short_plan, short_scenario
from tests.simulators.test_made import ORIGIN

DAYS = 40
HOUSES = (
    House("hall", "office", "district_heating", ("pv",), 8000, 400, 2, "楼", "Hall"),
    House("ward", "hospital", "gas_heating", (), 9000, 500, 1, "院", "Ward"),
)


def registry() -> Registry:
    return registry_of(
        HOUSES, NORTH, interval_s=900, form="own_batch", name_zh="区", name_en="District"
    )


def scenario() -> Scenario:
    faults = (
        Fault("outage", "hall_1_main", 3, 5, 1),
        Fault("replacement", "ward_water", 6, 0, 7),
        Fault("zero", "hall_2_main", 9, 0, 1),
    )
    wastes = (Waste("leak", "ward_water", 4, 9, 0.5),)
    return Scenario(DAYS, 0, {}, {}, faults, wastes, houses=HOUSES)


def plan() -> Plan:
    slot_ms = slot_of(registry().meters)
    return Plan(ORIGIN, ORIGIN + DAYS * 24 * 3_600_000 - 1, 5, "made", "", "", slot_ms)


def written(folder: Path, form: str) -> None:
    parts = build_in_parts(plan(), registry(), CALENDARS, scenario(), hours=DAYS * 24)
    done = write_files(parts, plan(), folder, form=form, places=places_of(registry().meters))
    assert done.meters == len(registry().meters)
    assert [event.meter for event in done.events] == ["ward_water"]


def test_a_district_in_parts_is_the_district_built_whole() -> None:
    whole = build(plan(), registry(), CALENDARS, scenario(), hours=DAYS * 24)
    parts = list(build_in_parts(plan(), registry(), CALENDARS, scenario(), hours=DAYS * 24))
    assert len(parts) == 3
    found = {name: true for part in parts for name, true in part.meters.items()}
    assert found.keys() == whole.meters.keys()
    for name, true in whole.meters.items():
        assert np.array_equal(true.edges, found[name].edges)
    told = {name: one for part in parts for name, one in afflict(part).told.items()}
    for name, one in afflict(whole).told.items():
        assert np.array_equal(one.shown, told[name].shown)
        assert np.array_equal(one.published, told[name].published)


def test_no_tree_and_no_device_is_cut_apart() -> None:
    some = example_registry()
    parts = parts_of(some)
    assert sorted(one.meter for part in parts for one in part) == sorted(some.meter)
    home = {one.meter: number for number, part in enumerate(parts) for one in part}
    device = {one.device: home[one.meter] for one in some.meters}
    for meter in some.meters:
        assert home[meter.meter] == device[meter.device]
        if meter.parent:
            assert home[meter.meter] == home[meter.parent]


def test_the_example_district_in_parts_is_the_one_built_whole() -> None:
    whole = afflict(build(short_plan(), example_registry(), CALENDARS, short_scenario(), hours=48))
    parts = build_in_parts(short_plan(), example_registry(), CALENDARS, short_scenario(), hours=48)
    told = {name: one for part in parts for name, one in afflict(part).told.items()}
    assert told.keys() == whole.told.keys()
    for name, one in whole.told.items():
        assert np.array_equal(one.shown, told[name].shown)


def test_both_forms_of_files_say_what_the_meters_show(tmp_path: Path) -> None:
    written(tmp_path / "a", "parquet")
    written(tmp_path / "b", "csv")
    table = pq.read_table(tmp_path / "a" / "readings.parquet")
    frame = table.to_pandas()
    told = afflict(build(plan(), registry(), CALENDARS, scenario(), hours=DAYS * 24)).told
    for name, one in told.items():
        rows = frame[frame["meter"] == name]
        said = one.published
        assert (rows["time"].astype("int64").to_numpy() == one.time[said]).all()
        steps = [Decimal(int(steps)) * Decimal(one.meter.step.numerator)
                 / Decimal(one.meter.step.denominator) for steps in one.shown[said]]  # fmt: skip
        assert rows["value"].tolist() == steps
    text = pd.read_csv(tmp_path / "b" / "readings.csv", dtype=str)
    assert list(text.columns) == ["meter", "time", "value"]
    assert (text["meter"].to_numpy() == frame["meter"].astype(str).to_numpy()).all()
    assert text["value"].map(Decimal).tolist() == frame["value"].tolist()
    assert (pd.to_datetime(text["time"], utc=True).to_numpy() == frame["time"].to_numpy()).all()


def test_totals_add_up_from_meters_to_the_district(tmp_path: Path) -> None:
    written(tmp_path, "parquet")
    totals = pd.read_parquet(tmp_path / "truth" / "totals.parquet")
    hours = pd.read_parquet(tmp_path / "truth" / "hours.parquet")
    for kind in ("electricity", "water"):
        mains = [one.meter for one in registry().meters if (one.kind, one.role) == (kind, "main")]
        used = hours[hours["meter"].isin(mains)]["used"].sum()
        for level in ("building", "institution", DISTRICT):
            rows = totals[(totals["level"] == level) & (totals["kind"] == kind)]
            for period in ("month", "year"):
                assert rows[rows["period"] == period]["used"].sum() == used
    months = totals[(totals["node"] == "hall_1_main") & (totals["period"] == "month")]
    assert len(months) == 2


def test_a_form_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="parquet, csv"):
        written(tmp_path, "stone")
    assert not list(tmp_path.glob("readings*"))


def test_what_cannot_be_built_leaves_no_half_file(tmp_path: Path) -> None:
    parts = build_in_parts(plan(), registry(), CALENDARS, scenario(), hours=DAYS * 24)

    def dying() -> Iterator[District]:
        yield next(parts)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        write_files(dying(), plan(), tmp_path, form="parquet", places=3)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
