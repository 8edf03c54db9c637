"""Scope 1 and scope 2 of a kind."""

from enum import IntEnum

from energy.kinds import KINDS

_PURCHASED = frozenset({"electricity", "heat", "cold", "steam"})


class Scope(IntEnum):
    """Where an emission happens."""

    DIRECT = 1
    """Where the fuel is burnt: on the site."""
    PURCHASED = 2
    """Where the electricity, heat or cold is made: elsewhere."""


def scope_of(kind: str) -> Scope | None:
    """Return the scope of a kind; None for water, and for other energy, of which nobody knows."""
    if not KINDS[kind].is_energy or kind == "other":
        return None
    return Scope.PURCHASED if kind in _PURCHASED else Scope.DIRECT
