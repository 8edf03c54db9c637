"""A collector without threads, what it ships to and tells; a listener for gateways, or many."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import FailingStore, Notebook
from tests.gateway_ends import hang_up_all, options
from tests.gateway_house import Builder, House
from tests.letter_world import AFTER, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    made.use(AFTER)
    yield made
    made.close()


@pytest.fixture
def store() -> FailingStore:
    return FailingStore()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Builder]:
    houses: list[House] = []

    def built(**changes: object) -> House:
        houses.append(House(tmp_path / "spool", replace(options(), **changes)))  # type: ignore[arg-type]
        return houses[-1]

    yield built
    hang_up_all()
    for house in houses:
        house.close()


@pytest.fixture
def house(build: Builder) -> House:
    return build()
