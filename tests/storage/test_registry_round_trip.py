from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.binding import Binding
from energy.body import LINES, Body
from energy.kinds import KINDS
from energy.meter import Building, Device, Institution, Meter, MeterEvent, Site
from energy.registry import Registry
from energy.sizes import AREA, HEATED_AREA, MEASURES, Size
from energy.units import units_of
from energy.uses import USES
from storage.csv_cells import exact_text
from storage.registry.files import read_registry, write_registry
from tests.registry_folder import ALL

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,12}", fullmatch=True)
LABELS = st.text(
    st.characters(exclude_categories=("C", "Z"), include_characters=" ,\"'，"),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip() == text and not text.startswith("="))
SLOWEST = Fraction(1, 10**24)
"""No register turns over within an interval at this rate."""

EXACT = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6)


@st.composite
def meters(draw: st.DrawFn, name: str, building: Building) -> Meter:
    """A main of any kind whose device and channel bear its name."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    step = draw(EXACT)
    meter = Meter(
        meter=name,
        building=building.building,
        site=building.site,
        institution=building.institution,
        kind=kind,
        table=draw(st.sampled_from(["register", "interval"])),
        role=draw(st.sampled_from(["main", "check", "export"])),
        parent="",
        item=draw(st.sampled_from(["", "A", "B1", "C", "D4", "B1A"])),
        device="device",
        channel=f"emeter/{name}",
        unit=draw(st.sampled_from(units_of(kind))),
        step=step,
        resolution=step * draw(st.integers(1, 100)),
        digits=draw(st.integers(1, 18)),
        ratio=draw(EXACT),
        max_rate=draw(EXACT),
        interval_s=draw(st.integers(1, 366 * 86_400)),
        tariff=draw(st.just("") | NAMES),
        name_zh=draw(LABELS),
        name_en=draw(LABELS),
        use=draw(st.sampled_from(USES)),
    )
    turn = meter.modulus * meter.base_per_step
    may_turn = meter.base_per_hour_max * meter.interval_s >= 3600 * turn
    return replace(meter, max_rate=SLOWEST) if may_turn else meter


def events_of(meter: Meter) -> st.SearchStrategy[list[MeterEvent]]:
    """Replacements by registers of the same width, resets and removals, at different times."""
    steps = st.none() | st.integers(0, 10**meter.digits - 1)
    said = {
        "meter": st.just(meter.meter),
        "time": st.integers(0, 4_000_000_000_000),
        "author": LABELS,
        "reason": LABELS,
        "evidence": st.just("") | LABELS,
    }
    none = st.none()
    replaced = st.builds(
        MeterEvent,
        **said,
        event=st.just("replacement"),
        closing=steps,
        opening=steps,
        digits=st.just(meter.digits),
        ratio=none | st.just(meter.ratio * 3),
        max_rate=none | EXACT,
    )
    reset = st.builds(
        MeterEvent, **said, event=st.just("reset"), closing=steps, opening=steps, digits=none
    )
    removed = st.builds(
        MeterEvent, **said, event=st.just("removed"), closing=steps, opening=none, digits=none
    )
    going_on = st.lists(replaced | reset, max_size=3, unique_by=lambda event: event.time)
    return going_on | removed.map(lambda event: [event])


@st.composite
def bindings_of(draw: st.DrawFn, meter: Meter) -> list[Binding]:
    """Devices that hung at a meter one after the other, the last of them still."""
    times = st.integers(0, 4_000_000_000_000)
    ends = sorted(draw(st.lists(times, max_size=4, unique=True)))
    former = [
        Binding(meter.meter, "device", f"{draw(NAMES)}/{meter.meter}/{place}", start, until)
        for place, (start, until) in enumerate(zip([None, *ends], ends, strict=False))
    ]
    now = Binding(meter.meter, meter.device, meter.channel, ends[-1] if ends else None)
    return [*former, *draw(st.sampled_from([[], [now]]))]


@st.composite
def bodies_of_both_lines(draw: st.DrawFn) -> list[Body]:
    """A tree of any shape on each line, of any size."""
    found: list[Body] = []
    for line in LINES:
        own = [""]
        for number in range(draw(st.integers(0, 3))):
            body = Body(
                f"{line}{number}", line, draw(st.sampled_from(own)), draw(LABELS), draw(LABELS)
            )
            own.append(body.body)
            found.append(body)
    return found


def lines_over(bodies: list[Body]) -> st.SearchStrategy[tuple[str, str]]:
    """A body that is reported to, and one of the other line or none."""
    pairs = [("", ""), *((body.body, "") for body in bodies)]
    pairs += [
        (one.body, other.body) for one in bodies for other in bodies if one.line != other.line
    ]
    return st.sampled_from(pairs)


def sizes_of(building: Building) -> st.SearchStrategy[list[Size]]:
    size = st.builds(
        Size,
        st.just(building.building),
        st.sampled_from(MEASURES),
        st.dates(date(1950, 1, 1), date(2100, 1, 1)),
        st.integers(0, 10**9),
        LABELS,
    )
    sizes = st.lists(size, max_size=3, unique_by=lambda size: (size.measure, size.valid_from))
    return sizes.map(lambda found: _plausible(building, found))


def _plausible(building: Building, sizes: list[Size]) -> list[Size]:
    """Return sizes without heated areas that are far above a floor area of theirs."""
    areas = [building.area_m2, *(size.value for size in sizes if size.measure == AREA)]
    most = 2 * min((area for area in areas if area), default=10**9)
    return [size for size in sizes if size.measure != HEATED_AREA or size.value <= most]


@st.composite
def registries(draw: st.DrawFn) -> Registry:
    zones = st.sampled_from(["Asia/Shanghai", "Europe/London", "UTC", "America/Chicago"])
    sites = [
        Site(name, draw(LABELS), draw(LABELS), draw(zones), "cn", draw(st.just("") | NAMES))
        for name in draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    ]
    bodies = draw(bodies_of_both_lines())
    lines = lines_over(bodies)
    some_site = st.sampled_from([site.site for site in sites])
    institutions = [
        Institution(name, draw(LABELS), draw(LABELS), "school", draw(some_site), *draw(lines))
        for name in draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    ]
    building = Building(
        draw(NAMES),
        draw(st.sampled_from(institutions)).institution,
        draw(some_site),
        draw(LABELS),
        draw(LABELS),
        draw(st.sampled_from("ABCDEFGH")),
        draw(st.integers(0, 10**9)),
        draw(st.integers(0, 10**9)),
        draw(st.integers(0, 999)),
    )
    gateway = draw(st.just("") | NAMES)
    spoken = "own_batch" if gateway else "own_single"
    device = Device("device", gateway, spoken, "a/b", "ms", draw(zones))
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    counted = [draw(meters(name, building)) for name in names]
    registers = [meter for meter in counted if meter.table == "register"]
    return Registry(
        sites=tuple(sites),
        institutions=tuple(institutions),
        buildings=(building,),
        devices=(device,),
        meters=tuple(counted),
        events=tuple(event for meter in registers for event in draw(events_of(meter))),
        name_zh=draw(LABELS),
        name_en=draw(LABELS),
        bindings=tuple(binding for meter in counted for binding in draw(bindings_of(meter))),
        bodies=tuple(bodies),
        sizes=tuple(draw(sizes_of(building))),
    )


@given(wanted=registries())
def test_reading_what_was_written_gives_the_same_registry(
    wanted: Registry, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("registry")
    write_registry(wanted, folder)
    assert read_registry(folder, ALL) == wanted


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(40), "40"),
        (Fraction(1, 100), "0.01"),
        (Fraction(5, 8), "0.625"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 2**30), "1/1073741824"),
        (Fraction(0), "0"),
    ],
)
def test_a_number_is_written_as_a_decimal_where_one_is_exact(number: Fraction, text: str) -> None:
    assert exact_text(number) == text
