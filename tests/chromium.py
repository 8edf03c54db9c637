"""The system's Chromium, headless: a page as a person sees it, and as the browser understood it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--force-color-profile=srgb", "--lang=zh-CN",
)  # fmt: skip
PATIENCE_S = 120
PNG_SIZE = slice(16, 24)


def chromium() -> str:
    """Return the path of Chromium; skip the test where it is missing."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        missing = "chromium is not here; on Debian: apt-get install chromium fonts-noto-cjk"
        if os.environ.get("JIENENG_REQUIRE_SERVERS") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def screenshot(url: str, path: Path, *, width: int, height: int) -> tuple[int, int]:
    """Write what a page looks like; return width and height of the picture [pixels]."""
    _run(url, path.parent, f"--screenshot={path}", f"--window-size={width},{height}")
    size = path.read_bytes()[PNG_SIZE]
    return int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")


def keep(picture: Path) -> None:
    """Keep a picture in the folder that JIENENG_SCREENSHOTS names, if it does."""
    folder = os.environ.get("JIENENG_SCREENSHOTS", "")
    if folder:
        shutil.copy(picture, Path(folder) / picture.name)


def dom(url: str, folder: Path) -> str:
    """Return a page as the browser understood it."""
    return _run(url, folder, "--dump-dom")


def _run(url: str, folder: Path, *flags: str) -> str:
    profile = folder / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    command = [chromium(), *FLAGS, f"--user-data-dir={profile}", *flags, url]
    ended = subprocess.run(  # noqa: S603  our own arguments
        command, capture_output=True, timeout=PATIENCE_S, check=False
    )
    assert ended.returncode == 0, ended.stderr.decode(errors="replace")[-2000:]
    return ended.stdout.decode()
