"""The figures that a demo ends with."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jieneng.truth.score import Score


@dataclass(frozen=True)
class Figures:
    """What the screen shows.

    Attributes:
        score: The ledger against the truth.
        received: Readings the collector received since the state folder was made.
        received_now: Those of them that this run brought.
        collector: The collector's counters.
        seconds_total: From the start of the command to the screen [s].
        seconds_ingest: From the first publish to the last reading in the store [s].
        peak_rss_mb: Greatest memory of this process and its children together [MiB].
    """

    score: "Score"
    received: int
    received_now: int
    collector: dict[str, int]
    seconds_total: float
    seconds_ingest: float
    peak_rss_mb: float

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as one flat JSON object."""
        figures: dict[str, Any] = asdict(self.score)
        figures["readings_received"] = self.received
        figures["collector"] = self.collector
        figures["seconds_total"] = round(self.seconds_total, 2)
        figures["seconds_ingest"] = round(self.seconds_ingest, 2)
        figures["readings_per_second"] = round(self.received_now / max(self.seconds_ingest, 1e-9))
        figures["peak_rss_mb"] = round(self.peak_rss_mb, 1)
        figures["problems"] = [problem.en for problem in self.score.problems]
        return figures
