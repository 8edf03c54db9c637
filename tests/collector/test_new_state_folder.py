"""A state folder that is new where the store is not, as after a disk was lost."""

from pathlib import Path
from typing import cast

import formats
from collector.collector import Collector
from collector.mqtt.address import address_of
from collector.options import CollectorOptions
from energy.messages.message import Format
from energy.offers import offers
from energy.reading import REGISTER, Reading
from energy.span import Span
from storage.readings import ReadingStore
from tests.builders import MAIN_METER, registry_of
from tests.fakes import FailingStore, Notebook
from tests.store_promises import ALWAYS

T0 = 1_767_225_600
NOW = (T0 + 86_400) * 1000
FORMATS = offers(formats, "FORMAT", Format)


def _collector(folder: Path, store: FailingStore, notebook: Notebook) -> Collector:
    return Collector(
        CollectorOptions(address_of("mqtt://127.0.0.1:1"), "collector", folder),
        store=cast("ReadingStore", store),
        registry=lambda: registry_of(MAIN_METER),
        formats=FORMATS,
        publish=notebook,
        clock=lambda: NOW,
    )


def test_a_new_state_folder_on_a_store_that_is_not_new_lets_the_later_value_stand(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    times = [(T0 + second) * 1000 for second in (5, 7, 9)]
    store.inside.write([Reading("hall_main", REGISTER, time, 900) for time in times])
    collector = _collector(tmp_path, store, notebook)

    for second in (5, 7):
        body = b'{"time":%d,"values":{"ep":8}}' % (T0 + second)
        collector._intake.take("meters/panel", body, retained=False, arrived=times[-1])
    assert collector._intake.commit()
    assert collector._shipper.ship_once()

    assert store.inside.series(REGISTER, "hall_main", ALWAYS).value.tolist() == [800, 800, 900]
    collector.stop()


def test_a_new_state_folder_on_a_store_that_is_not_new_knows_what_comes_late(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    store.inside.write([Reading("hall_main", REGISTER, (T0 + 9) * 1000, 900)])
    for second in (5, 7):  # the second finds the state as the first left it
        collector = _collector(tmp_path, store, notebook)
        body = b'{"time":%d,"values":{"ep":8}}' % (T0 + second)
        collector._intake.take("meters/panel", body, retained=False, arrived=(T0 + 9) * 1000)
        assert collector._intake.commit()
        assert collector._shipper.ship_once()
        collector.stop()

    late = [(T0 + second) * 1000 for second in (5, 7)]
    assert notebook.late_spans == [("hall_main", Span(time, time + 1)) for time in late]
    assert notebook.earliest == {}


def test_a_new_state_folder_opens_while_the_store_is_away(
    tmp_path: Path, store: FailingStore, notebook: Notebook
) -> None:
    store.reachable = False

    _collector(tmp_path, store, notebook).stop()
