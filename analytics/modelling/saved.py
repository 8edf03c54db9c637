"""Models as JSON: what they were made with, and what they learned."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import numpy as np

Saved = dict[str, Any]


class Savable(Protocol):
    """What scikit-learn calls an estimator: it tells what it was made with."""

    def get_params(self, deep: bool = ...) -> dict[str, Any]:  # noqa: FBT001  scikit-learn's
        """Return what it was made with."""


Model = TypeVar("Model")


def to_saved(model: Savable) -> Saved:
    """Return what a model was made with, and what it learned: names that end in ``_``."""
    learned = {name: _plain(value) for name, value in vars(model).items() if name.endswith("_")}
    return {"made_with": model.get_params(deep=False), "learned": learned}


def restored(kind: Callable[..., Model], saved: Saved, **parts: Callable[[Saved], object]) -> Model:
    """Return the model that was saved.

    Args:
        kind: Its class.
        saved: What ``to_saved`` returned, after a way through JSON or not.
        parts: How what is neither a number nor an array is made again, by name.
    """
    model = kind(**saved["made_with"])
    for name, value in saved["learned"].items():
        made = parts[name](value) if name in parts else _array_or_number(value)
        setattr(model, name, made)
    return model


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    to_json = getattr(value, "to_json", None)
    return to_json() if to_json else value


def _array_or_number(value: object) -> object:
    return np.array(value) if isinstance(value, list) else value
