"""What a why of a meter says to people: a line for each thing, in both languages."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from analytics.statements.printed.words import place_of
from analytics.why.asked import Answer
from analytics.why.words import (
    BEGAN_AGAIN,
    FATES,
    KNOWN,
    METHODS,
    NOT_ENDED,
    NOTES,
    VERDICTS,
    both,
    called,
    figure_called,
    named,
    number_in,
    unit_called,
    yuan,
)
from energy.kinds import KINDS
from energy.provenance import VERIFIED, confidence_text
from energy.tariffs.tariff import MICRO_YUAN, clock_text
from energy.tariffs.terms import PERIODS
from energy.text import Text, padded

WAITING = Text(
    "有新读数尚未计入：下一轮计算之后再看。",
    "Readings are new that the next round takes in: ask again after it.",
)


def lines_of_meter(answer: Answer) -> Iterator[Text]:
    """Yield why an amount of a meter is what it is."""
    zone = ZoneInfo(answer["timezone"])
    kind = KINDS[answer["kind"]]
    tail = f"   {answer['code']}"
    when = both(f"   {answer['when']}   ")
    yield called(answer["name"], answer["meter"]) + when + Text(kind.zh + tail, kind.en + tail)
    if answer["straddles"] is not None:
        yield Text(answer["straddles"]["zh"], answer["straddles"]["en"])
    if answer["verdict"] == "not_begun":
        yield VERDICTS["not_begun"]
        return
    yield from figures_told(answer["figures"])
    if "readings" in answer:
        yield from _readings(answer, zone)
        yield from _pieces(answer, zone, kind.base_unit)
        yield from gaps_told(answer["gaps"], zone, kind.base_unit)
        yield from _happened(answer, zone)
    yield from _failed(answer, zone)
    yield from (_input(one, kind.base_unit) for one in answer.get("inputs", []))
    yield from _rows(answer)
    yield from removed_told(answer)
    yield from sheets_told(answer["frozen"])
    if answer["waiting"]:
        yield WAITING
    if not answer["has_ended"]:
        yield NOT_ENDED
    yield VERDICTS[answer["verdict"]]


def _input(one: Answer, unit: str) -> Text:
    """Return what is taken of an input, and of what: those of all inputs add up to the amount."""
    start = both(f"  {one['sign']} {one['share']} x ") + called(one["name"], one["meter"])
    if one["building"]:
        start += Text("，", ", ") + called(one["building_name"], one["building"])
    counted, taken = f"{number(one['counted'])} {unit}", f"{one['taken']:+,} {unit}"
    hours = f"{one['hours']:,}"
    said = start + Text(
        f"   {hours} 小时内 {counted}，取 {taken}",
        f"   {counted} in {hours} h, taken {taken}",
    )
    if one["amount"] != one["counted"]:
        whole = f"{number(one['amount'])} {unit}"
        said += Text(
            f"（整段为 {whole}；各输入都有用量且在有效期内的小时才计入）",
            f" (of {whole}: only hours count in which it is valid and every input has an amount)",
        )
    return said + both(f"   {one['why']}")


def figures_told(figures: list[Answer]) -> Iterator[Text]:
    """Yield figures beside themselves worked out again."""
    for one in figures:
        name, unit = figure_called(one["figure"]), unit_called(one["unit"])
        stated = f"{number_in(one['stated'], one['unit']):>18}"
        start = Text(
            f"  {padded(name.zh, 24)} {stated} {padded(unit.zh, 6)} ",
            f"  {padded(name.en, 24)} {stated} {padded(unit.en, 6)} ",
        )
        if one["verdict"] == "frozen":
            yield start + Text("已冻结", "frozen")
        elif one["verdict"] == "same":
            yield start + Text("重算相同", "the same again")
        else:
            again, by = number_in(one["again"], one["unit"]), one["differs_by"]
            sign = "+" if (by or 0) > 0 else ""
            tail = "" if by is None else f" ({sign}{number_in(by, one['unit'])})"
            yield start + Text(f"重算得 {again}{tail}", f"again {again}{tail}")


def _readings(answer: Answer, zone: ZoneInfo) -> Iterator[Text]:
    found = answer["readings"]
    yield Text(
        f"读数 {found['count']:,} 个，计入 {found['counting']:,} 个，"
        f"未列出 {found['not_listed']:,} 个",
        f"{found['count']:,} readings, {found['counting']:,} count; "
        f"{found['not_listed']:,} not listed",
    )
    for one in found["listed"]:
        arrived = _time(one["arrived"], zone) if one["arrived"] else ""
        start = (
            f"  {_time(one['time'], zone)}   {one['spoken']:>14} {one['unit']}   "
            f"{one['value']:>12}   {one['id']}"
        )
        came = Text(f"   到达 {arrived}", f"   arrived {arrived}") if arrived else both("")
        fate = both("") if one["fate"] == "counts" else both("   ") + _word(FATES, one["fate"])
        yield both(start) + came + fate
    if answer["overruled"]["count"]:
        count = answer["overruled"]["count"]
        yield Text(f"另有 {count:,} 个读数被取代", f"{count:,} readings were overruled")
        for one in answer["overruled"]["listed"]:
            yield both(f"  {_time(one['time'], zone)}   {one['spoken']:>14} {one['unit']}")


def _pieces(answer: Answer, zone: ZoneInfo, unit: str) -> Iterator[Text]:
    for piece in answer["pieces"]:
        ends = f"  {_time(piece['from'], zone)} - {_time(piece['until'], zone)}   "
        if piece["sent"] is None:
            first = "0" if piece.get("began_again") else number(piece["first"])
            ends += f"{first} -> {number(piece['last'])}"
        wraps = f" + {piece['wraps']} x {piece['modulus']:,}" if piece["wraps"] else ""
        factor = f" x {piece['factor']}" if piece["factor"] != 1 else ""
        tail = f"{wraps}{factor}   = {piece['advance']:,}   {number(piece['amount'])} {unit}   "
        said = BEGAN_AGAIN if piece.get("began_again") else KNOWN[piece["known"]]
        yield both(ends + tail) + said
    for edge in answer["edges"] if answer["pieces"] else []:
        yield from _edge(edge, Fraction(answer["base_per_count"]), zone, unit)


def _edge(edge: Answer, base: Fraction, zone: ZoneInfo, unit: str) -> Iterator[Text]:
    line = edge["line"]
    text = f"{edge['count']}"
    if line is not None:
        text = f"{line['before']} + {line['risen']} + {line['rise']} x {line['passed_ms']} / "
        text += f"{line['length_ms']} = {edge['count']}"
    at, tail = _time(edge["at"], zone), f"{text}   x {base} -> {edge['base']:,} {unit}"
    yield Text(f"  {at} 的累计：{tail}", f"  count at {at}: {tail}")


def gaps_told(gaps: Iterable[Answer], zone: ZoneInfo, unit: str) -> Iterator[Text]:
    """Yield how each gap was filled."""
    for gap in gaps:
        days = ", ".join(gap["days"])
        method, note = METHODS[gap["method"]], _word(NOTES, gap["note"])
        span = f"  {_time(gap['from'], zone)} - {_time(gap['until'], zone)}   "
        filled = both(f"{span}{gap['amount']:,} {unit}   ")
        yield Text("缺口", "gap") + filled + method + note + both(f"   {days}" if days else "")


def _failed(answer: Answer, zone: ZoneInfo) -> Iterator[Text]:
    """Yield the checks of readings that failed."""
    for one in answer["checks"]:
        day = _time(one["day"], zone)[:10]
        mark = Text("检验未通过", "failed check")
        yield mark + both(f"   {day}   {one['check']}   ") + _evidence(one["evidence"])


def _happened(answer: Answer, zone: ZoneInfo) -> Iterator[Text]:
    """Yield events and corrections."""
    for one in answer["events"]:
        shown = f"{number(one['closing'])} / {number(one['opening'])}"
        start = both(f"   {_time(one['time'], zone)}   {shown}   ")
        yield Text("事件 ", "event ") + named(one["event"]) + start + _by(one)
    for one in answer["candidates"]:
        start = Text(f"事件候选 {one['candidate']}   ", f"candidate event {one['candidate']}   ")
        yield start + named(one["state"]) + both("   ") + _evidence(one["evidence"])
    for one in answer["edits"]:
        start = both(f" {one['edit']}   ") + named(one["what"]) + both("   ")
        yield Text("更正", "edit") + start + _by(one)


def _evidence(said: dict[str, str]) -> Text:
    return Text(said["zh"], said["en"])


def _by(one: Answer) -> Text:
    tail = f"   {one['evidence']}" if one["evidence"] else ""
    return Text(
        f"{one['author']}：{one['reason']}{tail}", f"{one['author']}: {one['reason']}{tail}"
    )


def _rows(answer: Answer) -> Iterator[Text]:
    """Yield prices and factors with what they were applied to."""
    kind = KINDS[answer["kind"]]
    for one in answer.get("prices", []):
        row, tail = one["row"], f"{one['amount']:,} {kind.base_unit}   {one['hours']:,} h"
        if row is None:
            yield Text(f"无价格   {tail}", f"no price   {tail}")
            continue
        price = f"   {Decimal(row['price_micro']) / MICRO_YUAN} "
        unit = yuan() + both(f"/{kind.display_unit}   {tail}   {row['source']}")
        known_as = both(f" ({row['row_id']})" if row["row_id"] else "")
        title = Text("价格   ", "price   ") + _price_called(row) + known_as
        yield title + both(price) + unit + trust(row)
    if answer.get("cost_without"):
        yield _evidence(answer["cost_without"])
    for name, rows in answer.get("factors", {}).items():
        title = figure_called(name)
        for one in rows:
            tail = f"{one['amount']:,} {kind.base_unit}   {one['hours']:,} h"
            if one["row"] is None:
                yield Text(f"{title.zh} 无系数   {tail}", f"no factor for {title.en}   {tail}")
            else:
                yield title + both("   ") + factor_line(one["row"]) + both(f"   {tail}")


def _price_called(row: Answer) -> Text:
    """Return what a row of a tariff is called: tariff, version, period, minutes, first date."""
    clock = f"{clock_text(row['from_minute'])}-{clock_text(row['to_minute'])}"
    head = f"{row['tariff']} {row['version']}".rstrip()
    period = _word(PERIODS, row["period"])
    return both(f"{head} ") + period + both(f" {clock} {row['valid_from']}")


def factor_line(row: Answer, per_display: str = "") -> Text:
    """Return a coefficient or factor in one line.

    Args:
        row: As it reads now.
        per_display: With what it weighed, where that was kept [a/b]; "" for what it reads.
    """
    year = f" {row['data_year']}" if row["data_year"] else ""
    head = f"{row['id']}{year}   {per_display or row['per_display']}   {row['source']}"
    return both(head) + trust(row)


def trust(row: Answer) -> Text:
    """Return how sure a row of reference data is, and who confirmed it."""
    by = row["confirmed_by"]
    sure = confidence_text(row["confidence"])
    if row["confidence"] == VERIFIED and not by:
        return both("   ") + sure
    who = (
        Text(f"{by} 确认", f"confirmed by {by}") if by else Text("无人确认", "confirmed by nobody")
    )
    return both("   ") + sure + Text("，", ", ") + who


def removed_told(answer: Answer) -> Iterator[Text]:
    """Yield that readings are gone, where they are."""
    if answer["is_removed"]:
        day = answer["raw_from"][:10]
        yield Text(
            f"{day} 之前的读数已按保存期限删除：数字不再变动，只与组成它的各日、各时核对。",
            f"Readings before {day} were removed when their years were over: the figures are "
            "frozen, and held only to the days or hours that make them up.",
        )


def sheets_told(sheets: list[Answer]) -> Iterator[Text]:
    """Yield sheets that were frozen, with hash and link."""
    for one in sheets:
        proof = Text("封存内容完好", "its bytes have this hash")
        if not one["is_whole"]:
            proof = Text("封存内容已丢失或被改动！", "ITS BYTES ARE GONE OR WERE CHANGED")
        start = f"   {one['period']}   {one['sha256']}   "
        whose = Text(" ", " ") + called(one["name"], one["institution"])
        link = Text(f"   第 {one['link']} 环 {one['link_hash']}",
                    f"   link {one['link']} {one['link_hash']}")  # fmt: skip
        state = both(start) + named(one["state"]) + both("   ")
        yield Text("报表", "sheet") + whose + state + proof + link
        for key, line in one["lines"].items():
            amount = f"   {number(line['amount'])} {KINDS[line['kind']].base_unit}"
            yield both("  ") + place_of(key)[2] + both(amount)


def _word(words: dict[str, Text], word: str) -> Text:
    return words.get(word, both(word))


def number(number: int | None) -> str:
    """Return a number with its thousands; a dash where there is none."""
    return "-" if number is None else f"{number:,}"


def _time(text: str, zone: ZoneInfo) -> str:
    when = datetime.fromisoformat(text).astimezone(zone)
    return f"{when:%Y-%m-%d %H:%M:%S}"
