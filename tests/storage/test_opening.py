from pathlib import Path

import pytest

from energy.errors import ConfigError, StoreError, UnreachableError
from storage.opening import open_store, prepare_store
from tests.server_programs import free_port
from tests.store_promises import register


def test_an_unknown_scheme_is_said_with_those_that_are_known_and_without_its_password() -> None:
    with pytest.raises(ConfigError, match="'postgres'") as caught:
        open_store("postgres://me:secret@host/db")
    text = str(caught.value)
    assert all(name in text for name in ("memory:", "duckdb:", "influxdb+http:", "influxdb1+http:"))
    assert "secret" not in text


def test_a_store_in_memory_starts_empty_each_time() -> None:
    prepare_store("memory:")
    open_store("memory:").write([register("main", 0, 1)])
    assert open_store("memory:").newest() == {}


def test_a_store_in_memory_says_that_it_cannot_be_copied(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="duckdb:PATH"):
        open_store("memory:").copy_to(str(tmp_path))


@pytest.mark.parametrize(
    "url",
    [
        "influxdb+http://host:8086?raw=a&derived=b",
        "influxdb+http://host:8086?org=o&raw=a",
        "influxdb1+http://host:8086?org=o&raw=a&derived=b",
        "influxdb+http:?org=o&raw=a&derived=b",
    ],
)
def test_an_address_of_influxdb_must_name_its_two_buckets(url: str) -> None:
    with pytest.raises(ConfigError, match=r"must name derived,( org,)? raw"):
        open_store(url)


def test_raw_and_derived_must_not_share_a_bucket() -> None:
    with pytest.raises(ConfigError, match="two buckets"):
        open_store("influxdb1+http://host:8086?raw=a&derived=a")


@pytest.mark.parametrize("scheme", ["influxdb1+http", "influxdb+http"])
def test_a_server_that_is_not_there_is_said_with_address_and_setting(scheme: str) -> None:
    port = free_port()
    org = "" if scheme.startswith("influxdb1") else "org=o&"
    url = f"{scheme}://me:secret@127.0.0.1:{port}?{org}raw=a&derived=b"
    store = open_store(url, "token-word")
    for act in (
        store.newest,
        lambda: store.write([register("main", 0, 1)]),
        lambda: prepare_store(url),
    ):
        with pytest.raises(UnreachableError, match="JIENENG_STORE_URL") as caught:
            act()
        assert str(port) in str(caught.value)
        assert "secret" not in str(caught.value)
        assert "token-word" not in str(caught.value)
    store.close()
