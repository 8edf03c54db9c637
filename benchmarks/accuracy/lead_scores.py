"""How scores of hours are held to labels: ranks, events, and intervals by drawing buildings."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

FLAGGED = 0.02
DRAWS, SEED, BAND = 200, 1, 0.95
ARTEFACT = 1.0
"""Zeros were coded as this reading; it is no feature of ours, figures are given without it too."""


class Labelled(NamedTuple):
    """One building of the year, every hour of it.

    Attributes:
        name: Number of the building.
        reading: Electricity of each hour [kWh]; NaN = missing. Shape (n,).
        is_odd: Whether a person called it anomalous. Shape (n,), bool.
        is_scored: Whether the hour counts: it is in the file and not masked. Shape (n,), bool.
    """

    name: int
    reading: np.ndarray
    is_odd: np.ndarray
    is_scored: np.ndarray


Scores = Mapping[int, np.ndarray]
"""Building to the score of each of its hours; what is not a number counts as nothing odd."""


def events_of(one: Labelled) -> list[slice]:
    """Return the runs of labelled hours that follow each other and are scored."""
    odd = np.concatenate(([0], (one.is_odd & one.is_scored).astype(np.int8), [0]))
    step = np.diff(odd)
    ends = zip(np.flatnonzero(step == 1), np.flatnonzero(step == -1), strict=True)
    return [slice(int(first), int(end)) for first, end in ends]


def figures(drawn: Sequence[Labelled], scores: Scores) -> dict[str, float]:
    """Return every figure of some buildings; one that is drawn twice counts twice."""
    scored = [one.is_scored for one in drawn]
    score = [np.nan_to_num(scores[one.name][at]) for one, at in zip(drawn, scored, strict=True)]
    odd = [one.is_odd[at] for one, at in zip(drawn, scored, strict=True)]
    every, label = np.concatenate(score), np.concatenate(odd)
    reading = np.concatenate([one.reading[at] for one, at in zip(drawn, scored, strict=True)])
    other = reading != ARTEFACT
    of_each = [roc_auc_score(own, value) for own, value in zip(odd, score, strict=True)]
    return {
        "lead_auc": float(roc_auc_score(label, every)),
        "lead_auc_building_median": float(np.median(of_each)),
        "lead_pr_auc": float(average_precision_score(label, every)),
        "lead_auc_without_ones": float(roc_auc_score(label[other], every[other])),
        "lead_pr_auc_without_ones": float(average_precision_score(label[other], every[other])),
        "lead_event_recall": event_recall(drawn, score),
    }


def event_recall(drawn: Sequence[Labelled], score: Sequence[np.ndarray]) -> float:
    """Return the share of events of which an hour is among the FLAGGED highest of all buildings.

    Args:
        drawn: The buildings.
        score: Score of the scored hours of each. Of equal scores the earlier hours are flagged.
    """
    every = np.concatenate(score)
    flagged = np.zeros(len(every), bool)
    flagged[np.argsort(-every, kind="stable")[: round(FLAGGED * len(every))]] = True
    found: list[bool] = []
    first = 0
    for one, own in zip(drawn, score, strict=True):
        of_hour = np.zeros(len(one.reading), bool)
        of_hour[one.is_scored] = flagged[first : first + len(own)]
        first += len(own)
        found.extend(bool(of_hour[event].any()) for event in events_of(one))
    return float(np.mean(found)) if found else float("nan")


def intervals(buildings: Sequence[Labelled], scores: Scores) -> dict[str, tuple[float, float]]:
    """Return the BAND interval of each figure over DRAWS draws of as many buildings."""
    chance = np.random.default_rng(SEED)
    drawn = [
        figures(
            [buildings[place] for place in chance.integers(len(buildings), size=len(buildings))],
            scores,
        )
        for _ in range(DRAWS)
    ]
    ends = ((1 - BAND) / 2, (1 + BAND) / 2)
    return {
        name: tuple(np.quantile([one[name] for one in drawn], ends).tolist()) for name in drawn[0]
    }
