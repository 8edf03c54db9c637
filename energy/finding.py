"""What a rule says of a meter: one long-lived finding per cause."""

from dataclasses import dataclass, field
from enum import StrEnum


class FindingState(StrEnum):
    """Where a finding is in its life."""

    OPEN = "open"
    ENDED = "ended"
    """Its cause is no longer seen in the data."""


class Stream(StrEnum):
    """Waste and faults of data are kept apart: missing is never shown as waste or saving."""

    WASTE = "waste"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause at one meter.

    Attributes:
        rule: Name of the rule (a file of analytics/rules).
        version: Version of the rule.
        meter: The meter it was seen at.
        stream: waste or data.
        start: Since when it is seen [ms since 1970 UTC].
        end: Until when it is seen [ms]; it goes on when that is the newest data.
        goes_on: Whether the newest data still shows it.
        sentence_zh: One plain sentence in Chinese.
        sentence_en: The same in English.
        check_zh: What to check on site, in Chinese.
        check_en: The same in English.
        base_per_year: Waste [base units of the kind a year]; None when it has no amount.
        low: Lower bound of the 80 % interval of base_per_year.
        high: Upper bound of the same.
        micro_yuan_per_year: Cost of it [1e-6 yuan a year]; None when there is no price.
        coverage: Share of the evidence window that was measured, 0 to 1.
        evidence: Names to numbers a person can check, such as "night_kw": 61.5.
    """

    rule: str
    version: int
    meter: str
    stream: Stream
    start: int
    end: int
    goes_on: bool
    sentence_zh: str
    sentence_en: str
    check_zh: str
    check_en: str
    base_per_year: int | None = None
    low: int | None = None
    high: int | None = None
    micro_yuan_per_year: int | None = None
    coverage: float = 1.0
    evidence: dict[str, float] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Names the cause: two findings with one fingerprint are the same finding."""
        return f"{self.meter}/{self.rule}"
