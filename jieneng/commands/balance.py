"""What a meter says beside those below it, and which of them is probably wrong."""

from typing import TYPE_CHECKING, Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk

if TYPE_CHECKING:
    from analytics.trees.balance import Balance, Family
    from energy.registry import Registry

_SHOWN = 14
"""Newest periods that are printed; chosen: two weeks fit a screen."""


def work(desk: Desk, *, meter: str, monthly: bool) -> int:
    """Print the balance of a family, or of each, and what is probably wrong."""
    from analytics.trees.balance import families_of, joint_families
    from jieneng.registry.meter_life import known_meter
    from storage.records import registry

    with desk.stores.records.reading() as session:
        known = registry.load(session)
    families = [one for one in families_of(known) if meter in ("", one.parent.meter)]
    if not families:
        if meter:
            known_meter(known, meter)
        desk.warn(_nothing(meter))
        return 1
    for family in families:
        _tell_family(desk, known, family, monthly=monthly)
    told = {family.parent.meter for family in families}
    for family in joint_families(known):
        above = [one.meter for one in (family.parent, *family.sources)]
        if told.intersection(above):
            desk.tell(_together(above))
            for line in _lines(
                _balance(desk, known, family, monthly=monthly),
                known.site[family.parent.site].timezone,
            ):
                desk.tell(line)
    return 0


def _tell_family(desk: Desk, known: "Registry", family: "Family", *, monthly: bool) -> None:
    from analytics.ledger.mains import away_of
    from analytics.trees.evidence import suspects_in

    parent, timezone = family.parent, known.site[family.parent.site].timezone
    days = _balance(desk, known, family, monthly=False)
    shown = _balance(desk, known, family, monthly=True) if monthly else days
    desk.tell(Text(f"{parent.name_zh}（{parent.meter}）", f"{parent.name_en} ({parent.meter})"))
    for line in (*_made_of(family), *_lines(shown, timezone)):
        desk.tell(line)
    for one in suspects_in(desk.stores.store, family, days, away_of(known), timezone):
        sure = f"{one.confidence:.0%}"
        desk.tell(Text(f"  存疑（把握 {sure}）：", f"  suspect ({sure} sure): ") + one.sentence)


def _balance(desk: Desk, known: "Registry", family: "Family", *, monthly: bool) -> "Balance":
    from analytics.ledger.mains import away_of
    from analytics.trees.balance import balance_of
    from energy.span import Span
    from storage.admission import EARLIEST_MS, LATEST_MS
    from storage.tables import METER_DAY, METER_MONTH

    table = METER_MONTH if monthly else METER_DAY
    ever = Span(EARLIEST_MS, LATEST_MS)
    return balance_of(desk.stores.store, family, table, ever, away_of(known))


def _together(above: list[str]) -> Text:
    zh, en = "、".join(above), ", ".join(above)
    return Text(f"{zh} 合计，与其下全部分表对比", f"{en} together, and all their sub-meters")


def _nothing(meter: str) -> Text:
    if not meter:
        return Text("没有带分表的计量点。", "No meter has sub-meters.")
    return Text(f"{meter} 没有分表。", f"{meter} has no sub-meters.")


def _made_of(family: "Family") -> list[Text]:
    """Return what reaches the sub-meters beside what the parent says, and what nobody knows."""
    parent, found = family.parent.meter, []
    made, sold = (", ".join(one.meter for one in each) for each in (family.sources, family.exports))
    if made:
        less = Text(f"，减上网 {sold}", f", less what {sold} sold") if sold else Text("", "")
        found.append(
            Text(
                f"  上级：{parent} 加自发自用 {made}{less.zh}",
                f"  above: {parent}, and what {made} generated{less.en}",
            )
        )
    if family.perhaps:
        names = ", ".join(one.meter for one in family.perhaps)
        found.append(
            Text(
                f"  {names} 与 {parent} 供同一用电系统，登记表没有说明各供哪些分表，差额无从得出。"
                "若光伏只供某一总表以下，请将光伏电表改为 check（use 为 own_generation，parent 为该"
                "总表），另建等于它的虚拟总表（use 为 own_generation）。",
                f"  {names} and {parent} feed the same installation, and the registry does not say "
                "which sub-meters each of them feeds: no remainder can be known. Where panels feed "
                "what is below one main alone, make their meter a check with the use "
                "own_generation and that main as its parent, and a virtual main of it with the "
                "same use.",
            )
        )
    return found


def _lines(balance: "Balance", timezone: str) -> list[Text]:
    from zoneinfo import ZoneInfo

    from energy.kinds import KINDS
    from energy.span import local_date

    kind = KINDS[balance.parent.kind]
    per, unit = float(kind.base_per_display), kind.display_unit
    found = []
    for row in range(max(len(balance.start) - _SHOWN, 0), len(balance.start)):
        day = local_date(int(balance.start[row]), ZoneInfo(timezone)).isoformat()
        above, below = balance.above[row] / per, balance.known_part[row] / per
        count, of = int(balance.is_known[row].sum()), len(balance.children)
        rest = f"{balance.remainder[row] / per:,.1f} {unit}"
        is_whole = bool(balance.is_whole[row])
        zh, en = f"未分项 {rest}", f"remainder {rest}"
        share = float(balance.share[row])
        if not is_whole:
            zh, en = "未分项：缺数据，无法得出", "remainder missing"
            if 0 < share < 1:
                # Cut, not rounded: what misses a second is not known all the time.
                percent = f"{min(int(share * 1000), 999) / 10:.1f} %"
                zh += f"；已知部分之差 {rest}，覆盖最少的表覆盖 {percent}"
                en += f"; of what is known {rest}, the least covered meter {percent} of the time"
        found.append(
            Text(
                f"  {day} 上级 {above:,.1f}，分表已知 {below:,.1f}（{count}/{of} 块），{zh}",
                f"  {day} above {above:,.1f}, known below {below:,.1f} ({count} of {of}), {en}",
            )
        )
    return found


def call(
    context: typer.Context,
    meter: Annotated[str, typer.Argument(help="The meter above; else every one.")] = "",
    month: Annotated[bool, typer.Option("--month", help="By month instead of day.")] = False,
) -> None:
    """Show what meters say beside those below them, and which is probably wrong.

    Example: jieneng balance library_main --month
    """
    at_the_desk(context, "balance", "balance", meter=meter, monthly=month)


COMMAND = Command(call=call, works={"balance": work}, rank=37)
