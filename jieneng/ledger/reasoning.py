"""What the command why asks, and how its answer is said."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from analytics.closing.choices import STATISTICS
from analytics.why.asked import Answer, Asked
from analytics.why.building import BUILDING, why_building
from analytics.why.members_wording import lines_of_members
from analytics.why.meter import why_meter
from analytics.why.statement import FIGURES, why_statement
from analytics.why.statement_wording import lines_of_statement
from analytics.why.wording import lines_of_meter
from api.why_sum import why_sum
from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.registry import Registry
from energy.text import Text
from jieneng.ledger.choices import choices_of
from jieneng.wiring import House
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.tables import DISTRICT

METER, STATEMENT, SUM = "meter", "statement", "sum"
_NOT_CHOSEN = Text(
    "计量点的用量按统计制度折算；折算口径只适用于机构的报表。",
    "The amounts of a meter are weighed as the statistics system does; only the statement of an "
    "institution is weighed by --coefficients, --co2-set, --region or --method.",
)


def answer_of(
    house: House,
    name: str,
    when: str,
    words: Sequence[str],
    *,
    of: str,
    readings: int,
    deep: bool,
    choices: Mapping[str, str] | None = None,
) -> Answer:
    """Return why a figure of a meter, a statement, a building or a sum is what it is.

    Args:
        house: The stores.
        name: Name of a meter, an institution, a building or a body, or "district".
        when: Which time; analytics/why/when.py.
        words: Of a meter one quantity at the most; else a kind, a figure, or both.
        of: METER, STATEMENT, BUILDING or SUM; "" where the name tells.
        readings: How many readings are listed.
        deep: Whether a statement is worked out from the readings of its meters, too.
        choices: By what a statement is weighed, as analytics/closing/choices.py names it.

    Raises:
        ConfigError: If the name, the time or a word is not known.
        ClosingError: If an institution has no such period.
    """
    with house.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        weighing = choices_of(reference, choices)
        now_ms = house.clock()
        asked = Asked(session, house.store, registry, reference, now_ms, readings, weighing)
        sort = _sort(registry, name, of)
        if sort == METER:
            if weighing != STATISTICS:
                raise ConfigError(_NOT_CHOSEN)
            if len(words) > 1:
                raise _too_many(words)
            return why_meter(asked, name, when, *words)
        kind, figure = _kind_and_figure(words)
        if sort == SUM:
            return why_sum(asked, name, when, kind=kind, figure=figure, deep=deep)
        if sort == BUILDING:
            return why_building(asked, name, when, kind=kind, figure=figure, deep=deep)
        return why_statement(asked, name, when, kind=kind, figure=figure, deep=deep)


def lines_of(answer: Answer) -> Iterator[Text]:
    """Yield an answer line by line."""
    said = {METER: lines_of_meter, SUM: lines_of_members}
    return said.get(answer["what"], lines_of_statement)(answer)


def _sort(registry: Registry, name: str, of: str) -> str:
    """Tell whether a meter, a statement, a building or a sum is asked about."""
    named: dict[str, Collection[str]] = {
        METER: registry.meter,
        STATEMENT: registry.institution,
        BUILDING: registry.building,
        SUM: {DISTRICT, *registry.body},
    }
    if of and of not in named:
        zh, en = "、".join(named), ", ".join(named)
        raise ConfigError(Text(f"--of 应为 {zh} 之一。", f"--of is one of {en}."))
    if of and name not in named[of]:
        raise _unknown(name)
    if of:
        return of
    is_meter, is_institution = name in registry.meter, name in registry.institution
    if is_meter and is_institution:
        raise ConfigError(
            Text(
                f"{name} 既是计量点又是机构；请用 --of meter 或 --of statement 说明。",
                f"{name} is a meter and an institution; say --of meter or --of statement.",
            )
        )
    found = next((sort for sort, names in named.items() if name in names), None)
    if found is None:
        raise _unknown(name)
    return found


def _unknown(name: str) -> ConfigError:
    return ConfigError(
        Text(
            f"没有名为 {name!r} 的计量点、机构、建筑或上报单位；全区写 district。"
            "请查看：jieneng export registry。",
            f"{name!r} is neither a meter nor an institution, a building or a body; for all write "
            "district. See: jieneng export registry.",
        )
    )


def _kind_and_figure(words: Sequence[str]) -> tuple[str, str]:
    """Return kind and figure; "coal" is both, and alone, or behind a kind, it is the figure."""
    if len(words) > 2:  # noqa: PLR2004  a kind and a figure
        raise _too_many(words)
    for word in words:
        if word not in KINDS and word not in FIGURES:
            raise _neither(word)
    *before, last = words or [""]
    kind, figure = ("", last) if last in FIGURES else (last, "")
    if before:
        kind, figure = (before[0], figure) if figure else (kind, before[0])
        if kind not in KINDS or figure not in FIGURES:
            raise _too_many(words)
    return kind, figure


def _neither(word: str) -> ConfigError:
    kinds, figures = ", ".join(KINDS), ", ".join(FIGURES)
    return ConfigError(
        Text(
            f"{word!r} 不是能源品种（{kinds}），也不是数字（{figures}）。",
            f"{word!r} is no kind ({kinds}) and no figure ({figures}).",
        )
    )


def _too_many(words: Sequence[str]) -> ConfigError:
    said = " ".join(words)
    return ConfigError(
        Text(
            f"{said}：计量点只能问一个量，报表只能问一个品种和一个数字。",
            f"{said}: of a meter ask one quantity, of a statement one kind and one figure.",
        )
    )
