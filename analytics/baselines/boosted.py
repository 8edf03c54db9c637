"""Hours by boosted trees: for meters whose temperature, time and day act together.

It fits its own year best of all and says the next one no better than time of the week and
temperature does (docs/benchmarks.md, Accuracy), so nothing takes it by default.

Source: docs/methods.md, "Baselines".
"""

from typing import ClassVar, NamedTuple, Self

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor

from analytics.baseline import Baseline, Step
from analytics.modelling.conditions import SUNDAY, Special
from analytics.modelling.estimator import HourEstimator
from analytics.modelling.recency import recency
from analytics.modelling.saved import Saved
from analytics.modelling.spread import spread_of
from analytics.modelling.sufficiency import CODES, gate_of_weather

_DAY_HOURS, _THREE_DAYS_HOURS = 24, 72
_FEWEST_SHARE = 2


class Trees(NamedTuple):
    """All trees, one behind the other: numbers of nodes count through.

    Attributes:
        root: First node of each tree. Shape (trees,).
        column: Which condition a node asks for; 0 of a leaf. Shape (nodes,), as all others.
        most: A row goes left whose condition is not above this.
        left: Node on the left; itself of a leaf.
        right: Node on the right.
        value: What a leaf adds.
    """

    root: np.ndarray
    column: np.ndarray
    most: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray

    def to_json(self) -> Saved:
        """Return them as JSON holds them."""
        return {name: column.tolist() for name, column in self._asdict().items()}

    @classmethod
    def from_json(cls, saved: Saved) -> Self:
        """Return what was saved."""
        return cls(**{name: np.array(column) for name, column in saved.items()})

    def add_up(self, columns: np.ndarray, depth: int) -> np.ndarray:
        """Return what the leaves of each row add up to. Shape (n,)."""
        # Trees compare floats of 32 bits; a row on a limit would else go the other way.
        asked, rows = columns.astype(np.float32), np.arange(len(columns))[:, None]
        node = np.broadcast_to(self.root, (len(columns), len(self.root)))
        for _ in range(depth):
            goes_left = asked[rows, self.column[node]] <= self.most[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return np.asarray(self.value[node].sum(axis=1))


class Boosted(HourEstimator):
    """The model of one meter.

    Args:
        trees: How many.
        depth: Questions from a root to its leaves.
        rate: How much of each tree is believed.
        recency_days: After how many days an hour weighs 1/e less; 0 where all weigh alike.

    Attributes:
        base_: What the trees are added to.
        trees_: The trees.
        spread_: How far hours, days and years are from what is predicted.
    """

    PARTS: ClassVar = {**HourEstimator.PARTS, "trees_": Trees.from_json}

    def __init__(
        self, *, trees: int = 80, depth: int = 4, rate: float = 0.1, recency_days: float = 120.0
    ) -> None:
        self.trees = trees
        self.depth = depth
        self.rate = rate
        self.recency_days = recency_days

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Self:
        """Learn from hours; those without amount or temperature say nothing.

        Args:
            X: Columns HOUR_COLUMNS. Shape (n, 5).
            y: Amount of each hour; NaN where it was not measured. Shape (n,).
        """
        y, columns = np.asarray(y, float), _columns(X)
        known = np.isfinite(y) & np.isfinite(columns).all(axis=1)
        day = X["day"].to_numpy()[known]
        weight = recency(day, self.recency_days)
        made = GradientBoostingRegressor(
            n_estimators=self.trees,
            max_depth=self.depth,
            learning_rate=self.rate,
            subsample=0.5,
            random_state=0,
        ).fit(columns[known], y[known], sample_weight=weight)
        self.base_ = float(np.average(y[known], weights=weight))
        self.trees_ = _trees_of(made, self.rate)
        said = self.predict(X)[known]
        self.spread_ = spread_of(y[known], said, day=day, weight=weight)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return the amount of each hour, not below 0; NaN where no temperature is. Shape (n,)."""
        columns = _columns(X)
        known = np.isfinite(columns).all(axis=1)
        said = np.full(len(columns), np.nan)
        made = self.base_ + self.trees_.add_up(columns[known], self.depth)
        said[known] = np.maximum(made, 0.0)
        return said


def _columns(hours: pd.DataFrame) -> np.ndarray:
    """Return what the trees may ask for: hour, day as lived, temperature now and of late."""
    rests = hours["special"].to_numpy() != Special.ORDINARY
    lived = np.where(rests, SUNDAY, hours["week_day"].to_numpy())
    warmth = hours["temperature_c"].astype(float)
    late = [
        warmth.rolling(size, min_periods=size // _FEWEST_SHARE).mean().fillna(warmth)
        for size in (_DAY_HOURS, _THREE_DAYS_HOURS)
    ]
    return np.stack([hours["hour"].to_numpy(), lived, warmth, *late], axis=1).astype(float)


def _trees_of(made: GradientBoostingRegressor, rate: float) -> Trees:
    parts, roots, nodes = [], [], 0
    for estimator in made.estimators_[:, 0]:
        tree = estimator.tree_
        own, is_leaf = np.arange(tree.node_count), tree.children_left < 0
        roots.append(nodes)
        parts.append((
            np.where(is_leaf, 0, tree.feature),
            np.where(is_leaf, 0.0, tree.threshold),
            nodes + np.where(is_leaf, own, tree.children_left),
            nodes + np.where(is_leaf, own, tree.children_right),
            rate * tree.value[:, 0, 0],
        ))  # fmt: skip
        nodes += tree.node_count
    return Trees(np.array(roots), *(np.concatenate(column) for column in zip(*parts, strict=True)))


BASELINE = Baseline(
    name="boosted",
    version=1,
    label_zh="梯度提升树",
    label_en="Boosted trees",
    step=Step.HOUR,
    needs="Eight weeks of measured hours and their outdoor temperature.",
    codes=CODES,
    gate=gate_of_weather,
    make=Boosted,
    restore=Boosted.from_json,
)
