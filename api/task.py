"""What a person has to do, and what finds such tasks: one interface for every source of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from urllib.parse import quote

from energy.reference import Reference
from energy.registry import Registry
from energy.text import Text
from storage.readings import ReadingStore
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.session import Session


class Urgency(IntEnum):
    """What comes first."""

    NOW = 1
    """Data are being lost, or nobody knows what happens."""
    SOON = 2
    """Somebody waits for it, or figures will change by it."""
    LATER = 3
    """It should be looked at, and nothing is lost by tomorrow."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do; what belongs together is one task, with its count.

    Attributes:
        source: File in api/tasks that found it.
        urgency: What comes first.
        title: What is the matter.
        where: Meter, building, institution or topic, as people call it.
        todo: What to do about it.
        command: The command that does it or shows more; "" where there is none.
        link: Page of the console that does it or shows more; "" where there is none.
        since: Since when it is so [ms]; None where nobody knows.
        count: How many things it stands for.
        institution: Whose it is; "" for the whole district.
    """

    source: str
    urgency: Urgency
    title: Text
    where: Text
    todo: Text
    command: str = ""
    link: str = ""
    since: int | None = None
    count: int = 1
    institution: str = ""


@dataclass(frozen=True)
class Look:
    """What sources of tasks look at.

    Attributes:
        session: A transaction of the records.
        store: Store of readings.
        now_ms: The present [ms].
    """

    session: Session
    store: ReadingStore
    now_ms: int

    @cached_property
    def registry(self) -> Registry:
        """The registry in force."""
        return registry_records.load(self.session)

    @cached_property
    def reference(self) -> Reference:
        """The reference data in force."""
        return reference_records.load(self.session)


@dataclass(frozen=True)
class Source:
    """Finds the tasks of one sort.

    Attributes:
        label: What its tasks are called together.
        find: Yields them, in any order; raises StoreError when a store does not answer.
    """

    label: Text
    find: Callable[[Look], Iterable[Task]]


def meter_called(registry: Registry, meter: str) -> Text:
    """Return what people call a meter, with its name."""
    known = registry.meter.get(meter)
    return _called(Text(known.name_zh, known.name_en) if known else Text("", ""), meter)


def institution_called(registry: Registry, institution: str) -> Text:
    """Return what people call an institution, with its name."""
    known = registry.institution.get(institution)
    return _called(Text(known.name_zh, known.name_en) if known else Text("", ""), institution)


def reading_link(meter: str) -> str:
    """Return the page on which a reading of a meter is entered by hand."""
    return f"/reading/{quote(meter, safe='')}"


def _called(text: Text, name: str) -> Text:
    zh = f"{text.zh}（{name}）" if text.zh else name
    return Text(zh, f"{text.en} ({name})" if text.en else name)
