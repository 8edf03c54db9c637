"""Refusals of a why about what is not in a sheet: saying "the same" of nothing would be a lie."""

from collections.abc import Mapping, Sequence
from typing import Any

from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.text import Text


def see_kind(sheet: Mapping[str, Any], kind: str) -> None:
    """See that a sheet has a line of a kind; "" is all of them.

    Raises:
        ConfigError: If not, with the kinds that it has lines of.
    """
    known = {line["kind"] for line in sheet["lines"].values() if "kind" in line}
    if not kind or kind in known:
        return
    there = [one for one in KINDS if one in known]
    name, period = sheet["institution"], sheet["period"]
    raise ConfigError(
        Text(
            f"{name} 的 {period} 没有 {kind}（{KINDS[kind].zh}）这一行。"
            f"已有：{'、'.join(there) or '—'}。",
            f"There is no line of {kind} in {period} of {name}. It has: "
            f"{', '.join(there) or 'none'}.",
        )
    )


def nothing_of(sheet: Mapping[str, Any], kind: str, wanted: Sequence[str]) -> ConfigError:
    """Return the refusal of a figure that a sheet has not, such as the coal of water."""
    name, period = sheet["institution"], sheet["period"]
    figures = ", ".join(wanted)
    if not kind:
        return ConfigError(
            Text(f"{name} 的 {period} 没有 {figures}。", f"{period} of {name} has no {figures}.")
        )
    return ConfigError(
        Text(
            f"{name} 的 {period} 中 {kind}（{KINDS[kind].zh}）没有 {figures}。",
            f"The line of {kind} in {period} of {name} has no {figures}.",
        )
    )
