"""Which program computed a figure."""

import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_WAIT_S = 10
_ASK = ("describe", "--always", "--dirty", "--abbrev=12", "--exclude=*")
"""The commit alone, whatever tags there are; marked where files differ from it."""


@cache
def program() -> str:
    """Return name and version of this program, such as "jieneng 0.1.0".

    Run from a checkout the commit follows, as in "jieneng 0.1.0 (2b374b1a90de)", with "-dirty"
    where files were changed since: a version alone does not say which code it was. The same code
    says the same on every run; nothing follows where there is no checkout, or no git to ask.
    """
    try:
        named = f"jieneng {version('jieneng')}"
    except PackageNotFoundError:  # run from a checkout that nobody installed
        named = "jieneng"
    commit = commit_of(_ROOT)
    return f"{named} ({commit})" if commit else named


def commit_of(root: Path) -> str:
    """Return the commit of a checkout; "" where the folder is none, or git does not answer."""
    if not (root / ".git").exists():
        return ""
    asked = ["git", "--no-optional-locks", "-C", str(root), *_ASK]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=_WAIT_S)  # noqa: S603  fixed words, our own folder
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout.strip()
