"""The demo's one screen of figures."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import set_cell_size

from energy.text import Text
from jieneng.running import console_line

if TYPE_CHECKING:
    from jieneng.truth.figures import Figures

NAME_CELLS = 40
"""Cells of a terminal; a Chinese character takes two."""


def screen_lines(figures: "Figures", *, port: int | None, state: Path) -> list[Text]:
    """Return the screen: readings, tie-out, findings, time, and where to look next."""
    score = figures.score
    lines = [_line(Text(zh, en), value) for zh, en, value in _rows(figures)]
    lines += [Text("! ", "! ") + problem for problem in score.problems]
    if not score.problems:
        lines.append(Text("全部相符。", "Everything ties out."))
    if port is not None:
        address = f"http://127.0.0.1:{port}"
        status = f"jieneng --state {state} status"
        lines.append(console_line(address))
        lines.append(
            Text(
                f"在另一个终端里：{status}。按 Ctrl-C 结束。",
                f"In another terminal: {status}. Ctrl-C ends.",
            )
        )
    return lines


def _rows(figures: "Figures") -> list[tuple[str, str, str]]:
    score = figures.score
    return [
        ("读数 已发布", "readings published", f"{score.readings_published:,}"),
        ("     已接收", "         received", f"{figures.received:,}"),
        ("     已入库", "         stored", f"{score.readings_stored:,}"),
        ("     拒收", "         refused", f"{score.dead_letters:,}"),
        ("与真值之差", "differs from truth", f"{score.tie_out_difference:,}"),
        ("错误的实测小时", "wrong measured hours", f"{score.wrong_measured_hours:,}"),
        (
            "无法判定的表时（真/报）",
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


def _line(name: Text, value: str) -> Text:
    return Text(
        f"{set_cell_size(name.zh, NAME_CELLS)} {value:>18}",
        f"{set_cell_size(name.en, NAME_CELLS)} {value:>18}",
    )
