"""How many readings went where: the books of the collector, which always balance."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Counters:
    """Readings since the state folder was made; a message that cannot be read counts as one.

    received = in_hand + spooled + shipped + dead + dropped + duplicate + retained, always.

    Attributes:
        received: Readings in messages that arrived, and in the inbox.
        in_hand: Decoded, not yet on disk, not yet acknowledged.
        spooled: On disk, not yet in the store.
        shipped: The store accepted them.
        dead: Kept as dead letters, refused by us or by the store.
        dropped: In dead letters that people gave up.
        duplicate: Said again what the meter had just said.
        retained: Repeats of the broker at subscription, which are not new readings.
        finer: Of those kept, how many were finer than the step of their meter and floored to it; a
            note on the side, no part of the balance.
        cut: Of those dead, how many in messages of which not every byte is kept, since the folder
            was made; likewise a note.
        doubtful: Of those kept, how many are possible but odd; likewise a note.
        uncertain: Of those kept, how many have no time of their own and came some time after they
            were said; likewise a note.
        above_rate: Of those doubtful, how many say more than their meter can have counted by its
            max_rate; likewise a note.
        out_of_time: Of those doubtful, how many bear an earlier time than another reading whose
            register had not got as far; likewise a note.
    """

    received: int = 0
    in_hand: int = 0
    spooled: int = 0
    shipped: int = 0
    dead: int = 0
    dropped: int = 0
    duplicate: int = 0
    retained: int = 0
    finer: int = 0
    cut: int = 0
    doubtful: int = 0
    uncertain: int = 0
    above_rate: int = 0
    out_of_time: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counters by name."""
        return asdict(self)

    @property
    def balance(self) -> int:
        """Readings that the books cannot explain: 0, or a promise of ours is broken."""
        return self.received - (
            self.in_hand
            + self.spooled
            + self.shipped
            + self.dead
            + self.dropped
            + self.duplicate
            + self.retained
        )
