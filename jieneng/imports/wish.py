"""What a person wants of an import."""

import hashlib
from dataclasses import astuple, dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from energy.errors import ConfigError
from energy.reading import Source
from energy.text import Text
from jieneng.imports.complaints import MOST_SHOWN
from jieneng.imports.sheet import How
from jieneng.imports.times import UNITS, WRITTEN


@dataclass(frozen=True)
class Wish:
    """What a person wants of an import.

    Attributes:
        columns: NAME=COLUMN, as often as needed.
        ignore: Columns to pass over.
        how: How the file is read.
        time: What bare numbers as times count, one of UNITS.
        zone: Zone of local times; "" for the wall clock of each meter's site.
        by_hand: Whether people read the meters: such readings overrule imported ones.
        skip_bad: Take the good values of a file that also holds bad ones.
        dry_run: Say what would become of each value; keep nothing.
        again: Also a file that was imported already.
        report: Where every complaint is written; None for nowhere.
        show: How many complaints are shown.
        reason: Why, for the audit.

    Raises:
        ConfigError: If it wants what does not exist.
    """

    columns: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    how: How = field(default_factory=How)
    time: str = WRITTEN
    zone: str = ""
    by_hand: bool = False
    skip_bad: bool = False
    dry_run: bool = False
    again: bool = False
    report: Path | None = None
    show: int = MOST_SHOWN
    reason: str = "import"

    def __post_init__(self) -> None:
        if self.time not in UNITS:
            problem = Text(
                f"--time {self.time!r} 无法识别；可以是 {'、'.join(UNITS)}。",
                f"--time {self.time!r} is none of {', '.join(UNITS)}.",
            )
            raise ConfigError(problem)
        try:
            _ = self.local
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            problem = Text(
                f"没有时区 {self.zone!r}。请写 Asia/Shanghai 这样的 IANA 名称。",
                f"There is no time zone {self.zone!r}. Say an IANA name such as Asia/Shanghai.",
            )
            raise ConfigError(problem) from error

    @property
    def local(self) -> ZoneInfo | None:
        """The zone of local times; None for that of each meter's site."""
        return ZoneInfo(self.zone) if self.zone else None

    @property
    def source(self) -> Source:
        """Where the readings come from."""
        return Source.MANUAL if self.by_hand else Source.IMPORT

    def key(self, fingerprint: str) -> str:
        """Return the key of an import: a file and everything that decides how it is understood."""
        meaning = (self.columns, self.ignore, astuple(self.how), self.time, self.zone, self.by_hand)
        return hashlib.sha256(f"{fingerprint} {meaning!r}".encode()).hexdigest()
