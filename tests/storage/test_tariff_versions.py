import textwrap
from dataclasses import replace
from pathlib import Path

from energy.reference import Reference
from energy.tariffs.rows import rows_by_name
from storage.records import reference, touched
from storage.records.book import Records
from storage.reference.files import read_reference
from tests.builders import MAIN_METER, registry_of
from tests.record_promises import stored
from tests.storage.test_tariff_toml import reference_of

SHIPPED = read_reference(Path("reference"))


def test_shipped_tariffs_come_back_as_they_were_stored_and_only_change_once(
    records: Records,
) -> None:
    with records.session() as session:
        reference.replace(session, SHIPPED, author="li", reason="start")
    with records.session() as session:
        found = reference.load(session)
        assert found.tariffs == SHIPPED.tariffs
        assert found.full_tariffs == SHIPPED.full_tariffs
        assert reference.replace(session, SHIPPED, author="li", reason="again") == 1


def test_a_new_version_of_a_tariff_in_full_touches_its_meters(records: Records) -> None:
    name = "beijing_two_part"
    stored(records, registry_of(replace(MAIN_METER, tariff=name)))
    with records.session() as session:
        reference.replace(session, SHIPPED, author="li", reason="start")
        _, token = touched.take(session)
        touched.done(session, token)
    (version,) = SHIPPED.full_tariffs[name]
    first, *others = version.components
    (price,) = first.prices
    dearer = replace(first, prices=(replace(price, micro=(("all", 600_000),)),))
    versions = dict(SHIPPED.full_tariffs)
    versions[name] = (replace(version, components=(dearer, *others)),)
    changed = replace(
        SHIPPED, full_tariffs=versions, tariffs={**SHIPPED.tariffs, **rows_by_name(versions)}
    )
    with records.session() as session:
        assert reference.replace(session, changed, author="li", reason="price") == 2
        assert touched.take(session)[0] == {MAIN_METER.meter: 0}


def test_the_example_of_the_guide_can_be_imported_as_it_stands(tmp_path: Path) -> None:
    guide = Path("docs/howto/tariffs.md").read_text(encoding="utf-8")
    example = guide.split("## An example\n")[1].split("Absolute prices")[0]
    found: Reference = reference_of(tmp_path, textwrap.dedent(example))
    assert len(found.tariffs["office"]) == 2 * 5
