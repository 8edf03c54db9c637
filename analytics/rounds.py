"""One round: what is new, what follows from it, what to say. A round that dies is repeated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analytics.candidates import keep_candidates
from analytics.closing.late import look_at_closed
from analytics.findings.keep import Turn, keep_findings
from analytics.ledger.collectors import write_collectors
from analytics.recomputing import News, Round
from analytics.reminders import remind
from analytics.retention import RAW_FROM
from energy.span import HOUR_MS, Span, joined
from storage.admission import EARLIEST_MS, LATEST_MS
from storage.readings import ReadingStore
from storage.records import (
    health,
    late_arrivals,
    statement_sources,
    touched,
    values,
)
from storage.records.book import Records
from storage.records.in_force import InForce

LOOKED = "findings.looked"
"""Name of the value that holds when the rules last ran [ms]."""
COMPARED = "closing.compared"
"""Name of the value that holds by what closed sheets were last compared with the figures of now."""


@dataclass(frozen=True)
class RoundReport:
    """What a round did.

    Attributes:
        meters: Meters whose tables were rewritten.
        places: How many places and kinds were.
        turn: What the rules found; None when nothing new could have been found.
    """

    meters: tuple[str, ...]
    places: int
    turn: Turn | None


def round_once(
    *,
    store: ReadingStore,
    records: Records,
    now_ms: int,
    progress: Callable[[str], None] | None = None,
    link: str = "",
    in_force: InForce | None = None,
) -> RoundReport:
    """Bring the derived tables and the findings up to what the raw tables say.

    Every write is idempotent, and what was new is forgotten only at the end.

    Args:
        store: Raw readings and derived tables.
        records: Registry, reference data, what is new, findings.
        now_ms: The present [ms].
        progress: Called with the name of each meter, and of each later step, as it begins.
        link: Address of the console for alerts; empty when people have none.
        in_force: Of these records, kept from round to round; None to read all of it now.

    Raises:
        UnreachableError: If store or records do not answer; the next round repeats this one.
    """
    with records.session() as session:
        earliest, token = touched.take(session)
        late, late_token = late_arrivals.take(session)
    news = _news(earliest, late)
    with records.reading() as session:
        registry, reference = (in_force or InForce()).read(session)
        work = Round(
            store=store,
            registry=registry,
            reference=reference,
            now_ms=now_ms,
            frozen_before=int(values.get(session, RAW_FROM) or EARLIEST_MS),
            news=news,
            say=progress or _quiet,
        )
        said = health.all(session)
        looked = int(values.get(session, LOOKED) or 0)
        sources = statement_sources.state(session)
        is_compared = values.get(session, COMPARED) == sources
    work.meters()
    places = work.places()
    look_at_closed(
        store,
        records,
        work.registry,
        work.recomputed() if is_compared else None,
        reference=work.reference,
        now_ms=now_ms,
    )
    work.states()
    keep_candidates(records, work.breaks, work.registry, now_ms=now_ms)
    write_collectors(store, said)
    turn = None
    if _is_due(news, looked=looked, now_ms=now_ms):
        work.say("findings")
        turn = keep_findings(
            store=store,
            records=records,
            registry=work.registry,
            reference=work.reference,
            now_ms=now_ms,
            link=link,
        )
    with records.session() as session:
        if turn is not None:
            values.put(session, LOOKED, str(now_ms))
            remind(session, work.registry, work.reference, now_ms=now_ms, link=link)
        if not is_compared:
            values.put(session, COMPARED, sources)
        touched.done(session, token)
        late_arrivals.done(session, late_token)
    return RoundReport(tuple(sorted(news)), places, turn)


def _news(earliest: Mapping[str, int], late: Mapping[str, Sequence[Span]]) -> News:
    """Return where readings are new: from a time on, and where they came late."""
    news = {meter: [Span(time, LATEST_MS)] for meter, time in earliest.items()}
    for meter, spans in late.items():
        news[meter] = joined([*spans, *news.get(meter, ())])
    return news


def _quiet(_step: str) -> None:
    return


def _is_due(news: News, *, looked: int, now_ms: int) -> bool:
    """Tell whether rules, which judge whole hours, can find anything they did not find before."""
    hour = looked // HOUR_MS * HOUR_MS
    is_old = any(spans[0].start < hour for spans in news.values())
    return is_old or now_ms // HOUR_MS * HOUR_MS > hour
