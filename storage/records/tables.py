"""Knows every table of the records, so that migrations can be compared with them."""

from storage.records import (
    chain,
    dead_letters,
    edits,
    evidence,
    findings,
    frozen,
    health,
    heard,
    imports,
    inbox,
    late_arrivals,
    letter_requests,
    meters,
    outbox,
    people,
    places,
    reading_versions,
    reference,
    reference_sources,
    regions,
    replays,
    restate_tasks,
    touched,
    values,
)
from storage.records.schema import Row

NOUNS = (
    chain,
    dead_letters,
    edits,
    evidence,
    findings,
    frozen,
    health,
    heard,
    imports,
    inbox,
    late_arrivals,
    letter_requests,
    meters,
    outbox,
    people,
    places,
    reading_versions,
    reference,
    reference_sources,
    regions,
    replays,
    restate_tasks,
    touched,
    values,
)
"""Files that define rows; importing them makes the schema whole."""

SCHEMA = Row.metadata
