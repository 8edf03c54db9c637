"""Every error that a person can meet is said in Chinese and in English."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from energy import errors

CHECKOUT = Path(__file__).parents[2]
FOLDERS = ("energy", "storage", "simulators", "collector", "dashboards", "api", "jieneng")
SAID = {
    name
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.JienengError)
    # Its text is a reason, kept with the dead letter as it is.
    and kind is not errors.DecodeError
}


def is_plain(node: ast.expr) -> bool:
    """Tell whether an expression is a string written on the spot, in one language."""
    if isinstance(node, ast.BinOp):
        return is_plain(node.left) or is_plain(node.right)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def said_in_one_language(tree: ast.AST) -> Iterator[int]:
    """Yield the lines on which an error is raised with a plain string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            function = node.exc.func
            name = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
            if name in SAID and any(map(is_plain, node.exc.args)):
                yield node.lineno


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_error_is_said_in_one_language_alone(folder: str) -> None:
    for path in sorted((CHECKOUT / folder).rglob("*.py")):
        lines = list(said_in_one_language(ast.parse(path.read_text("utf-8"))))
        assert not lines, f"{path.relative_to(CHECKOUT)}: {lines}"


@pytest.mark.parametrize(
    "planted",
    [
        "raise ConfigError('it is wrong')",
        "raise ConfigError(f'{x} is wrong') from error",
        "raise errors.StoreError('wrong: ' + x)",
    ],
)
def test_a_planted_error_in_one_language_is_seen(planted: str) -> None:
    assert list(said_in_one_language(ast.parse(planted))) == [1]


@pytest.mark.parametrize(
    "allowed",
    [
        "raise ConfigError(Text('错', 'wrong'))",
        "raise DecodeError('wrong')",
        "raise ValueError('x')",
    ],
)
def test_an_error_in_both_languages_or_not_for_people_is_let_pass(allowed: str) -> None:
    assert not list(said_in_one_language(ast.parse(allowed)))
