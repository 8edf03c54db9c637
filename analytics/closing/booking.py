"""In which period the difference of a closed one may be booked."""

from energy.errors import ClosingError
from energy.period import Period
from energy.text import Text


def see_books(
    closed: str, into: str, *, own: Period, later: Period, is_open: bool, has_begun: bool
) -> None:
    """See that the difference of a closed period may be booked in another one.

    Args:
        closed: Key of the closed period.
        into: Key of the other one.
        own: The days of the closed one.
        later: The days of the other one.
        is_open: Whether the other one is a draft.
        has_begun: Whether its first day has begun.

    Raises:
        ClosingError: If it is not open, not later, has not begun, or has days of the closed one:
            the figures of those are the corrected ones in it already, and would count twice.
    """
    if later.first < own.until and own.first < later.until:
        raise ClosingError(
            Text(
                f"{into} 包含 {closed} 的日期，其中已是更正后的数字，计入差额会重复计算。请用 "
                f"--into 另选 {own.until:%Y-%m-%d} 起的期间，或不用 --into，直接重述 {closed}。",
                f"{into} has days of {closed}, with the corrected figures: the difference would "
                f"count twice in it. Choose a period from {own.until:%Y-%m-%d} on with --into, or "
                f"restate {closed} itself, without --into.",
            )
        )
    if not is_open or later.first < own.until:
        raise ClosingError(
            Text(
                f"{into} 不是晚于 {closed} 的未结账期间。请用 --into 另选一个。",
                f"{into} is no open period after {closed}. Choose another with --into.",
            )
        )
    if not has_begun:
        raise ClosingError(
            Text(
                f"{into} 尚未开始，不能计入差额。请用 --into 选一个已开始的期间。",
                f"{into} has not begun yet, and nothing can be booked in it. Choose a period that "
                "has, with --into.",
            )
        )
