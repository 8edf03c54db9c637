"""Texts of many rows at once: each row a record of parts, all written out in one stroke.

Texts are an array of shape (n,), or () for one that all rows share. Its type is of any fixed
width; only the bytes matter, with a zero where there is no letter.

Line protocol is text. Python writes some million numbers a second as text, NumPy tens of millions,
and it is loaded already where readings are columns. Digits come four at a time out of a table.
"""

from collections.abc import Sequence
from math import ceil

import numpy as np

Texts = np.ndarray
_GROUP = 4
_BASE = 10**_GROUP
_ONES, _THOUSANDTHS, _MILLIONTHS = 0, 3, 6
"""How many decimals a float may have to be written here."""
_THOUSAND = 1000
_MOST_EXACT = 10**15
"""Below it no two decimals with the same places share a float."""


def _words(texts: Sequence[bytes]) -> np.ndarray:
    """Return texts of four letters at most, each as the four bytes in one integer."""
    return np.array(texts, dtype=f"S{_GROUP}").view(np.uint32)


_NONE_IN_FRONT = [(b"%d" % n).rjust(_GROUP, b"\0") if n else b"" for n in range(_BASE)]
_DIGITS_OF = _words([*(b"%04d" % n for n in range(_BASE)), *_NONE_IN_FRONT])
"""The four digits of each number below 10,000; then the same without zeros in front, 0 as none."""
_ZERO = _words([b"0".rjust(_GROUP, b"\0")])[0]
_POINT_OF = _words(
    [
        *(b".%03d" % n for n in range(_THOUSAND)),
        *((b".%03d" % n).rstrip(b".0") for n in range(_THOUSAND)),
    ]
)
"""A point and three decimals; then the same without zeros behind, 0 as none."""
_BEHIND_OF = _words([(b"%03d" % n).rstrip(b"0") for n in range(_THOUSAND)])
"""Three more decimals without zeros behind."""


def each(texts: Sequence[bytes]) -> Texts:
    """Return one row for each text."""
    return np.array(texts, dtype=f"S{max(map(len, texts), default=1)}")


def same(text: bytes) -> Texts:
    """Return one text for all rows there are."""
    return np.array(text, dtype=f"S{len(text)}")


def only(where: np.ndarray, texts: Texts) -> Texts:
    """Return the same texts, empty where a mask does not say so. Shape (n,), bool."""
    found = np.zeros(len(where), dtype=texts.dtype)
    np.copyto(found, texts, where=where)
    return found


def whole(numbers: np.ndarray) -> list[Texts]:
    """Return whole numbers as parts of a text. Shape (n,), integers; n is not 0."""
    numbers = numbers.astype(np.int64, copy=False)
    least, most = int(numbers.min()), int(numbers.max())
    # Times of a body have all but their last eight digits in common, and so do registers.
    groups = next((n for n in range(1, 5) if least // _BASE**n == most // _BASE**n), 0)
    head = least // _BASE**groups
    if groups and head > 0:
        return [same(b"%d" % head), *_digits(numbers - head * _BASE**groups, groups)]
    # The least of all integers has no positive twin among them, but one without a sign.
    return [*_signs(numbers), *_unsigned(np.abs(numbers).view(np.uint64))]


def decimal(numbers: np.ndarray) -> list[Texts]:
    """Return floats as parts of a text that reads back as the very same float.

    Those with six decimals or fewer are written from whole millionths, or from larger parts if
    these do for all: dividing that count by a million gives the float again, and so does reading
    its digits. The others Python writes.

    Args:
        numbers: Shape (n,), float64, finite; n is not 0.
    """
    for places in (_ONES, _THOUSANDTHS):
        counts, is_plain = _counts(numbers, places)
        if is_plain.all():
            return _plain(counts, places)
    counts, is_plain = _counts(numbers, _MILLIONTHS)
    texts = _plain(np.where(is_plain, counts, 0), _MILLIONTHS)
    return texts if is_plain.all() else [_written(beside(texts), numbers, ~is_plain)]


def beside(parts: Sequence[Texts]) -> Texts:
    """Return the parts of each row one behind the other."""
    rows = np.empty(max(part.size for part in parts), [("", part.dtype) for part in parts])
    for name, part in zip(rows.dtype.names or (), parts, strict=True):
        rows[name] = part
    return rows.view(f"S{rows.itemsize}")


def in_one(parts: Sequence[Texts]) -> bytes:
    """Return the texts of all rows, each row's parts one behind the other."""
    found: bytes = beside(parts).tobytes()
    return found.translate(None, b"\0") if b"\0" in found else found


def _digits(sizes: np.ndarray, groups: int) -> list[Texts]:
    """Return the digits of each number, with zeros in front. Shape (n,), integers."""
    rest = _narrow(sizes, _BASE**groups)
    words = []
    for _ in range(groups):
        before = rest // _BASE
        words.append(_DIGITS_OF.take(rest - before * _BASE))
        rest = before
    return words[::-1]


def _unsigned(sizes: np.ndarray) -> list[Texts]:
    """Return the digits of each number, none of them a zero in front. Shape (n,), uint64."""
    most = int(sizes.max())
    rest = _narrow(sizes, most)
    words = []
    for _ in range(ceil(len(str(most)) / _GROUP)):
        before = rest // _BASE
        is_first = (before == 0).astype(np.uint16)
        words.append(_DIGITS_OF.take(rest - before * _BASE + is_first * np.uint16(_BASE)))
        rest = before
    if not sizes.all():
        words[0][sizes == 0] = _ZERO
    width = (len(str(most)) - 1) % _GROUP + 1
    letters = words[-1].view(np.uint8).reshape(len(sizes), _GROUP)
    return [letters[:, -width:].view(f"S{width}")[:, 0], *words[-2::-1]]


def _narrow(numbers: np.ndarray, most: int) -> np.ndarray:
    """Return the same numbers in half the bytes if they fit, which are divided much quicker."""
    return numbers.astype(np.uint32 if most <= np.iinfo(np.uint32).max else np.uint64, copy=False)


def _counts(numbers: np.ndarray, places: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many parts of one each float is, and where that is the float to the last bit."""
    with np.errstate(over="ignore"):  # what is too large is not plain
        counts = np.rint(numbers * 10**places)
    is_plain = (counts / 10**places == numbers) & (np.abs(counts) < _MOST_EXACT)
    is_plain &= (counts != 0) | ~np.signbit(numbers)
    return counts, is_plain


def _plain(counts: np.ndarray, places: int) -> list[Texts]:
    """Return counts of ones, thousandths or millionths as decimals. Shape (n,), float64."""
    sizes = np.abs(counts).astype(np.uint64)
    before = sizes // 10**places
    texts = [*_signs(counts), *_unsigned(before)]
    if places == _ONES:
        return texts
    first, last = sizes - before * 10**places, np.zeros(1, dtype=np.uint64)
    if places == _MILLIONTHS:
        first, last = np.divmod(first, _THOUSAND)
    texts.append(_POINT_OF.take(first + (last == 0) * np.uint64(_THOUSAND)))
    return [*texts, _BEHIND_OF.take(last)] if places == _MILLIONTHS else texts


def _signs(numbers: np.ndarray) -> list[Texts]:
    """Return the signs of all numbers, nothing if none is below 0."""
    is_negative = numbers < 0
    return [only(is_negative, same(b"-"))] if is_negative.any() else []


def _written(texts: Texts, numbers: np.ndarray, odd: np.ndarray) -> Texts:
    """Return the texts with those of odd rows as Python writes them."""
    others = each([repr(number).encode() for number in numbers[odd].tolist()])
    found = texts.astype(max(texts, others, key=lambda part: part.dtype.itemsize).dtype)
    found[odd] = others
    return found
