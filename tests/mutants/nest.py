"""Runs tests in children that have the heavy libraries loaded already.

Each line of its input is a request, each line of its output the answer:
{"tests": [...], "longest_s": 300, "keeps": false} -> {"failed": "a test", "problem": ""}.
"""

import json
import os
import signal
import sys
from typing import Any

import duckdb
import hypothesis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

LOADED = (duckdb, hypothesis, np, pa, pd, pytest, sa)

OPTIONS = (
    *("-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-n", "0", "--hypothesis-profile=mutants"),
    # Hypothesis is loaded before pytest can look into its own asserts; nobody needs that.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)


class First:
    """Notes the first test that fails, and the first file that cannot be loaded."""

    def __init__(self) -> None:
        self.failed = ""
        self.problem = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.problem:
            self.problem = f"{report.nodeid} cannot be loaded: {report.longreprtext[-500:]}"


def told(tests: list[str]) -> dict[str, str]:
    """Return what became of some tests in this process."""
    first = First()
    code = pytest.main([*OPTIONS, *tests], plugins=[first])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED} and not first.problem:
        first.problem = f"pytest cannot run {', '.join(tests)}: {code!r}"
    return {"failed": first.failed, "problem": first.problem}


def answer(request: dict[str, Any], answers: int) -> None:
    """Answer a request, in a child that ends in time."""
    child = os.fork()
    if not child:
        sys.dont_write_bytecode = not request["keeps"]
        signal.alarm(request["longest_s"])
        said(answers, told(request["tests"]))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        said(answers, {"failed": f"no end within {request['longest_s']} s", "problem": ""})
    elif status:
        said(answers, {"failed": "", "problem": f"The tests end with status {status}."})


def said(answers: int, words: dict[str, str]) -> None:
    """Write an answer."""
    os.write(answers, json.dumps(words).encode() + b"\n")


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.dup(1)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    for line in sys.stdin:
        answer(json.loads(line), answers)


if __name__ == "__main__":
    main()
