"""What InfluxDB's answers look like, in the parts that are read."""

from typing import Any

import msgspec


class Result(msgspec.Struct):
    """Of one statement."""

    series: list[dict[str, Any]] = []
    error: str = ""


class Results(msgspec.Struct):
    """Of a question."""

    results: list[Result]


class Done(msgspec.Struct, forbid_unknown_fields=True):
    """Of a DELETE: InfluxDB 2.x answers it with an empty object."""

    results: list[Result] = []


class Named(msgspec.Struct):
    """A thing with an id."""

    id: str


class Buckets(msgspec.Struct):
    """To a question for buckets."""

    buckets: list[Named]


class Orgs(msgspec.Struct):
    """To a question for organisations."""

    orgs: list[Named]
