"""Every query that Grafana sends gives, on real InfluxDB, what the console shows from DuckDB."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pandas as pd
import pytest

from dashboards.board import Panel
from dashboards.grafana import boards, dashboard
from energy.span import Span
from storage.opening import open_store, prepare_store
from storage.readings import ReadingStore
from tests.filled import NOW, fill
from tests.server_programs import TOKEN

BOARD = boards()["district"]
DATABASE = "boards_derived"
ALERT_QUERY = (
    'SELECT spread("received") AS "received" FROM "collector" WHERE {} GROUP BY "collector"'
)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingStore]:
    url = f"duckdb:{tmp_path_factory.mktemp('embedded') / 'readings.duckdb'}"
    prepare_store(url)
    store = open_store(url)
    fill(store)
    yield store
    store.close()


@pytest.fixture(scope="module", params=["influx_1", "influx_2"])
def address(request: pytest.FixtureRequest) -> str:
    """Return the HTTP address of an InfluxDB whose derived tables are filled."""
    start = str(request.getfixturevalue(request.param))
    url = f"{start}raw=boards_raw&derived={DATABASE}"
    prepare_store(url, token=TOKEN)
    store = open_store(url, token=TOKEN)
    fill(store)
    store.close()
    parts = urlsplit(start.partition("+")[2])
    return f"{parts.scheme}://{parts.netloc}"


def as_grafana_asks(text: str, span: Span) -> str:
    """Return a query as Grafana's server sends it: both ends of the time filter included."""
    return text.replace("$timeFilter", f"time >= {span.start}ms and time <= {span.end - 1}ms")


def answer(address: str, text: str) -> pd.DataFrame:
    """Return what InfluxQL answers over HTTP: tags and columns, times in ms."""
    reply = httpx.get(
        f"{address}/query",
        params={"db": DATABASE, "q": text, "epoch": "ms"},
        headers={"Authorization": f"Token {TOKEN}"},
        trust_env=False,
    )
    (result,) = reply.json()["results"]
    assert "error" not in result, f"{result} {text}"
    rows = [
        {**series.get("tags", {}), **dict(zip(series["columns"], values, strict=True))}
        for series in result.get("series", [])
        for values in series["values"]
    ]
    return pd.DataFrame(rows)


def rows(frame: pd.DataFrame, names: list[str]) -> list[tuple[object, ...]]:
    """Return the rows of a frame in an order of their own, missing values as None."""
    plain = frame.reindex(columns=names).astype(object)
    plain = plain.where(plain.notna(), None)
    return sorted(plain.itertuples(index=False, name=None), key=repr)


@pytest.mark.parametrize("panel", BOARD.panels, ids=[panel.name for panel in BOARD.panels])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_panel_shows_the_same_numbers_on_influxdb_and_on_duckdb(
    address: str, embedded: ReadingStore, panel: Panel, language: str
) -> None:
    span = BOARD.span_of(panel, NOW)
    built = dashboard(BOARD, language)["panels"][BOARD.panels.index(panel)]
    for target, query in zip(built["targets"], panel.queries, strict=True):
        names = [*query.group_by, *(column.name for column in query.columns)]
        names += ["time"] if query.every else []

        shown = answer(address, as_grafana_asks(target["query"], span))
        expected = embedded.query(query, span)

        assert [tuple(map(number, row)) for row in rows(shown, names)] == [
            tuple(map(number, row)) for row in rows(expected, names)
        ]
        assert len(expected) == 0 or len(shown) > 0


def number(value: object) -> object:
    """Return a number as one type: JSON writes 1.0 as 1."""
    return float(value) if isinstance(value, int | float) else value


def test_the_alert_of_a_silent_collector_asks_what_influxdb_can_answer(address: str) -> None:
    path = Path(__file__).parents[2] / "dashboards/provisioning/alerting/jieneng.yaml"
    kept = " ".join(path.read_text("utf-8").split())
    assert ALERT_QUERY.format("$$timeFilter") in kept

    span = Span(NOW - 3_600_000, NOW)
    shown = answer(address, as_grafana_asks(ALERT_QUERY.format("$timeFilter"), span))

    assert list(shown["received"]) == [0]
