"""The registry as the records last gave it, in the collector's folder: to start without them.

A collector needs the registry to know what a message means, and must receive while the records are
down, or the broker's queue overflows. What it reads by an old registry is right but for what has
changed since, and a dead letter can be read again.
"""

import logging
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from energy.errors import JienengError, UnreachableError
from energy.registry import Registry
from energy.span import from_ms
from energy.text import Text
from jieneng.clock import now_ms

log = logging.getLogger(__name__)

FILE = "registry.json"
FORMAT = 1
HOUR_MS = 3_600_000


class _Kept(msgspec.Struct):
    """What the file holds.

    Attributes:
        format: Number of this form; rises when a field of the registry gets another meaning.
        loaded: When the records gave it [ms].
        registry: The registry.
    """

    format: int
    loaded: int
    registry: Registry


class _Form(msgspec.Struct):
    """The number alone, to be read first."""

    format: int


def _plain(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError


def _fraction(kind: type, value: Any) -> Fraction:  # noqa: ANN401 - what JSON holds
    if kind is Fraction:
        return Fraction(value)
    raise NotImplementedError


class KeptRegistry:
    """The file in a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def keep(self, registry: Registry) -> None:
        """Write down what the records gave; that it cannot be written is logged and no more."""
        kept = _Kept(FORMAT, now_ms(), registry)
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as file:
                file.write(msgspec.json.encode(kept, enc_hook=_plain))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            log.warning("registry.not_kept path=%s error=%s", self._path, error.strerror)

    def instead_of_records(self, unreachable: UnreachableError) -> Registry:
        """Return the registry that was kept, and log how old it is.

        Args:
            unreachable: Why the records did not give theirs.

        Raises:
            UnreachableError: If none can be read here either.
        """
        kept = self._read()
        if kept is None:
            said = Text(
                f"{self._path} 中也没有可用的登记表；第一次启动需要档案库。",
                f" There is no usable registry in {self._path} either; "
                "the first start needs the records.",
            )
            raise UnreachableError(unreachable.text + said) from unreachable
        log.warning(
            "registry.kept number=%d loaded=%s hours_ago=%.1f error=%s",
            kept.registry.number,
            from_ms(kept.loaded).isoformat(timespec="seconds"),
            (now_ms() - kept.loaded) / HOUR_MS,
            unreachable,
        )
        return kept.registry

    def _read(self) -> _Kept | None:
        try:
            body = self._path.read_bytes()
            if msgspec.json.decode(body, type=_Form).format != FORMAT:
                log.warning("registry.kept_by_another_version path=%s", self._path)
                return None
            return msgspec.json.decode(body, type=_Kept, dec_hook=_fraction)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, JienengError) as error:
            log.warning("registry.kept_is_damaged path=%s error=%s", self._path, error)
            return None
