"""What the records promise of reference data in full, and of those who confirm it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from energy.errors import ConfigError
from energy.reference import Reference
from jieneng.shipped import shipped
from storage.records import reference as reference_records
from storage.records import reference_sources, registry, touched
from storage.records.book import Records
from storage.reference.files import read_reference
from tests.builders import MAIN_METER, registry_of

GAS = "co2-MEE-average-gas"


def a_confirmation_lasts_until_the_row_reads_otherwise(records: Records) -> None:
    first = read_reference(shipped("reference"))
    with records.session() as session:
        reference_records.replace(session, first, author="t", reason="t")
        reference_sources.confirm(session, GAS, by="Wang", author="t")
        (row,) = reference_sources.confirm(session, GAS, by="Li Na", author="t")
        assert row.confirmed_by == "Li Na"
        assert reference_records.load(session).sources[GAS] == row
    other = replace(first.sources[GAS], content="value=2")
    with records.session() as session:
        assert reference_sources.losing(session, {GAS: other}) == [GAS]
        assert reference_sources.losing(session, first.sources) == []
        reference_sources.replace(session, {GAS: other})
        assert reference_sources.load(session) == {GAS: other}
        reference_sources.replace(session, first.sources)
        assert reference_sources.load(session)[GAS].is_unconfirmed


def a_confirmation_of_a_row_that_is_not_there_or_by_nobody_is_refused(records: Records) -> None:
    first = read_reference(shipped("reference"))
    with records.session() as session:
        reference_records.replace(session, first, author="t", reason="t")
        with pytest.raises(ConfigError, match="no row 'gas'"):
            reference_sources.confirm(session, GAS, "gas", by="Li Na", author="t")
        with pytest.raises(ConfigError, match="--by NAME"):
            reference_sources.confirm(session, GAS, by=" ", author="t")
        assert reference_sources.load(session)[GAS].is_unconfirmed


def all_of_the_reference_data_comes_back_as_it_was_stored(records: Records) -> None:
    wanted = read_reference(shipped("reference"))
    with records.session() as session:
        assert reference_records.replace(session, wanted, author="t", reason="t") == 1
    with records.session() as session:
        found = reference_records.load(session)
        assert (found.factors, found.regions) == (wanted.factors, wanted.regions)
        assert (found.sources, found.heating) == (wanted.sources, wanted.heating)
        assert found.tariffs == wanted.tariffs
        assert reference_records.replace(session, wanted, author="t", reason="again") == 1


def a_new_source_touches_no_meter_but_a_new_figure_does(records: Records) -> None:
    first = read_reference(shipped("reference"))
    with records.session() as session:
        registry.replace(session, registry_of(MAIN_METER), author="t", reason="t")
        reference_records.replace(session, first, author="t", reason="t")
        touched.done(session, touched.take(session)[1])

    assert touched_by(records, changed(first, source="read again")) == {}
    assert touched_by(records, changed(first, per_display=Fraction(1))) == {MAIN_METER.meter: 0}


def a_new_name_of_a_price_touches_no_meter_but_a_new_price_does(records: Records) -> None:
    first = read_reference(shipped("reference"))
    with records.session() as session:
        registry.replace(session, registry_of(MAIN_METER), author="t", reason="t")
        reference_records.replace(session, first, author="t", reason="t")
        touched.done(session, touched.take(session)[1])

    assert touched_by(records, priced(first, source="read again", id="other")) == {}
    assert touched_by(records, priced(first, price_micro=1)) == {MAIN_METER.meter: 0}


def priced(reference: Reference, **cells: object) -> Reference:
    head, *tail = reference.tariffs[MAIN_METER.tariff]
    rows = (replace(head, **cells), *tail)  # type: ignore[arg-type]
    return replace(reference, tariffs={**reference.tariffs, MAIN_METER.tariff: rows})


def changed(reference: Reference, **cells: object) -> Reference:
    head, *tail = reference.factors["NGOA-stat"]
    assert head.kind == MAIN_METER.kind
    rows = (replace(head, **cells), *tail)  # type: ignore[arg-type]
    return replace(reference, factors={**reference.factors, "NGOA-stat": rows})


def touched_by(records: Records, reference: Reference) -> dict[str, int]:
    with records.session() as session:
        reference_records.replace(session, reference, author="t", reason="t")
        found, token = touched.take(session)
        touched.done(session, token)
    return dict(found)


REFERENCE: tuple[Callable[[Records], None], ...] = (
    a_confirmation_lasts_until_the_row_reads_otherwise,
    a_confirmation_of_a_row_that_is_not_there_or_by_nobody_is_refused,
    all_of_the_reference_data_comes_back_as_it_was_stored,
    a_new_source_touches_no_meter_but_a_new_figure_does,
    a_new_name_of_a_price_touches_no_meter_but_a_new_price_does,
)
