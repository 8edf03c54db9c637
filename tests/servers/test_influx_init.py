"""deploy/influx_init.py on a real InfluxDB 2.9: each token can do exactly what it may."""

import stat
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pandas as pd
import pytest

from deploy.influx_init import RIGHTS, Influx, initialise, main
from energy.errors import UnreachableError
from energy.reading import REGISTER, Reading
from energy.span import Span
from storage.opening import open_store, prepare_store
from storage.tables import TEMPERATURE
from tests.server_programs import ORG, TOKEN

RAW, DERIVED = "init_readings", "init_boards"
EVERYTHING = Span(0, 10**13)


@pytest.fixture(scope="module")
def url(influx_2: str) -> str:
    """Return the address of the server."""
    parts = urlsplit(influx_2.removeprefix("influxdb+"))
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture(scope="module")
def folder(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the tokens."""
    found = tmp_path_factory.mktemp("tokens")
    initialise(Influx(url, TOKEN), org=ORG, raw=RAW, derived=DERIVED, folder=found)
    return found


def tokens(folder: Path) -> dict[str, str]:
    return {name: (folder / name / "token").read_text() for name in RIGHTS}


def may_write(url: str, token: str, bucket: str) -> bool:
    answer = httpx.post(
        f"{url}/api/v2/write",
        params={"org": ORG, "bucket": bucket, "precision": "ms"},
        content=b"probe value=1i 1000",
        headers={"Authorization": f"Token {token}"},
        trust_env=False,
    )
    assert answer.status_code in {204, 401, 403, 404}
    return answer.is_success


def may_read(url: str, token: str, bucket: str) -> bool:
    answer = httpx.post(
        f"{url}/query",
        params={"db": bucket},
        data={"q": "SELECT * FROM probe"},
        headers={"Authorization": f"Token {token}"},
        trust_env=False,
    )
    return answer.is_success and "error" not in answer.text


def test_each_token_reads_and_writes_the_buckets_it_may_and_no_others(
    url: str, folder: Path
) -> None:
    bucket = {"raw": RAW, "derived": DERIVED, "other": "first"}
    for name, token in tokens(folder).items():
        rights = RIGHTS[name]
        for place, real in bucket.items():
            allowed = rights.get(place, "").split()
            assert may_write(url, token, real) == ("write" in allowed), (name, place)
            assert may_read(url, token, real) == ("read" in allowed), (name, place)


def test_no_token_is_an_operator_token(url: str, folder: Path) -> None:
    for name, token in tokens(folder).items():
        headers = {"Authorization": f"Token {token}"}
        org = {"org": ORG}
        seen = httpx.get(
            f"{url}/api/v2/authorizations", params=org, headers=headers, trust_env=False
        )
        made = httpx.post(
            f"{url}/api/v2/orgs", json={"name": f"of-{name}"}, headers=headers, trust_env=False
        )
        assert not seen.is_success or seen.json()["authorizations"] == [], name
        assert made.status_code in {401, 403}, name


def test_running_it_again_keeps_buckets_and_tokens(url: str, folder: Path) -> None:
    before = tokens(folder)

    lines = initialise(Influx(url, TOKEN), org=ORG, raw=RAW, derived=DERIVED, folder=folder)

    assert tokens(folder) == before
    assert [line for line in lines if "made" in line] == []


def test_a_token_file_that_was_lost_gets_a_new_token_and_the_old_one_ends(
    url: str, folder: Path
) -> None:
    before = tokens(folder)
    (folder / "grafana" / "token").unlink()

    lines = initialise(Influx(url, TOKEN), org=ORG, raw=RAW, derived=DERIVED, folder=folder)

    after = tokens(folder)
    assert "token of grafana made" in lines
    assert after["api"] == before["api"]
    assert may_read(url, after["grafana"], DERIVED)
    assert not may_read(url, before["grafana"], DERIVED)


def test_tokens_are_readable_by_owner_and_group_alone(folder: Path) -> None:
    for name in RIGHTS:
        assert stat.S_IMODE((folder / name / "token").stat().st_mode) == 0o640


def test_the_collector_s_token_is_enough_to_keep_readings(url: str, folder: Path) -> None:
    address = f"influxdb+{url}?org={ORG}&raw={RAW}&derived={DERIVED}"
    reading = Reading("hall_main", REGISTER, 1_700_000_000_000, 5)

    with closing(open_store(address, tokens(folder)["collector"])) as store:
        assert store.write([reading]) == []
        assert len(store.series(REGISTER, "hall_main", EVERYTHING)) == 1
    with (
        closing(open_store(address, tokens(folder)["api"])) as store,
        pytest.raises(UnreachableError, match="JIENENG_INFLUXDB_TOKEN"),
    ):
        store.write([reading._replace(time=reading.time + 1)])


def test_the_token_of_analytics_is_enough_to_replace_a_derived_span(url: str, folder: Path) -> None:
    address = f"influxdb+{url}?org={ORG}&raw={RAW}&derived={DERIVED}"
    time = 1_700_000_000_000
    point = {"time": time, "site": "north", "meter": "weather", "mean": 4.5, "readings": 4}
    frame, span = pd.DataFrame([point]), Span(time, time + 1)

    with closing(open_store(address, tokens(folder)["analytics"])) as store:
        for points in (frame, frame.head(0)):
            store.replace(TEMPERATURE, points, tags={"meter": "weather"}, span=span)
            assert len(store.points(TEMPERATURE, where=(), span=span)) == len(points)


def test_setup_finds_the_buckets_with_the_token_of_analytics(url: str, folder: Path) -> None:
    address = f"influxdb+{url}?org={ORG}&raw={RAW}&derived={DERIVED}"

    prepare_store(address, tokens(folder)["analytics"])


def test_what_goes_wrong_is_one_sentence(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rest = [ORG, RAW, DERIVED, str(tmp_path)]
    monkeypatch.setenv("INFLUXDB_ADMIN_TOKEN", "not-the-token")

    assert main([url, *rest]) == 1
    assert "refuses: 401" in capsys.readouterr().err
    assert main(["http://127.0.0.1:1", *rest]) == 1
    assert "does not answer" in capsys.readouterr().err
    assert main(["file:///etc", *rest]) == 2
    monkeypatch.delenv("INFLUXDB_ADMIN_TOKEN")
    assert main([url, *rest]) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_says_what_it_made(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INFLUXDB_ADMIN_TOKEN", TOKEN)

    assert main([url, ORG, "line_readings", "line_boards", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "bucket line_readings is there"
