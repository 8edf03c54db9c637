"""Amounts per area and per person: numerators and denominators apart, and never averaged.

Source: docs/methods.md, "Intensity".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.statements.figures import EARLIER
from analytics.statements.known_shares import HEAT, share_known, untold_heating
from analytics.statements.lines import Line
from energy.kinds import KINDS
from energy.sizes import AREA, HEATED_AREA, PEOPLE, WATER_PERSONS
from energy.text import Text
from energy.uses import HEATING, VEHICLE

Total = Callable[[Sequence[Line]], int | None]


@dataclass(frozen=True, slots=True)
class Numerator:
    """What of the lines of a period is divided.

    Attributes:
        kind: The amount of this kind [base units]; "" for the standard coal of all energy [g].
        use: Of this use alone; "" for all.
        without: Uses that are taken off.
    """

    kind: str = ""
    use: str = ""
    without: tuple[str, ...] = ()

    def of(self, lines: Sequence[Line]) -> int | None:
        """Return the number; None as soon as a line of it is not known.

        Of a use alone it is the known part: its months are told each by itself, and ``partly`` says
        of how many.
        """
        if not self.tells_heating_apart(lines):
            return None
        own = [line for line in lines if self._is_of_kind(line.kind)]
        if _are_mixed([line for line in own if self.sign(line.kind, line.use)]):
            return None
        total: Total = _amount if self.kind else _grams
        if self.use:
            of_use = [line for line in own if line.use == self.use]
            return total([line for line in of_use if line.signed.amount is not None])
        return _less(own, self.without, total)

    def tells_heating_apart(self, lines: Sequence[Line]) -> bool:
        """Tell whether heat without a line of heating is not in a number that is without heating.

        Heat is for heating first of all: without a meter or bill that says how much, nobody knows.
        """
        return bool(self.kind) or HEATING not in self.without or not untold_heating(lines)

    def partly(self, lines: Sequence[Line]) -> dict[str, Fraction]:
        """Return what goes into the number and is known only in part.

        Returns:
            The kind, or kind/use, to the share of its time that is known, from 0 to below 1; days
            of lines weigh alike.
        """
        found: dict[str, list[Line]] = {}
        for line in lines:
            if self.sign(line.kind, line.use) and not line.signed.is_blank:
                found.setdefault("/".join(filter(None, (line.kind, line.use))), []).append(line)
        shares = {subject: share_known(own) for subject, own in found.items()}
        if self.use == HEATING and self._is_of_kind(HEAT) and (untold := untold_heating(lines)):
            subject = f"{HEAT}/{HEATING}"
            shares[subject] = share_known(found.get(subject, []), untold)
        return {subject: share for subject, share in shares.items() if share < 1}

    def sign(self, kind: str, use: str) -> int:
        """Return 1 for a line that is added, -1 for one that is taken off, 0 for any other."""
        if not self._is_of_kind(kind):
            return 0
        if use == self.use:
            return 1
        return -1 if use in self.without else 0

    def _is_of_kind(self, kind: str) -> bool:
        return kind == self.kind if self.kind else KINDS[kind].is_energy


@dataclass(frozen=True, slots=True)
class Ratio:
    """One intensity of one institution or of several.

    Attributes:
        numerator: Grams of standard coal, Wh or L; None if it is not known.
        denominator: Square metres or persons; None if it is not known.
        covered: Institutions in both numbers, by name.
        not_covered: Institutions left out of both, because one of their numbers is not known, or
            only in part.
        partly: Of one institution: what of its numerator is known only in part, kind or kind/use,
            and the share of its time that is known. The numerator is then of the known part.
    """

    numerator: int | None
    denominator: Fraction | None
    covered: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    partly: tuple[tuple[str, Fraction], ...] = ()

    @property
    def value(self) -> Fraction | None:
        """Base units of the numerator in one of the denominator; None if there is nothing."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator


@dataclass(frozen=True)
class Intensity:
    """How one intensity is made.

    Attributes:
        name: Its name in sheets.
        title: What people call it.
        unit: Unit in which it is shown.
        per_shown: Base units of the numerator in one of the shown.
        measure: Denominator, a word of energy.sizes.MEASURES.
        numerator: What is divided.
    """

    name: str
    title: Text
    unit: str
    per_shown: int
    measure: str
    numerator: Numerator


def _less(lines: Sequence[Line], uses: Sequence[str], total: Total) -> int | None:
    """Return the total of whole lines less that of some uses; None as soon as one is not known.

    A use that is left blank by rule is in neither.
    """
    whole = total([line for line in lines if not line.use])
    parts = [line for line in lines if line.use in uses and not line.signed.is_blank]
    left_out = total(parts) if parts else 0
    return None if whole is None or left_out is None else whole - left_out


def _are_mixed(lines: Sequence[Line]) -> bool:
    """Tell whether lines are of an earlier ledger and of other sources: those are never added."""
    known = {line.signed.basis == EARLIER for line in lines if line.signed.amount is not None}
    return len(known) > 1


def _grams(lines: Iterable[Line]) -> int | None:
    """Return grams; None as soon as the amount of one line, or its coefficient, is not known.

    What is left blank by rule, as heat billed by area, is no part of the sum.
    """
    total, any_line = 0, False
    for line in lines:
        if not KINDS[line.kind].is_energy or line.signed.is_blank:
            continue
        if line.coal is None:
            return None
        total, any_line = total + line.coal.grams, True
    return total if any_line else None


def _amount(lines: Iterable[Line]) -> int | None:
    amounts = [line.signed.amount for line in lines if not line.signed.is_blank]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known and len(known) == len(amounts) else None


INTENSITIES = (
    Intensity(
        "energy_per_area",
        Text("单位建筑面积能耗", "energy per floor area"),
        "kgce/m2",
        1000,
        AREA,
        Numerator(),
    ),
    Intensity(
        "energy_per_area_without_vehicles",
        Text("单位建筑面积能耗（不含公务用车）", "energy per floor area, without vehicles"),
        "kgce/m2",
        1000,
        AREA,
        Numerator(without=(VEHICLE,)),
    ),
    Intensity(
        "non_heating_per_area",
        Text("单位建筑面积非供暖能耗", "energy per floor area, without heating and vehicles"),
        "kgce/m2",
        1000,
        AREA,
        Numerator(without=(HEATING, VEHICLE)),
    ),
    Intensity(
        "heating_per_heated_area",
        Text("单位采暖面积供暖能耗", "heating energy per heated area"),
        "kgce/m2",
        1000,
        HEATED_AREA,
        Numerator(use=HEATING),
    ),
    Intensity(
        "electricity_per_area",
        Text("常规用能系统单位建筑面积电耗", "electricity per floor area, without heating"),
        "kWh/m2",
        1000,
        AREA,
        Numerator(kind="electricity", without=(HEATING,)),
    ),
    Intensity(
        "energy_per_person",
        Text("人均综合能耗", "energy per person"),
        "kgce/p",
        1000,
        PEOPLE,
        Numerator(),
    ),
    Intensity(
        "water_per_person",
        Text("人均用水量", "water per person"),
        "m3/p",
        1000,
        PEOPLE,
        Numerator(kind="water"),
    ),
    Intensity(
        "water_per_quota_person",
        Text("按用水定额人数的人均用水量", "water per person of the water quota"),
        "m3/p",
        1000,
        WATER_PERSONS,
        Numerator(kind="water"),
    ),
)
"""Those of the statistics system and of the quota standards; water is never in energy."""


def ratios_of(
    institution: str, lines: Sequence[Line], sizes: Mapping[str, Fraction | None]
) -> dict[str, Ratio]:
    """Return every intensity of one institution by name.

    Args:
        institution: Its name.
        lines: All lines of its period.
        sizes: Measure to its mean over the period; None where it is not known.
    """
    found = {}
    for one in INTENSITIES:
        if one.measure == WATER_PERSONS and WATER_PERSONS not in sizes:
            continue  # its category has no rule
        numerator, denominator = one.numerator.of(lines), sizes.get(one.measure)
        partly = one.numerator.partly(lines) if numerator is not None else {}
        is_covered = numerator is not None and bool(denominator) and not partly
        covered = (institution,) if is_covered else ()
        left_out = () if is_covered else (institution,)
        found[one.name] = Ratio(numerator, denominator, covered, left_out, tuple(partly.items()))
    return found


def summed(ratios: Iterable[Ratio]) -> Ratio:
    """Return the intensity of several institutions together: sums divided, never ratios averaged.

    One of which a number is not known, or only in part, is left out of both sums and named.
    """
    numerator, denominator = 0, Fraction(0)
    covered: list[str] = []
    left_out: list[str] = []
    for ratio in ratios:
        covered += ratio.covered
        left_out += ratio.not_covered
        if ratio.covered and ratio.numerator is not None and ratio.denominator is not None:
            numerator += ratio.numerator
            denominator += ratio.denominator
    if not covered:
        return Ratio(None, None, (), tuple(sorted(left_out)))
    return Ratio(numerator, denominator, tuple(sorted(covered)), tuple(sorted(left_out)))
