"""A gateway on its last legs gives the same ledger from every engine: amounts, estimates, sheet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from pydantic import SecretStr

from analytics.consumption.shaping import Method
from energy.span import Span
from jieneng.ledger.statements import sheet_to_hand_out
from jieneng.mqtt.demo_broker import start_broker
from jieneng.proving.stage import Stage, staged
from jieneng.settings import Settings
from jieneng.shipped import shipped
from jieneng.simulated.stories import story_of
from storage.reference.files import read_reference
from storage.tables import COLLECTOR, DERIVED, ESTIMATE, METER_HOUR, PLACE_MONTH
from tests.example_district import EXAMPLES
from tests.server_programs import TOKEN, new_buckets

STORY = EXAMPLES / "scenarios" / "bad_gateway.toml"
EVER = Span(0, 2**42)
TABLES = [name for name in DERIVED if name != COLLECTOR.name]
"""All but the health of the collector, which is of its own run."""


@contextmanager
def played(folder: Path, *, store_url: str) -> Iterator[Stage]:
    """Yield the platform before which the scenario was played, through a broker of its own."""
    _, registry, plan = story_of(STORY)
    settings = Settings(
        state_dir=folder / "state", store_url=store_url, influxdb_token=SecretStr(TOKEN)
    )
    calendars = read_reference(shipped("reference")).calendars
    broker = start_broker(folder / "broker", choice="auto", tell=lambda _text: None)
    try:
        with staged(plan, registry, calendars, settings, broker.url) as stage:
            stage.play(lambda _at: None, lambda _done, _total: None)
            yield stage
    finally:
        broker.stop()


def ledger(stage: Stage) -> dict[str, pd.DataFrame]:
    store = stage.house.store
    return {name: store.points(DERIVED[name], where=(), span=EVER) for name in TABLES}


def sheets(stage: Stage) -> list[bytes]:
    """Return what each institution would sign for a month and the quarter."""
    house = stage.house
    return [
        sheet_to_hand_out(house, name, period, language="en").content
        for name in sorted(stage.registry.institution)
        for period in ("2025-04", "2025-Q2")
    ]


@pytest.fixture(scope="module")
def embedded(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, pd.DataFrame], list[bytes]]:
    with played(tmp_path_factory.mktemp("embedded"), store_url="") as stage:
        return ledger(stage), sheets(stage)


@pytest.mark.parametrize("server", ["influx_1", "influx_2"])
def test_a_faulty_scenario_gives_the_same_ledger_and_sheet_from_servers_to_the_unit(
    server: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    embedded: tuple[dict[str, pd.DataFrame], list[bytes]],
) -> None:
    tables, signed = embedded
    address = new_buckets(request.getfixturevalue(server), f"scenario_{server}")
    with played(tmp_path, store_url=address) as stage:
        found, sheets_found = ledger(stage), sheets(stage)

    assert len(tables[METER_HOUR.name]) > 10_000
    assert len(tables[PLACE_MONTH.name]) > 10
    assert {Method.LINEAR, Method.LIKE_DAYS} <= set(tables[ESTIMATE.name]["method"])
    for name, points in tables.items():
        pd.testing.assert_frame_equal(found[name], points, obj=name)
    assert sheets_found == signed
    assert all(sheet for sheet in signed)
