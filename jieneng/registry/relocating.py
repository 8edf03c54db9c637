"""An instrument that moves: it leaves one metering point and appears at another."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from energy.binding import EVER, Binding
from energy.errors import ConfigError
from energy.life import is_absent, last_register
from energy.meter import INSTALLED, REMOVED, Meter, MeterEvent
from energy.reading import REGISTER
from energy.registry import Registry
from energy.span import from_ms, to_ms
from energy.text import Text
from jieneng.registry.meter_life import Row, enter, known_meter
from storage.csv_cells import exact_text
from storage.records import registry as registry_records

if TYPE_CHECKING:
    from jieneng.wiring import House


def relocate(
    house: "House", meter: str, to: str, *, at: int, row: Row, restating: bool = False
) -> tuple[int, list[MeterEvent]]:
    """Move the instrument of one metering point to another: two events and the bindings, at once.

    What its channel said before that time stays where it was; what it says from then on belongs to
    the other point. The reading ends the one amount and begins the other, so that both together are
    what the instrument counted.

    Args:
        house: With records and store.
        meter: The point that it leaves.
        to: The point that it comes to; it stands in the registry and no instrument stands there.
        at: When [ms].
        row: time, reading (in the meter's unit; may be empty), author, reason, evidence.
        restating: Whether it may lie in a closed period, which is then to be restated.

    Returns:
        The number of the registry, and the two events.

    Raises:
        ConfigError: If the two points cannot have the same instrument.
        RegistryError: All other mistakes at once; nothing is changed then.
    """
    with house.records.reading() as session:
        registry = registry_records.load(session)
    here, there = known_meter(registry, meter), known_meter(registry, to)
    _check_same_kind(here, there)
    _check_free(house, registry, there, at)
    said = {name: row[name] for name in ("time", "author", "reason", "evidence")}
    register = last_register(here, registry.events_of(meter))
    own_step = register.coarseness * here.step
    rows = [
        {**said, "meter": meter, "event": REMOVED, "closing": row["reading"]},
        {
            **said,
            "meter": to,
            "event": INSTALLED,
            "opening": row["reading"],
            "digits": str(register.digits),
            "step": "" if own_step == there.step else exact_text(Fraction(own_step)),
        },
    ]
    return enter(
        house,
        rows,
        author=row["author"],
        reason=row["reason"],
        change=lambda before: moved(before, meter, to, at=at),
        restating=restating,
    )


def moved(registry: Registry, meter: str, to: str, *, at: int) -> Registry:
    """Return a registry in which the channel of a meter hangs at another one from a time [ms]."""
    here = registry.meter[meter]
    if not here.device:
        return registry
    device, channel = here.device, here.channel
    kept = [
        one for one in registry.bindings if one.until is not None or one.meter not in (meter, to)
    ]
    ended = [
        replace(one, until=at)
        for bindings in registry.bound.values()
        for one in bindings
        if one.meter in (meter, to) and one.end == EVER
    ]
    new = {
        meter: replace(here, device="", channel=""),
        to: replace(registry.meter[to], device=device, channel=channel),
    }
    return replace(
        registry,
        meters=tuple(new.get(one.meter, one) for one in registry.meters),
        bindings=(*kept, *ended, Binding(to, device, channel, at)),
    )


def moving(house: "House", meter: str, to: str, *, since: int) -> str:
    """Return the command that books the readings of a meter from a time on [ms] on another."""
    with house.records.reading() as session:
        registry = registry_records.load(session)
    zone = registry.site[registry.meter[meter].site].zone
    begins = from_ms(since).astimezone(zone).isoformat(sep=" ")
    return f'jieneng edit move {meter} {to} --from "{begins}" --reason "moved with the instrument"'


def _check_same_kind(here: Meter, there: Meter) -> None:
    wrong = [
        name for name in ("kind", "table", "unit") if getattr(here, name) != getattr(there, name)
    ]
    if here.meter == there.meter:
        raise ConfigError(
            Text(
                f"{here.meter} 不能移到它自己；请用 --to 写另一个计量点。",
                f"{here.meter} cannot move to itself; name another metering point with --to.",
            )
        )
    if wrong or here.table != REGISTER:
        names = ", ".join(wrong) or "table"
        raise ConfigError(
            Text(
                f"{here.meter} 与 {there.meter} 的 {names} 不合；只有同类、同单位的累计读数表"
                "（register）才能移过去。请在 meters.csv 中更正。",
                f"{here.meter} and {there.meter} do not fit in {names}: a register moves to a "
                "point of the same kind, table and unit. Correct meters.csv.",
            )
        )


def _check_free(house: "House", registry: Registry, there: Meter, at: int) -> None:
    """Refuse to move an instrument to where another one stands."""
    is_read = house.store.last_before(REGISTER, there.meter, at) is not None
    if is_read and not is_absent(registry.events_of(there.meter), at):
        raise ConfigError(
            Text(
                f"{there.meter} 此前已有读数，那里还有一块表；请先说明它何时拆除：jieneng "
                f"meters event {there.meter} removed --at TIME --closing READING",
                f"{there.meter} has readings from before: an instrument stands there. Say first "
                f"when it was removed: jieneng meters event {there.meter} removed --at TIME "
                "--closing READING",
            )
        )


def instant(text: str) -> int:
    """Return a time with its offset [ms since 1970 UTC].

    Raises:
        ConfigError: If it is none.
    """
    try:
        return to_ms(datetime.fromisoformat(text))
    except ValueError:
        raise ConfigError(
            Text(
                f"--at {text!r} 不是带时区偏移的时间，请写成 2026-11-25T08:00:00+08:00 的形式。",
                f"--at {text!r} is not a time with its offset. Write it like "
                "2026-11-25T08:00:00+08:00.",
            )
        ) from None
