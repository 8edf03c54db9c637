"""Submit, close and restate the sheets of the ledger, and prove that nothing was changed since."""

import re
from typing import Annotated

import typer

from energy.text import Text
from jieneng.command import Command, at_the_desk, bytes_from_the_desk
from jieneng.desk import Desk

_WHOLE_HASH = re.compile(r"[0-9a-f]{64}")


def verify_chain(desk: Desk, *, printed: str) -> int:
    """Walk the chain and every frozen sheet; exit code 1 where one does not hold."""
    from energy.errors import ConfigError
    from storage.records.verifying import verify

    if printed and not _WHOLE_HASH.fullmatch(printed):
        raise ConfigError(
            Text(
                f"--head {printed} 不是完整的链首：应为 64 位，印在“链首”之后；"
                "只有开头几位不能证明什么。",
                f"--head {printed} is no whole head: give all 64 digits that are printed behind "
                "“head”; the first few prove nothing.",
            )
        )
    with desk.stores.records.reading() as session:
        verdict = verify(session, printed=printed)
    if verdict.problem is None:
        desk.tell(
            Text(
                f"完好：{verdict.links} 条，{verdict.frozen} 份封存内容，链首 {verdict.head}",
                f"ok: {verdict.links} links, {verdict.frozen} frozen, head {verdict.head}",
            )
        )
        return 0
    where = Text("", "")
    if verdict.broken:
        where = Text(f"第 {verdict.broken} 条：", f"link {verdict.broken}: ")
    desk.warn(Text("已被改动：", "changed: ") + where + verdict.problem)
    return 1


def take_step(
    desk: Desk, *, action: str, institution: str, period: str, by: str, reason: str, into: str
) -> int:
    """Do one step of a sheet."""
    from jieneng.ledger.closing import do_step

    lines = do_step(
        desk.stores,
        action,
        institution=institution,
        period=period,
        by=by,
        reason=reason,
        into=into,
    )
    for line in lines:
        desk.tell(line)
    return 0


def say_status(desk: Desk, *, institution: str, period: str) -> int:
    """Say where sheets are."""
    from jieneng.ledger.closing import overview

    for line in overview(desk.stores, institution, period):
        desk.tell(line)
    return 0


def give_as_of(desk: Desk, *, institution: str, period: str, at: str) -> int:
    """Say the bytes of the sheet of a time."""
    from jieneng.ledger.as_of import bytes_as_of

    content, note = bytes_as_of(desk.stores, institution, period, at)
    if note is not None:
        desk.warn(note)
    desk.say_bytes(content)
    return 0


def give_handed_out(desk: Desk, *, kept: str, at: str) -> int:
    """Say the bytes that were handed out under a name."""
    from jieneng.ledger.closing import handed_out_as_of

    desk.say_bytes(handed_out_as_of(desk.stores, kept, at))
    return 0


app = typer.Typer(
    help="Close periods and prove them. Example: jieneng ledger status", no_args_is_help=True
)

Institution = Annotated[str, typer.Argument(help="Name of the institution.")]
Place = Annotated[str, typer.Argument(help="Institution, body, building, or district for all.")]
Period = Annotated[str, typer.Argument(help="2026-05, 2026-Q2, 2026, or 2025-2026 (heating).")]
By = Annotated[str, typer.Option(help="Id of the person; see jieneng people list.")]
Reason = Annotated[str, typer.Option(help="Why; it stands in the ledger, so no names.")]
At = Annotated[str, typer.Option(help="Instant, or a local day for its end; else now.")]


def _step(
    context: typer.Context,
    action: str,
    institution: str,
    period: str,
    by: str,
    *,
    reason: str = "",
    into: str = "",
) -> None:
    at_the_desk(
        context,
        "ledger",
        "step",
        action=action,
        institution=institution,
        period=period,
        by=by,
        reason=reason,
        into=into,
    )


@app.command("verify")
def verify(
    context: typer.Context,
    head: Annotated[str, typer.Option(help="Hash that a sheet or an export bears.")] = "",
) -> None:
    """Prove that neither the chain nor a signed sheet was changed; exit code 1 if one was.

    Example: jieneng ledger verify
    """
    at_the_desk(context, "ledger", "verify", printed=head)


@app.command("submit")
def submit(context: typer.Context, institution: Institution, period: Period, by: By) -> None:
    """Freeze the sheet of a period that has ended, for the heads to sign.

    Example: jieneng ledger submit town 2026-05 --by 3f9a12cd
    """
    _step(context, "submit", institution, period, by)


@app.command("check")
def check(context: typer.Context, institution: Institution, period: Period, by: By) -> None:
    """Say that the statistics head has checked what is submitted.

    Example: jieneng ledger check town 2026-05 --by 77b0e1a4
    """
    _step(context, "check", institution, period, by)


@app.command("return")
def return_(
    context: typer.Context, institution: Institution, period: Period, by: By, reason: Reason
) -> None:
    """Give a submitted sheet back; it is a draft again.

    Example: jieneng ledger return town 2026-05 --by 77b0e1a4 --reason "gas bill is missing"
    """
    _step(context, "return", institution, period, by, reason=reason)


@app.command("close")
def close(context: typer.Context, institution: Institution, period: Period, by: By) -> None:
    """Close a period with the sheet that was submitted; it never changes after that.

    Example: jieneng ledger close town 2026-05 --by 09c2d5ee
    """
    _step(context, "close", institution, period, by)


@app.command("restate")
def restate(
    context: typer.Context,
    institution: Institution,
    period: Period,
    by: By,
    reason: Reason,
    into: Annotated[
        str, typer.Option(help="Book the difference in this open period instead.")
    ] = "",
) -> None:
    """Put a numbered restatement beside a closed sheet, with the difference of each line.

    Example: jieneng ledger restate town 2026-05 --by 09c2d5ee --reason "late readings of a gateway"
    """
    _step(context, "restate", institution, period, by, reason=reason, into=into)


@app.command("status")
def status(
    context: typer.Context,
    institution: Annotated[str, typer.Argument(help="Only this institution.")] = "",
    period: Annotated[str, typer.Argument(help="Only this period, with its steps.")] = "",
) -> None:
    """Say where sheets are, and which closed ones would come out differently now.

    Example: jieneng ledger status town 2026-05
    """
    at_the_desk(context, "ledger", "status", institution=institution, period=period)


@app.command("asof")
def asof(
    context: typer.Context,
    institution: Place,
    period: Period,
    at: At = "",
) -> None:
    """Print the sheet that was in force at a time, byte for byte, or what was known then.

    Example: jieneng ledger asof town 2026-05 --at 2026-06-30 > sheet.json
    """
    _print_bytes(context, "asof", institution=institution, period=period, at=at)


@app.command("handed")
def handed(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it was kept as.")],
    at: At = "",
) -> None:
    """Print what was handed out under a name (jieneng export table ... --keep NAME).

    Example: jieneng ledger handed months --at 2026-06-30 > months.csv
    """
    _print_bytes(context, "handed", kept=name, at=at)


def _print_bytes(context: typer.Context, work: str, **arguments: str) -> None:
    """Print bytes as they are: a line end more would be another hash."""
    typer.echo(bytes_from_the_desk(context, "ledger", work, **arguments), nl=False)


COMMAND = Command(
    group=app,
    works={
        "verify": verify_chain,
        "step": take_step,
        "status": say_status,
        "asof": give_as_of,
        "handed": give_handed_out,
    },
    rank=34,
)
