"""What older programs wrote of balances beside panels is written again, once."""

from dataclasses import replace
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations

from energy.uses import OWN_GENERATION
from storage.migrations.versions import v0037_panels_in_balances
from storage.records import touched
from storage.records.book import Records
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.record_promises import stored

PANELS = replace(MAIN_METER, meter="panels", channel="sun", use=OWN_GENERATION)


def test_mains_of_panels_are_computed_again_and_no_other_meter(tmp_path: Path) -> None:
    records = Records.open(f"sqlite:{tmp_path / 'records.sqlite'}")
    stored(records, registry_of(MAIN_METER, SUB_METER, PANELS))
    with records.session() as session:
        touched.done(session, touched.take(session)[1])
        touched.publish(session, {MAIN_METER.meter: 7, "panels": 8})
        with Operations.context(MigrationContext.configure(session.connection())):
            v0037_panels_in_balances.upgrade()
    with records.session() as session:
        found, _ = touched.take(session)
    records.close()

    assert found == {MAIN_METER.meter: 7, "panels": 0}
