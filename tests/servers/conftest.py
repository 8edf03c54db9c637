"""Real servers, started once for all tests that ask for them and ended afterwards."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests import server_programs


@pytest.fixture(scope="session")
def influx_1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield what the address of a store on InfluxDB 1.8 starts with."""
    with server_programs.influx_1(tmp_path_factory.mktemp("influx_1")) as start:
        yield start


@pytest.fixture(scope="session")
def influx_2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield what the address of a store on InfluxDB 2.9 starts with."""
    with server_programs.influx_2(tmp_path_factory.mktemp("influx_2")) as start:
        yield start


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Yield the address of a database on PostgreSQL."""
    with server_programs.postgres() as url:
        yield url


@pytest.fixture
def postgres_schema(postgres_url: str) -> Iterator[str]:
    """Yield the address of an empty schema of that database, gone afterwards."""
    schema = f"records_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        separator = "&" if "?" in postgres_url else "?"
        yield f"{postgres_url}{separator}options=-csearch_path%3D{schema}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture
def mosquitto_port(tmp_path: Path) -> Iterator[int]:
    """Yield the port of a mosquitto that lets anybody in."""
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    port = server_programs.free_port()
    with server_programs.mosquitto(folder, port):
        yield port
