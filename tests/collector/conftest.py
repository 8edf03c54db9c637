"""A listener for gateways, and as many more as a test asks for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gateway_ends import hang_up_all, options
from tests.gateway_house import Builder, House


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
