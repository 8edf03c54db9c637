"""What must be remembered of Sparkplug nodes: the order of their messages, and their births.

An alias stands for the name that the latest birth gave it. It is trusted only while nothing is
missing since: a node may start again and number its metrics anew, and its birth may be among what
was lost. An epoch counts how often that happened; births are of the epoch in which they were heard.

Source: Sparkplug 3.0 specification, chapters 5 (operational behaviour) and 6 (payloads).
"""

from collections.abc import MutableMapping
from typing import NamedTuple, TypeVar

import msgspec

from energy.errors import DecodeError
from formats._sparkplug.payload import Metric, Payload, number_of

BD_SEQ = "bdSeq"
MOST_REMEMBERED = 100_000
"""A flood of names must not fill the memory; a public institution has fewer (chosen)."""
_ROUND = 256
"""Both numbers go from 0 to 255 and round again."""


class Session(msgspec.Struct):
    """A node and the order of its messages.

    Attributes:
        seq: Number of its latest message; None where the next one may have any.
        time: When that was sent [ms].
        bd_seq: Number of its session; None where its birth did not say.
        epoch: Rises whenever aliases may have changed without our knowing.
        lost_messages: Messages that never came, at least.
        lost_sessions: Sessions whose birth never came, at least.
    """

    seq: int | None = None
    time: int | None = None
    bd_seq: int | None = None
    epoch: int = 0
    lost_messages: int = 0
    lost_sessions: int = 0


class Born(msgspec.Struct, array_like=True):
    """What a birth says of one metric for all later messages."""

    name: str
    alias: int | None
    datatype: int
    unit: str


class Births(msgspec.Struct):
    """The birth of a node or a device.

    Attributes:
        epoch: In which it was heard.
        metrics: What it says of each.
        time: When it was sent [ms]; None where it did not say, or an older program kept it.
    """

    epoch: int
    metrics: list[Born]
    time: int | None = None

    def by_alias(self) -> dict[int, Born]:
        """Return the metrics that have an alias."""
        return {born.alias: born for born in self.metrics if born.alias is not None}

    def by_name(self) -> dict[str, Born]:
        """Return the metrics by name."""
        return {born.name: born for born in self.metrics}


class Names(NamedTuple):
    """The metrics of one birth, and whether nothing was lost since.

    Attributes:
        by_alias: Those with an alias, by it.
        by_name: All, by name.
        holds: Whether nothing was lost since.
        is_later: Whether the birth came after the message: then it does not say what an alias
            meant before.
    """

    by_alias: dict[int, Born]
    by_name: dict[str, Born]
    holds: bool
    is_later: bool = False

    def complete(self, metric: Metric) -> Metric:
        """Return a metric with name, data type and unit, as its birth gave them.

        Raises:
            DecodeError: If it has only an alias, and no birth that still holds names it.
        """
        if metric.name:
            born = self.by_name.get(metric.name) if self.holds else None
            if born is None:
                return metric
        else:
            born = None if metric.alias is None else self.by_alias.get(metric.alias)
            if born is None:
                raise DecodeError("an alias without the birth that names it")
            if not self.holds:
                raise DecodeError("an alias whose birth came before lost messages or a new session")
            if self.is_later:
                raise DecodeError("an alias from before the birth that names it")
        name, alias, time, datatype, historical, value, unit = metric
        return Metric(
            name or born.name,
            alias,
            time,
            datatype or born.datatype,
            historical,
            value,
            unit or born.unit,
        )


_Kept = TypeVar("_Kept")
_SESSION = msgspec.json.Decoder(Session)
_BIRTHS = msgspec.json.Decoder(Births)


class Memory:
    """Sessions under ``GROUP/NODE``, births under ``GROUP/NODE/DEVICE``; DEVICE is "" for its own.

    Args:
        kept: Where it is kept as bytes, so that it outlives the process.
    """

    def __init__(self, kept: MutableMapping[str, bytes]) -> None:
        self._kept = kept
        self._known: dict[str, tuple[Births, dict[int, Born], dict[str, Born]]] = {}
        """Births as they are looked up, by key."""

    def session(self, node: str) -> Session:
        """Return what is known of a node; a new session where nothing is."""
        return self._found(node, _SESSION) or Session()

    def keep_session(self, node: str, session: Session) -> None:
        """Remember the order of a node's messages."""
        self._keep(node, msgspec.json.encode(session))

    def learn(self, node: str, device: str, epoch: int, payload: Payload) -> None:
        """Remember a birth."""
        metrics = [Born(m.name, m.alias, m.datatype, m.unit) for m in payload.metrics if m.name]
        self._known.pop(f"{node}/{device}", None)
        self._keep(f"{node}/{device}", msgspec.json.encode(Births(epoch, metrics, payload.time)))

    def forget(self, node: str, device: str) -> None:
        """Forget the birth of a device that has died."""
        self._known.pop(f"{node}/{device}", None)
        self._kept.pop(f"{node}/{device}", None)

    def names(self, node: str, device: str, epoch: int, *, before: int | None = None) -> Names:
        """Return what the birth of a device says, and whether it still holds in an epoch.

        Args:
            node: The node.
            device: Its device; "" for the node itself.
            epoch: That of now.
            before: When a message that is told again was sent [ms]; None for one in its turn.
        """
        key = f"{node}/{device}"
        if key not in self._known:
            births = self._found(key, _BIRTHS)
            if births is None:
                return Names({}, {}, holds=False)
            self._known[key] = births, births.by_alias(), births.by_name()
        births, by_alias, by_name = self._known[key]
        is_later = before is not None and births.time is not None and before < births.time
        return Names(by_alias, by_name, holds=births.epoch == epoch, is_later=is_later)

    def lost(self) -> dict[str, int]:
        """Return what never came, by node; nodes of which nothing is missing are left out."""
        found = {}
        for key in self._kept:
            if key.count("/") == 1:
                session = self.session(key)
                found[f"lost messages {key}"] = session.lost_messages
                found[f"lost sessions {key}"] = session.lost_sessions
        return {name: count for name, count in found.items() if count}

    def _found(self, key: str, decoder: msgspec.json.Decoder[_Kept]) -> _Kept | None:
        """Return what is kept; None where nothing is, or what another version of ours kept."""
        try:
            return decoder.decode(self._kept[key])
        except (KeyError, msgspec.MsgspecError):
            return None

    def _keep(self, key: str, value: bytes) -> None:
        if key not in self._kept and len(self._kept) >= MOST_REMEMBERED:
            raise DecodeError("more Sparkplug nodes and devices than can be remembered")
        self._kept[key] = value


def born_again(session: Session, payload: Payload) -> bool:
    """Take a node's birth into its session; False if it is an earlier one that is told again."""
    bd_seq = bd_seq_of(payload)
    if bd_seq == session.bd_seq and _is_told_again(session, payload):
        return False
    if bd_seq and session.bd_seq is not None and bd_seq != session.bd_seq:
        # A node that cannot remember its number starts at 0 again: then nothing can be said.
        session.lost_sessions += (bd_seq - session.bd_seq - 1) % _ROUND
    session.bd_seq, session.seq, session.time = bd_seq, payload.seq, payload.time
    session.epoch += 1
    return True


def followed(session: Session, payload: Payload) -> bool:
    """Take any other message into its session; False if it is an earlier one told again."""
    if payload.seq is None:
        return True
    if session.seq is not None:
        missing = (payload.seq - session.seq - 1) % _ROUND
        if missing and _is_told_again(session, payload):
            return False
        if missing:
            session.lost_messages += missing
            session.epoch += 1
    session.seq = payload.seq
    session.time = payload.time if payload.time is not None else session.time
    return True


def died(session: Session, payload: Payload) -> bool:
    """Take a node's death into its session; False if it is that of an earlier one, come late."""
    bd_seq = bd_seq_of(payload)
    if None not in {bd_seq, session.bd_seq} and bd_seq != session.bd_seq:
        return False
    session.seq = None
    session.epoch += 1
    return True


def bd_seq_of(payload: Payload) -> int | None:
    """Return the number of the session that a birth or death names."""
    for metric in payload.metrics:
        if metric.name == BD_SEQ:
            number = number_of(metric.value, metric.datatype)
            return int(number) % _ROUND if number.is_finite() else None
    return None


def _is_told_again(session: Session, payload: Payload) -> bool:
    """A broker repeats what was not acknowledged: such a message is not newer than the latest."""
    if payload.time is None or session.time is None:
        return False
    return payload.time <= session.time
