from energy.kinds import KINDS
from energy.scopes import Scope, scope_of


def test_fuels_are_scope_1_and_what_is_bought_ready_is_scope_2() -> None:
    scopes = {kind: scope_of(kind) for kind in KINDS}
    assert {kind for kind, scope in scopes.items() if scope is None} == {"water", "other"}
    assert scopes["gas"] is scopes["coal"] is scopes["gasoline"] is Scope.DIRECT
    assert scopes["electricity"] is scopes["heat"] is scopes["cold"] is Scope.PURCHASED
