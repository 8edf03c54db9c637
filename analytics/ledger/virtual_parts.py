"""What the inputs of a virtual meter counted in parts of hours, by their own readings."""

from dataclasses import dataclass

import numpy as np

from analytics.consumption.edges import cells_between
from analytics.ledger.ahead import HasSeries
from analytics.ledger.following import Told
from analytics.ledger.mains import Hours
from analytics.ledger.virtual import Parts, cut_of, dense_of
from analytics.ledger.wall import Wall
from energy.registry import Registry
from energy.span import Span


@dataclass(frozen=True)
class ReadParts:
    """Reads what inputs counted; asked only where a price changes within an hour.

    Attributes:
        store: Has their readings.
        hours: Hours of meters, as they are in this round.
        registry: Says what meters are, and what virtual ones are made of.
    """

    store: HasSeries
    hours: Hours
    registry: Registry

    def of(self, name: str, wall: Wall, edges: np.ndarray) -> Parts:
        """Return what a meter counted between edges.

        A virtual one is cut as it is priced itself, so all of it counts as measured.

        Args:
            name: Of the meter.
            wall: Hour cells.
            edges: Whole minutes that cut them [ms], the edges of the wall among them.
        """
        span = Span(int(edges[0]), int(edges[-1]))
        if name in self.registry.portions:
            sources = [self.registry.meter[one] for one in self.registry.sources[name]]
            rows = self.hours.within(sources, span)
            dense = {
                source.meter: dense_of(part, wall)
                for source, part in zip(sources, rows, strict=True)
            }
            cut = cut_of(self.registry.portions[name], dense, wall, edges, self.of)
            return Parts(cut, np.diff(edges))
        meter = self.registry.meter[name]
        zone = self.registry.site[meter.site].timezone
        course = Told(self.store, meter, self.registry.events_of(name), zone).around(span).course
        cells = cells_between(course, edges, base_per_step=course.base_per_count)
        return Parts(cells.amount, cells.measured_ms)
