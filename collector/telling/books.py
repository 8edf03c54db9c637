"""How the books stand: what is committed, what is in hand, and what was shipped, put together."""

from collector.keeping.state import State
from collector.taking.intake import Intake
from collector.telling.counters import Counters


def books(state: State, intake: Intake) -> Counters:
    """Return the books of this moment."""
    # The state first: what ships between the two looks must not be missing from both.
    shipped = state.shipped()
    totals, in_hand = intake.books()
    return Counters(
        received=totals.received + in_hand,
        in_hand=in_hand,
        spooled=totals.accepted - shipped.shipped - shipped.refused,
        shipped=shipped.shipped,
        dead=totals.dead + shipped.refused,
        dropped=totals.dropped,
        duplicate=totals.duplicate,
        retained=totals.retained,
        finer=totals.finer,
        cut=totals.cut,
        doubtful=totals.doubtful,
        uncertain=totals.uncertain,
        above_rate=totals.above_rate,
        out_of_time=totals.out_of_time,
    )
