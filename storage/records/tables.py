"""Knows every table of the records, so that migrations can be compared with them."""

from storage.records import (
    audit,
    dead_letters,
    findings,
    health,
    heard,
    imports,
    inbox,
    late_arrivals,
    letter_requests,
    meters,
    outbox,
    places,
    reading_versions,
    reference,
    replays,
    tariff_versions,
    touched,
    values,
)
from storage.records.schema import Row

NOUNS = (
    audit,
    dead_letters,
    findings,
    health,
    heard,
    imports,
    inbox,
    late_arrivals,
    letter_requests,
    meters,
    outbox,
    places,
    reading_versions,
    reference,
    replays,
    tariff_versions,
    touched,
    values,
)
"""Files that define rows; importing them makes the schema whole."""

SCHEMA = Row.metadata
