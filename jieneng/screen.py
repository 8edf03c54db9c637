"""The demo's one screen of figures."""

from pathlib import Path
from typing import TYPE_CHECKING

from jieneng.words import Language, say

if TYPE_CHECKING:
    from jieneng.figures import Figures


def screen_lines(
    figures: "Figures", *, language: Language, port: int | None, state: Path
) -> list[str]:
    """Return the screen: readings, tie-out, findings, time, and where to look next."""
    score = figures.score
    rows = [
        ("读数 已发布", "readings published", f"{score.readings_published:,}"),
        ("     已接收", "         received", f"{figures.received:,}"),
        ("     已入库", "         stored", f"{score.readings_stored:,}"),
        ("     拒收", "         refused", f"{score.dead_letters:,}"),
        ("与真值之差", "differs from truth", f"{score.tie_out_difference:,}"),
        ("错误的实测小时", "wrong measured hours", f"{score.wrong_measured_hours:,}"),
        (
            "无法确定的表时（真/报）",
            "unresolvable meter-hours (true / said)",
            f"{score.unresolved_true:,} / {score.unresolved_said:,}",
        ),
        ("实测占比", "measured share", f"{score.measured_share:.4f}"),
        (
            "植入异常 找到/总数",
            "planted findings found / planted",
            f"{score.findings_found} / {score.findings_planted}",
        ),
        ("其他异常", "other findings", f"{score.findings_unplanted}"),
        ("入库用时", "ingest", f"{figures.seconds_ingest:.1f} s"),
        ("总用时", "total", f"{figures.seconds_total:.1f} s"),
        ("内存峰值", "peak memory", f"{figures.peak_rss_mb:.0f} MiB"),
    ]
    lines = [f"{say(language, zh=zh, en=en):<40} {value:>18}" for zh, en, value in rows]
    lines += [f"! {problem}" for problem in score.problems]
    if not score.problems:
        lines.append(say(language, zh="全部相符。", en="Everything ties out."))
    if port is not None:
        address = f"http://127.0.0.1:{port}"
        lines.append(say(language, zh=f"控制台 {address}", en=f"Console {address}"))
        lines.append(
            say(
                language,
                zh=f"另一个终端里: jieneng --state {state} status。Ctrl-C 结束。",
                en=f"In another terminal: jieneng --state {state} status. Ctrl-C ends.",
            )
        )
    return lines
