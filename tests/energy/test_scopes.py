from fractions import Fraction

import pytest

from energy.errors import ConfigError
from energy.kinds import KINDS
from energy.scopes import Power, Scope, location_based, market_based, scope_of

AVERAGE, RESIDUAL = Fraction("0.5366"), Fraction("0.5856")
GRID = Power(purchased=Fraction(1000))


def test_fuels_are_scope_1_and_what_is_bought_ready_is_scope_2() -> None:
    scopes = {kind: scope_of(kind) for kind in KINDS}
    assert {kind for kind, scope in scopes.items() if scope is None} == {"water", "other"}
    assert scopes["gas"] is scopes["coal"] is scopes["gasoline"] is Scope.DIRECT
    assert scopes["electricity"] is scopes["heat"] is scopes["cold"] is Scope.PURCHASED


def test_own_power_is_consumed_but_emits_nothing() -> None:
    roof = Power(purchased=Fraction(1000), generated=Fraction(300))
    assert roof.consumed == 1300
    assert location_based(roof, average=AVERAGE) == location_based(GRID, average=AVERAGE)


def test_exported_power_is_never_netted_against_what_is_purchased() -> None:
    seller = Power(purchased=Fraction(1000), generated=Fraction(900), exported=Fraction(800))
    assert seller.consumed == 1100
    assert location_based(seller, average=AVERAGE) == Fraction("536.6")
    assert market_based(seller, residual=RESIDUAL) == Fraction("585.6")


def test_only_certificates_make_purchased_power_count_less_by_market() -> None:
    green = Power(purchased=Fraction(1000), certified=Fraction(250))
    assert market_based(GRID, residual=RESIDUAL) == Fraction("585.6")
    assert market_based(green, residual=RESIDUAL) == Fraction("439.2")
    assert location_based(green, average=AVERAGE) == location_based(GRID, average=AVERAGE)


@pytest.mark.parametrize("certified", [-1, 1001])
def test_more_certificates_than_power_are_refused(certified: int) -> None:
    with pytest.raises(ConfigError, match="correct the certified amount"):
        market_based(
            Power(purchased=Fraction(1000), certified=Fraction(certified)), residual=RESIDUAL
        )
