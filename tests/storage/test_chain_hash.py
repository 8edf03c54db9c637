"""The hash of a link: every part of it counts, and its format never changes."""

from hashlib import sha256
from typing import Any

import pytest

from storage.chain_hash import hash_of

LINK: dict[str, Any] = {
    "number": 7,
    "at": 1_772_000_000_000,
    "who": "li",
    "what": "closed",
    "subject": "sheet town 2026-05",
    "detail": '{"number":0}',
    "previous": "ab" * 32,
}
OTHER: dict[str, Any] = {
    "number": 8,
    "at": 1_772_000_000_001,
    "who": "wang",
    "what": "checked",
    "subject": "sheet town 2026-06",
    "detail": '{"number":1}',
    "previous": "",
}


def test_a_link_has_the_hash_of_its_parts_in_their_order_behind_the_format() -> None:
    written = (
        '[1,7,1772000000000,"li","closed","sheet town 2026-05","{\\"number\\":0}","'
        + "ab" * 32
        + '"]'
    )

    assert hash_of(**LINK) == sha256(written.encode()).hexdigest()


@pytest.mark.parametrize("part", sorted(LINK))
def test_a_link_of_which_one_part_is_another_has_another_hash(part: str) -> None:
    assert hash_of(**{**LINK, part: OTHER[part]}) != hash_of(**LINK)
