"""The hash of a link of the chain. A format never changes: old links must stay provable."""

from energy.canonical import canonical, sha256_of

FORMAT = 1
BEFORE_THE_FIRST = ""
"""What the first link names as its predecessor's hash."""


def hash_of(
    *, number: int, at: int, who: str, what: str, subject: str, detail: str, previous: str
) -> str:
    """Return the hash of a link: SHA-256, in hex, over a list that begins with the format.

    Args:
        number: Of the link, from 1.
        at: When [ms].
        who: Id of a person, or a program.
        what: What was done.
        subject: What it was done to.
        detail: Canonical JSON, as it is kept.
        previous: Hash of the link before; "" for the first.

    Source: docs/decisions/0048-the-chain-and-the-names-apart.md.
    """
    return sha256_of(canonical([FORMAT, number, at, who, what, subject, detail, previous]))
