"""Texts of many rows at once: the letters of all as a matrix of bytes, written out in one stroke.

Line protocol is text. Python writes some million numbers a second as text, NumPy several millions,
and it is loaded already where readings are columns.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_GROUP = 4
_BASE = 10**_GROUP
_DIGITS_OF = np.array([b"%04d" % number for number in range(_BASE)], dtype="S4").view(np.uint32)
"""The four digits of each number below 10,000, as the four bytes in one integer."""
_TENS = 10 ** np.arange(1, 20, dtype=np.uint64)
"""From each on, a number has one digit more."""
_PLACES = 6
_MILLIONTHS = 10**_PLACES
_THOUSAND = 1000
_PLACES_OF = np.array([len(f"{number:03d}".rstrip("0")) for number in range(_THOUSAND)])
"""How many of three decimals are wanted."""
_MOST_EXACT = 10**15
"""Below it no two decimals with the same places share a float."""


class Texts(NamedTuple):
    """A text for each row.

    Attributes:
        letters: Bytes, of which some are left out. Shape (n, width), uint8.
        is_there: Which bytes belong to the text. Shape (n, width), bool.
    """

    letters: np.ndarray
    is_there: np.ndarray

    def rows(self, chosen: np.ndarray) -> "Texts":
        """Return the texts of these row numbers."""
        return Texts(self.letters[chosen], self.is_there[chosen])

    def only(self, where: np.ndarray) -> "Texts":
        """Return the same texts, empty where a mask does not say so. Shape (n,), bool."""
        return Texts(self.letters, self.is_there & where[:, np.newaxis])


def each(texts: Sequence[bytes]) -> Texts:
    """Return one row for each text."""
    width = max(map(len, texts), default=0)
    padded = b"".join(text.ljust(width, b"\0") for text in texts)
    letters = np.frombuffer(padded, dtype=np.uint8).reshape(len(texts), width)
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    return Texts(letters, np.arange(width) < lengths[:, np.newaxis])


def same(text: bytes, count: int) -> Texts:
    """Return one text for so many rows."""
    letters = np.frombuffer(text, dtype=np.uint8)
    shape = (count, len(text))
    return Texts(np.broadcast_to(letters, shape), np.broadcast_to(np.True_, shape))


def whole(numbers: np.ndarray) -> Texts:
    """Return whole numbers as text. Shape (n,), integers."""
    numbers = numbers.astype(np.int64, copy=False)
    # The least of all integers has no positive twin among them, but one without a sign.
    sizes = np.abs(numbers).view(np.uint64)
    digits, longest = _digits(sizes), _lengths(sizes)
    is_there = np.arange(digits.shape[1], 0, -1) <= longest[:, np.newaxis]
    return _signed(numbers < 0, Texts(digits, is_there))


def decimal(numbers: np.ndarray) -> Texts:
    """Return floats as text that reads back as the very same float. Shape (n,), float64, finite.

    Those with six decimals or fewer are written from whole millionths: dividing that count by a
    million gives the float again, and so does reading its digits. The others Python writes.
    """
    with np.errstate(over="ignore"):  # what is too large is not plain
        counts = np.rint(numbers * _MILLIONTHS)
    is_plain = (counts / _MILLIONTHS == numbers) & (np.abs(counts) < _MOST_EXACT)
    is_plain &= (counts != 0) | ~np.signbit(numbers)
    counts = np.where(is_plain, counts, 0).astype(np.int64)
    sizes = np.abs(counts).view(np.uint64)
    digits, longest = _digits(sizes, least=_PLACES + 1), np.maximum(_lengths(sizes), _PLACES + 1)
    places = _places(sizes % _MILLIONTHS)
    before = Texts(
        digits[:, :-_PLACES],
        np.arange(digits.shape[1], _PLACES, -1) <= longest[:, np.newaxis],
    )
    behind = Texts(digits[:, -_PLACES:], np.arange(_PLACES) < places[:, np.newaxis])
    point = same(b".", len(numbers)).only(places > 0)
    texts = _signed(counts < 0, before, point, behind)
    return texts if is_plain.all() else _written(texts, numbers, ~is_plain)


def in_one(parts: Sequence[Texts]) -> bytes:
    """Return the texts of all rows, each row's parts one behind the other."""
    letters = np.concatenate([part.letters for part in parts], axis=1)
    is_there = np.concatenate([part.is_there for part in parts], axis=1)
    found: bytes = letters[is_there].tobytes()
    return found


def _digits(sizes: np.ndarray, least: int = 1) -> np.ndarray:
    """Return the digits of each number, with zeros in front. Shape (n,), uint64."""
    longest = max(len(str(int(sizes.max(initial=0)))), least)
    groups = -(-longest // _GROUP)
    found = np.empty((len(sizes), groups), dtype=np.uint32)
    rest = sizes
    for group in range(groups - 1, 0, -1):
        shorter = rest // _BASE
        found[:, group] = _DIGITS_OF[rest - shorter * _BASE]
        rest = shorter
    found[:, 0] = _DIGITS_OF[rest]
    return found.view(np.uint8)


def _lengths(sizes: np.ndarray) -> np.ndarray:
    """Return how many digits each number has."""
    return np.searchsorted(_TENS, sizes, side="right") + 1


def _places(millionths: np.ndarray) -> np.ndarray:
    """Return how many of six decimals are wanted."""
    high = millionths // _THOUSAND
    low = millionths - high * _THOUSAND
    found: np.ndarray = np.where(low, _PLACES_OF[low] + _PLACES // 2, _PLACES_OF[high])
    return found


def _signed(is_negative: np.ndarray, *parts: Texts) -> Texts:
    signs = [same(b"-", len(is_negative)).only(is_negative)] if is_negative.any() else []
    letters, is_there = zip(*signs, *parts, strict=True)
    return Texts(np.concatenate(letters, axis=1), np.concatenate(is_there, axis=1))


def _written(texts: Texts, numbers: np.ndarray, odd: np.ndarray) -> Texts:
    """Return the texts with those of odd rows as Python writes them."""
    others = np.array(list(map(repr, numbers[odd].tolist())), dtype="S")
    letters = others.view(np.uint8).reshape(len(others), -1)
    plain, longest = texts.letters.shape[1], letters.shape[1]
    found = np.zeros((len(odd), max(plain, longest)), dtype=np.uint8)
    is_there = np.zeros(found.shape, dtype=bool)
    found[:, :plain], is_there[:, :plain] = texts
    is_there[odd] = False
    found[odd, :longest], is_there[odd, :longest] = letters, letters != 0
    return Texts(found, is_there)
