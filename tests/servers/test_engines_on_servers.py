from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from api.app import create_app
from energy.errors import StoreError, UnreachableError
from energy.reading import GAUGE, REGISTER, Reading, Source
from jieneng.desk import Desk
from jieneng.settings import Settings
from jieneng.wiring import open_house
from jieneng.works import do_work
from storage.engines.influx import InfluxStore
from storage.influx.address import Address
from storage.influx.server import Server
from storage.opening import open_store, prepare_store
from storage.readings import ReadingStore
from storage.records.book import Records
from storage.tables import METER_HOUR
from tests.clock_world import PROMISES as CLOCK_PROMISES
from tests.server_programs import TOKEN, influx_1, new_buckets
from tests.store_promises import ALWAYS, NEW_YEAR, Promise, register
from tests.table_promises import PROMISES
from tests.web import ask


@pytest.fixture(params=["influx_1", "influx_2"])
def start(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def address(start: str) -> str:
    return new_buckets(start, f"t{uuid4().hex}")


@pytest.fixture
def store(address: str) -> Iterator[ReadingStore]:
    opened = open_store(address, TOKEN)
    yield opened
    opened.close()


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_influxdb_keeps_the_promise_that(promise: Promise, store: ReadingStore) -> None:
    promise(store)


def test_a_far_server_gets_its_writes_compressed(address: str, store: ReadingStore) -> None:
    far = InfluxStore(Server(Address.read(address, TOKEN), compresses=True))

    far.write([register("main", hour, hour) for hour in range(6000)])

    assert store.series(REGISTER, "main", ALWAYS).value.tolist() == list(range(6000))
    assert Address.read(address.replace("127.0.0.1", "influx.example"), TOKEN).is_far
    assert not Address.read(address, TOKEN).is_far
    far.close()


def test_a_conflict_of_types_hands_back_those_lines_and_keeps_the_rest(
    address: str, store: ReadingStore
) -> None:
    server = Server(Address.read(address, TOKEN))
    # Somebody else wrote floats where we write integers.
    server.write(server.address.raw, [f"register,meter=strange value=1.5 {NEW_YEAR}"])
    other_shard = register("main", 24 * 400, 2)
    batch = [register("main", 1, 1), Reading("site", GAUGE, NEW_YEAR, 3.0), other_shard]
    refused = store.write(batch)
    assert [entry.reading for entry in refused] == batch[:1]
    assert "field type conflict" in refused[0].reason
    assert store.series(GAUGE, "site", ALWAYS).value.tolist() == [3.0]
    server.close()


def test_a_server_that_takes_short_bodies_alone_gets_every_reading(tmp_path: Path) -> None:
    with influx_1(tmp_path, longest=20_000) as short:
        store = open_store(new_buckets(short, "short"), TOKEN)

        refused = store.write([register("main", hour, hour) for hour in range(6000)])

        assert refused == []
        assert store.series(REGISTER, "main", ALWAYS).value.tolist() == list(range(6000))
        store.close()


def test_a_missing_bucket_is_said_with_the_command_that_creates_it(start: str) -> None:
    store = open_store(f"{start}raw=nothing&derived=nowhere", TOKEN)
    for act in (
        lambda: store.series(REGISTER, "main", ALWAYS),
        lambda: store.write([register("main", 0, 1)]),
        lambda: store.points(METER_HOUR, where=(), span=ALWAYS),
    ):
        with pytest.raises(UnreachableError, match="jieneng setup"):
            act()
    store.close()


@pytest.mark.parametrize("bucket", ["raw", "derived"])
def test_health_is_503_when_either_bucket_is_gone(
    bucket: str, address: str, store: ReadingStore, tmp_path: Path
) -> None:
    records = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    app = create_app(
        store=store, records=records, status=dict, alert_token="", now=lambda: NEW_YEAR
    )
    assert ask(app, "/health").status_code == 200
    delete_bucket(Address.read(address, TOKEN), bucket)

    answer = ask(app, "/health")

    records.close()
    assert answer.status_code == 503
    assert "jieneng setup" in answer.json()["problems"][0]


def delete_bucket(address: Address, which: str) -> None:
    name = address.raw if which == "raw" else address.derived
    headers = {"Authorization": f"Token {TOKEN}"}
    with httpx.Client(base_url=address.url, headers=headers, trust_env=False) as admin:
        if address.legacy:
            admin.post("/query", data={"q": f'DROP DATABASE "{name}"'}).raise_for_status()
            return
        found = admin.get("/api/v2/buckets", params={"name": name}).json()["buckets"][0]["id"]
        admin.delete(f"/api/v2/buckets/{found}").raise_for_status()


def test_setup_creates_a_bucket_that_went_while_a_process_holds_the_folder(
    start: str, tmp_path: Path
) -> None:
    url = f"{start}raw=r{uuid4().hex}&derived=d{uuid4().hex}"
    settings = Settings(state_dir=tmp_path, store_url=url, influxdb_token=TOKEN, cli_language="en")
    house = open_house(settings)
    with pytest.raises(UnreachableError):
        house.store.write([register("main", 0, 1)])

    desk = Desk(settings, tmp_path, print, print, house)
    assert do_work(desk, "setup", "setup", {"registry": "", "reference": ""}) == 0

    assert house.store.write([register("main", 0, 1)]) == []
    house.close()


def test_a_wrong_token_is_said_without_the_token(influx_2: str) -> None:
    store = open_store(f"{influx_2}raw=first&derived=second", "wrong-word")
    for act in (store.newest, lambda: store.write([register("main", 0, 1)])):
        with pytest.raises(UnreachableError, match="JIENENG_INFLUXDB_TOKEN") as caught:
            act()
        assert "wrong-word" not in str(caught.value)
    store.close()


def test_a_token_that_may_not_create_buckets_is_told_what_to_create(influx_2: str) -> None:
    url = f"{influx_2}raw=first&derived=not_there"
    server = Server(Address.read(url, TOKEN))
    with httpx.Client(
        base_url=server.address.url, headers={"Authorization": f"Token {TOKEN}"}, trust_env=False
    ) as admin:
        org = admin.get("/api/v2/orgs").json()["orgs"][0]["id"]
        buckets = {"type": "buckets", "orgID": org}
        may = [
            {"action": "read", "resource": buckets},
            {"action": "read", "resource": {"type": "orgs"}},
        ]
        answer = admin.post("/api/v2/authorizations", json={"orgID": org, "permissions": may})
    with pytest.raises(StoreError, match="influx bucket create --org district --name not_there"):
        prepare_store(url, answer.json()["token"])
    server.close()


def test_a_copy_is_left_to_the_tool_of_the_server(store: ReadingStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="backup"):
        store.copy_to(str(tmp_path))


def test_another_process_that_opens_the_store_still_decides_by_rank(
    address: str, store: ReadingStore
) -> None:
    store.write([register("main", 0, 1, source=Source.MANUAL)])
    other = open_store(address, TOKEN)
    other.write([register("main", 0, 2), register("main", 1, 3)])
    assert other.series(REGISTER, "main", ALWAYS).value.tolist() == [1, 3]
    other.close()


@pytest.mark.parametrize("promise", CLOCK_PROMISES, ids=lambda promise: promise.__name__)
def test_on_influxdb_it_is_true_that(
    promise: Callable[[Path, ReadingStore], None], store: ReadingStore, tmp_path: Path
) -> None:
    promise(tmp_path, store)
