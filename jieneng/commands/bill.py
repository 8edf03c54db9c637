"""Bills of suppliers: typed, listed, withdrawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk
from jieneng.desk import Desk

if TYPE_CHECKING:
    from storage.records.bills import Version


def add_bill(
    desk: Desk, *, cells: Mapping[str, str], by: str, reason: str, is_dry: bool = False
) -> int:
    """Keep one bill."""
    from analytics.closing.closed_notes import closed_beside
    from jieneng.bills import keeping as billing
    from storage.records import bills, registry

    with desk.stores.records.reading() as session:
        before = [one for one in bills.in_force(session) if one.bill == cells.get("bill")]

    bill, doubts = billing.add_bill(desk, cells, by=by, reason=reason, is_dry=is_dry)
    verb = Text("可登记：", "would enter: ") if is_dry else Text("已登记：", "entered: ")
    with desk.stores.records.reading() as session:
        line = billing.bill_line(bill, registry.load(session))
        closed = list(closed_beside(session, [*before, bill]))
    desk.tell(verb + line)
    for note in closed:
        desk.tell(note)
    for doubt in doubts:
        desk.tell(Text("  请核对：", "  look at it: ") + doubt)
    return 0


def withdraw_bill(desk: Desk, *, bill: str, by: str, reason: str) -> int:
    """Let a bill count no more."""
    from analytics.closing.closed_notes import closed_beside
    from storage.records import bills

    house = desk.stores
    with house.records.session() as session:
        bills.withdraw(session, bill, author=by, reason=reason, at=house.clock())
        *_, gone = bills.versions(session, bill)
        closed = list(closed_beside(session, [gone.content]))
    desk.tell(Text(f"账单 {bill} 已撤销", f"bill {bill} is withdrawn"))
    for note in closed:
        desk.tell(note)
    return 0


def list_bills(desk: Desk, *, institution: str, versions: bool) -> int:
    """List the bills that count, or every version."""
    from jieneng.bills.keeping import bill_line
    from storage.records import bills
    from storage.records import registry as registry_records

    with desk.stores.records.reading() as session:
        registry = registry_records.load(session)
        lines = [bill_line(bill, registry) for bill in bills.in_force(session, institution)]
        if versions:
            lines = [
                Text(f"{one.number}  ", f"{one.number}  ")
                + bill_line(one.content, registry)
                + _became(one)
                for one in bills.versions(session)
                if institution in ("", one.content.institution)
            ]
    for line in lines:
        desk.tell(line)
    if not lines:
        desk.tell(Text("还没有账单。", "There is no bill yet."))
    return 0


def _became(version: "Version") -> Text:
    """Return whether a version was withdrawn, and why it was entered."""
    from jieneng.printing import printable

    said = Text("  已撤销", "  withdrawn") if version.is_withdrawn else Text("", "")
    reason = f"  {printable(version.reason)}" if version.reason else ""
    return said + Text(reason, reason)


def check_bills(
    desk: Desk, *, institution: str, period: str, terms: Mapping[str, str] | None = None
) -> int:
    """Compare bills with the meters."""
    from jieneng.bills import check as bill_check

    bill_check.check_bills(desk, institution, period, terms or {})
    return 0


app = typer.Typer(help="Bills of suppliers. Example: jieneng bill list", no_args_is_help=True)

By = Annotated[str, typer.Option(help="Who enters it; else who is logged in here.")]


@app.command("add")
def add(
    context: typer.Context,
    bill: Annotated[str, typer.Argument(help="Its number or name.")],
    institution: Annotated[str, typer.Argument(help="Who pays.")],
    kind: Annotated[str, typer.Argument(help="Kind of energy, such as electricity or 电.")],
    first: Annotated[str, typer.Option("--from", help="First day, such as 2026-01-20.")],
    last: Annotated[str, typer.Option("--to", help="Last day, included.")],
    cost: Annotated[str, typer.Option(help="What it asks for [yuan].")],
    amount: Annotated[str, typer.Option(help="Amount; only heat by area may leave it out.")] = "",
    unit: Annotated[str, typer.Option(help="Unit of the amount; else the usual one.")] = "",
    use: Annotated[str, typer.Option(help="heating, vehicle, data_centre, own_generation.")] = "",
    supplier: Annotated[str, typer.Option(help="Who sent it.")] = "",
    account: Annotated[str, typer.Option(help="Account number with the supplier.")] = "",
    price: Annotated[str, typer.Option(help="Price of a unit, if printed [yuan].")] = "",
    demand: Annotated[str, typer.Option(help="Greatest demand [kW].")] = "",
    power_factor: Annotated[str, typer.Option(help="Power factor, such as 0.93.")] = "",
    capacity: Annotated[str, typer.Option(help="Contract capacity [kVA].")] = "",
    reactive: Annotated[str, typer.Option(help="Reactive energy [kvarh].")] = "",
    evidence: Annotated[str, typer.Option(help="File or SHA-256 that shows it.")] = "",
    by: By = "",
    reason: Annotated[str, typer.Option(help="Why it replaces an earlier version.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say all, keep nothing.")] = False,
) -> None:
    """Enter a bill, or with --reason a corrected one; the original is kept.

    Example: jieneng bill add 2026-01 town_hall electricity --from 2026-01-01 --to 2026-01-31
    --amount 12000 --cost 9600
    """
    from jieneng.registry.intake import author

    cells = {
        "bill": bill, "institution": institution, "kind": kind, "first": first, "last": last,
        "cost": cost, "amount": amount, "unit": unit, "use": use, "supplier": supplier,
        "account": account, "price": price, "demand": demand, "power_factor": power_factor,
        "capacity": capacity, "reactive": reactive, "evidence": evidence,
    }  # fmt: skip
    at_the_desk(
        context, "bill", "add", cells=cells, by=by or author(), reason=reason, is_dry=dry_run
    )


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    bill: Annotated[str, typer.Argument(help="Its number or name.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = "",
) -> None:
    """Let a bill count no more; it is kept.

    Example: jieneng bill withdraw 2026-01 --reason "sent twice"
    """
    from jieneng.registry.intake import author

    at_the_desk(context, "bill", "withdraw", bill=bill, by=by or author(), reason=reason)


@app.command("list")
def list_(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Only its bills.")] = "",
    versions: Annotated[bool, typer.Option("--versions", help="Every version.")] = False,
) -> None:
    """List bills by their first day.

    Example: jieneng bill list town_hall
    """
    at_the_desk(context, "bill", "list", institution=institution, versions=versions)


@app.command("check")
def check(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Only its bills.")] = "",
    period: Annotated[
        str, typer.Argument(help="Ledger to compare with, such as 2026-01; else a bill's own days.")
    ] = "",
    contract: Annotated[str, typer.Option(help="Contracted demand [kW]; else the account's.")] = "",
    capacity: Annotated[
        str,
        typer.Option(
            help="Capacity as contracted [kVA]; else the account's, or the bill before's."
        ),
    ] = "",
    reactive: Annotated[
        str, typer.Option(help="Reactive energy that was read [kvarh]; else the bill's.")
    ] = "",
) -> None:
    """Compare bills with the main meters, and explain the difference in yuan.

    Example: jieneng bill check town_hall 2026-01
    """
    terms = {"contract": contract, "capacity": capacity, "reactive": reactive}
    at_the_desk(context, "bill", "check", institution=institution, period=period, terms=terms)


COMMAND = Command(
    group=app,
    works={
        "add": add_bill,
        "withdraw": withdraw_bill,
        "list": list_bills,
        "check": check_bills,
    },
    rank=37,
)
