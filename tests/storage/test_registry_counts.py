"""How a register counts, as meters.csv declares it."""

from dataclasses import replace
from pathlib import Path

import pytest

from energy.errors import RegistryError
from energy.meter import NET, VOLATILE, Meter
from energy.registry import Registry
from storage.registry.files import read_registry, write_registry
from tests.builders import MAIN_METER, registry_of

CHECKED = replace(MAIN_METER, role="check", tariff="", counts=NET)


def read(meter: Meter, folder: Path) -> Registry:
    write_registry(registry_of(meter), folder)
    return read_registry(folder)


@pytest.mark.parametrize("meter", [CHECKED, replace(MAIN_METER, counts=VOLATILE), MAIN_METER])
def test_what_a_register_is_declared_as_comes_back(meter: Meter, tmp_path: Path) -> None:
    assert read(meter, tmp_path).meters == (meter,)


def test_files_of_before_there_was_the_column_count_up(tmp_path: Path) -> None:
    write_registry(registry_of(MAIN_METER), tmp_path)
    path = tmp_path / "meters.csv"
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0].endswith(",counts")
    path.write_text("\n".join(line.rpartition(",")[0] for line in lines) + "\n", "utf-8")

    assert read_registry(tmp_path).meters == (MAIN_METER,)


@pytest.mark.parametrize(
    "meter",
    [
        replace(CHECKED, role="main"),
        replace(CHECKED, tariff="beijing_general"),
        replace(CHECKED, use="heating"),
    ],
    ids=["main", "tariff", "use"],
)
def test_what_is_net_is_neither_summed_nor_paid(meter: Meter, tmp_path: Path) -> None:
    with pytest.raises(RegistryError) as refused:
        read(meter, tmp_path)

    (mistake,) = refused.value.mistakes
    assert "column counts: amounts of a net register may be negative" in str(mistake)
    assert "register what comes in and what goes out as two registers" in str(mistake)
    assert "role 应为 check" in mistake.text.zh


def test_only_a_register_counts_both_ways(tmp_path: Path) -> None:
    with pytest.raises(RegistryError) as refused:
        read(replace(CHECKED, table="interval"), tmp_path)
    assert "column counts: only a register counts so" in str(refused.value)


def test_a_word_that_is_none_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(RegistryError) as refused:
        read(replace(MAIN_METER, counts="sideways"), tmp_path)
    assert "column counts: 'sideways'" in str(refused.value)


def test_a_net_register_cannot_turn_over_within_an_interval(tmp_path: Path) -> None:
    fast = replace(CHECKED, digits=3)
    assert read(fast, tmp_path / "net").meters == (fast,)
    with pytest.raises(RegistryError, match="turns over within one interval"):
        read(replace(fast, counts=""), tmp_path / "up")
