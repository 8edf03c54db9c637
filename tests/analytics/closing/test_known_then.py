"""What was known of readings at a time: what had arrived by then, and nothing else."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.closing.as_known import Then
from energy.reading import Reading, Source, rank
from energy.reference import Reference
from storage.engines.memory import MemoryStore
from storage.records import reading_versions
from storage.records.book import Records
from tests.builders import MAIN_METER, registry_of

TIMES = [1_777_000_000_000 + hour * 3_600_000 for hour in range(4)]
LAST = TIMES[-1] + 10_000


@st.composite
def arrivals(draw: st.DrawFn) -> list[Reading]:
    """Draw versions of four readings: those that came on time, and others that came later.

    No two say the same: what comes again with the value there was overrules it and is not kept
    apart (docs/invariants.md).
    """
    found = [Reading("hall_main", "register", time, draw(st.integers(0, 9))) for time in TIMES]
    found = [one for one in found if draw(st.booleans())]
    later = draw(st.lists(st.tuples(st.sampled_from(TIMES), st.integers(0, 9)), max_size=8))
    for place, (time, more) in enumerate(later):
        value = 10 * (place + 1) + more
        source = draw(st.sampled_from([Source.DEVICE, Source.IMPORT, Source.MANUAL]))
        came = LAST + place * 1_000
        found.append(Reading("hall_main", "register", time, value, 0, source, 0, came))
    return draw(st.permutations(found))


@contextmanager
def having(arrived: Sequence[Reading]) -> Iterator[tuple[Records, MemoryStore]]:
    """Take in readings one by one, and keep what each overrules as the collector does."""
    with TemporaryDirectory() as folder:
        records = Records.open(f"sqlite:{Path(folder) / 'records.sqlite'}")
        store = MemoryStore()

        def keep(lost: object) -> None:
            with records.session() as session:
                reading_versions.publish(session, lost, 1)  # type: ignore[arg-type]

        for reading in arrived:
            store.write([reading], overruled=keep)
        try:
            yield records, store
        finally:
            records.close()


def known(arrived: Sequence[Reading], at: int) -> list[Reading]:
    registry = registry_of(MAIN_METER)
    with having(arrived) as (records, store), records.reading() as session:
        then = Then(session, store, registry, Reference(), at)
        return list(then.known("hall_main", {}))


@given(arrivals(), st.integers(-1, 9), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_what_was_known_of_readings_depends_on_what_had_arrived_and_on_no_order(
    arrived: list[Reading], later: int, chance: object
) -> None:
    """Invariant 16, restatement."""
    at = LAST + later * 1_000
    had = [one for one in arrived if (one.arrived or one.time) <= at]
    best = {
        time: max((one for one in had if one.time == time), key=rank)
        for time in {one.time for one in had}
    }
    shuffled = list(arrived)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    found = known(arrived, at)

    assert found == [best[time] for time in sorted(best)]
    assert found == known(had, at) == known(shuffled, at)
