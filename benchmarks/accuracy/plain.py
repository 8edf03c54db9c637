"""Plain time of week and temperature, as it is published: the control our models are held to.

Source: Mathieu, Price, Kiliccote, Piette: Quantifying changes in building electricity use, with
application to demand response. IEEE Trans. Smart Grid 2 (2011) 507-518.
"""

from itertools import pairwise

import numpy as np

SLOTS, SEGMENTS, IN_SHARE = 168, 6, 0.65


def plain_towt(
    slot: np.ndarray, warmth: np.ndarray, amount: np.ndarray, later: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Fit to hours and say others.

    Args:
        slot: Hour of the week of each hour, 0 to 167. Shape (n,), as the next two.
        warmth: Its outdoor temperature [degC].
        amount: What it used.
        later: Slot and temperature of the hours to be said. Shape (m,) each.

    Returns:
        What they use. Shape (m,).
    """
    sorts = np.maximum(10 - warmth, 0), np.maximum(warmth - 18.3, 0)
    simple = np.stack([np.ones_like(warmth), *sorts], axis=1)
    above = amount > simple @ np.linalg.lstsq(simple, amount, rcond=None)[0]
    share = np.bincount(slot, above, SLOTS) / np.maximum(np.bincount(slot, minlength=SLOTS), 1)
    knots = np.linspace(warmth.min(), warmth.max(), SEGMENTS + 1)[1:-1]
    made = _columns(slot, warmth, knots, share)
    square = made.T @ made
    square[np.diag_indices_from(square)] += 1e-6 * np.trace(square) / len(square)
    said = _columns(*later, knots, share) @ np.linalg.solve(square, made.T @ amount)
    return np.asarray(said)


def hour_of_week_mean(slot: np.ndarray, amount: np.ndarray, later: np.ndarray) -> np.ndarray:
    """Return for later hours the mean of their hour of the week. Shape (m,)."""
    size = np.bincount(slot, minlength=SLOTS)
    return np.asarray((np.bincount(slot, amount, SLOTS) / np.maximum(size, 1))[later])


def _columns(
    slot: np.ndarray, warmth: np.ndarray, knots: np.ndarray, share: np.ndarray
) -> np.ndarray:
    week = np.zeros((len(slot), SLOTS))
    week[np.arange(len(slot)), slot] = 1
    parts = [np.minimum(warmth, knots[0])]
    parts += [np.clip(warmth - low, 0, high - low) for low, high in pairwise(knots)]
    parts.append(np.maximum(warmth - knots[-1], 0))
    is_in = (share > IN_SHARE)[slot][:, None]
    line = np.stack(parts, axis=1)
    return np.hstack([week, line * is_in, line * ~is_in])
