"""How long the spool has room, whether readings wait too long, and whether letters fill theirs."""

import threading
from collections.abc import Mapping

from collector.refused.letters import ALARM
from energy.text import Text

WINDOW_MS = 3_600_000
"""Over which the rate is measured; chosen: most meters speak several times an hour."""
SHORTEST_MS = 60_000
"""Below which nothing is said of the rate; chosen."""
MOST_MARKS = 120
HOUR_S = 3600
DAY_S = 24 * HOUR_S


class Room:
    """Remembers how much was appended when; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._marks: list[tuple[int, int]] = []

    def seconds_left(self, *, appended: int, free: int, now: int) -> int | None:
        """Look at the spool, and return how long its room lasts if nothing is shipped [s].

        Args:
            appended: Bytes appended so far.
            free: Bytes that may still be appended.
            now: Time of this look [ms].

        Returns:
            None while the rate is not known yet, or nothing comes in.
        """
        with self._lock:
            if not self._marks or now - self._marks[-1][0] >= WINDOW_MS // MOST_MARKS:
                self._marks.append((now, appended))
            self._marks = [mark for mark in self._marks if now - mark[0] <= WINDOW_MS]
            since, before = self._marks[0] if self._marks else (now, appended)
        passed, grown = now - since, appended - before
        return free * passed // grown // 1000 if passed >= SHORTEST_MS and grown > 0 else None


def waiting_alarm(collector: str, figures: Mapping[str, int]) -> Text | None:
    """Return a sentence where readings wait for the store longer than the setting allows.

    Args:
        collector: Its name.
        figures: Its figures, ``oldest_s`` and ``oldest_max_s`` among them.
    """
    oldest, most = figures.get("oldest_s", 0), figures.get("oldest_max_s", 0)
    if not most or oldest <= most:
        return None
    left = figures.get("spool_left_s")
    said = Text(
        f"{collector} 的读数已等待入库 {oldest // HOUR_S} 小时；什么都没有丢失。请检查存储。",
        f"Readings of {collector} have waited {oldest // HOUR_S} h for the store; nothing is lost. "
        "Check the store.",
    )
    if left is None:
        return said
    return said + Text(
        f"按现在的速度，缓存还够 {left / DAY_S:.1f} 天。",
        f" At the present rate the spool has room for {left / DAY_S:.1f} more days.",
    )


def room_alarm(collector: str, figures: Mapping[str, int]) -> Text | None:
    """Return a sentence where dead letters take most of their room.

    What is kept of them then: collector/refused/letters.py.

    Args:
        collector: Its name.
        figures: What it published, ``letter_bytes`` and ``letter_max_bytes`` among it.
    """
    used, room = figures.get("letter_bytes", 0), figures.get("letter_max_bytes", 0)
    if not room or used < ALARM * room:
        return None
    share, megabytes = used * 100 // room, room // 1_000_000
    return Text(
        f"{collector} 的拒收报文已占 {megabytes} MB 的 {share} %；超出后只留开头。"
        "请重读或放弃一些：jieneng deadletters list",
        f"Dead letters of {collector} take {share} % of their {megabytes} MB; beyond it only their "
        "beginning is kept. Retry or drop some: jieneng deadletters list",
    )
