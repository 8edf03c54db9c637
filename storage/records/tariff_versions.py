"""Tariffs in full at rest: one row a version, its content as JSON. Their price rows follow."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from energy.tariffs.terms import Tariff
from storage.records.schema import BIG_KEY, Row


class TariffVersionRow(Row):
    """One version of a tariff in full."""

    __tablename__ = "tariff_versions"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    tariff: Mapped[str]
    version: Mapped[str]
    content: Mapped[str]


def load(session: Session) -> dict[str, tuple[Tariff, ...]]:
    """Return the versions of each tariff, in order of time."""
    found: dict[str, tuple[Tariff, ...]] = {}
    for row in session.scalars(select(TariffVersionRow).order_by(TariffVersionRow.number)):
        version = tariff_of(row.content)
        found[row.tariff] = (*found.get(row.tariff, ()), version)
    return found


def replace(session: Session, versions: Mapping[str, Iterable[Tariff]]) -> None:
    """Make the records hold these versions and no others."""
    session.execute(delete(TariffVersionRow))
    rows = [
        {"tariff": name, "version": version.version, "content": content_of(version)}
        for name, ordered in versions.items()
        for version in ordered
    ]
    if rows:
        session.execute(insert(TariffVersionRow), rows)


def content_of(tariff: Tariff) -> str:
    """Return a version as JSON, the same text for the same version."""
    return json.dumps(_plain(tariff), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def tariff_of(content: str) -> Tariff:
    """Return the version that content_of wrote."""
    return cast("Tariff", _built(Tariff, json.loads(content)))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {entry.name: _plain(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Return the types of the fields of a dataclass; asked for every row of a price list."""
    return get_type_hints(kind)


def _built(kind: Any, plain: Any) -> object:  # noqa: ANN401  any of the types in a tariff
    """Return the value of a type that its plain form stands for."""
    if isinstance(kind, UnionType):  # something or None
        return None if plain is None else _built(get_args(kind)[0], plain)
    if get_origin(kind) is tuple:
        first, *others = get_args(kind)
        kinds = [first] * len(plain) if others == [...] else [first, *others]
        return tuple(_built(one, part) for one, part in zip(kinds, plain, strict=True))
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{key: _built(hints[key], part) for key, part in plain.items()})  # type: ignore[operator]
    return date.fromisoformat(plain) if kind is date else plain
