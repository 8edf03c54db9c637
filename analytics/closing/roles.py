"""Who may do what: filler, statistics head and unit head, as the statistics system has them."""

from collections.abc import Collection

from energy.errors import ClosingError
from energy.text import Text
from storage.records.sheets import Step

FILLER, STATISTICS_HEAD, UNIT_HEAD = "filler", "statistics_head", "unit_head"
ROLES: dict[str, Text] = {
    FILLER: Text("填表人", "filler"),
    STATISTICS_HEAD: Text("统计负责人", "statistics head"),
    UNIT_HEAD: Text("单位负责人", "unit head"),
}

MAY: dict[Step, tuple[str, ...]] = {
    Step.SUBMITTED: (FILLER,),
    Step.CHECKED: (STATISTICS_HEAD,),
    Step.RETURNED: (STATISTICS_HEAD, UNIT_HEAD),
    Step.CLOSED: (UNIT_HEAD,),
    Step.RESTATED: (STATISTICS_HEAD, UNIT_HEAD),
    Step.ADJUSTED: (STATISTICS_HEAD, UNIT_HEAD),
}
"""Step to the roles that may do it."""


def see_roles(roles: Collection[str]) -> None:
    """See that roles are some that there are.

    Raises:
        ClosingError: If not, or if there is none.
    """
    strange = sorted(set(roles) - set(ROLES))
    if strange or not roles:
        known = ", ".join(ROLES)
        said = ", ".join(strange)
        raise ClosingError(
            Text(
                f"角色 {said!r} 无效。请用 --role 指定：{known}。",
                f"Role {said!r} is not known. Give --role one of: {known}.",
            )
        )


def acting(step: Step, roles: Collection[str]) -> tuple[str, ...]:
    """Return the roles that somebody signs a step as, all that are held, in the order of signing.

    Raises:
        ClosingError: If none of them may do it.
    """
    if not set(roles) & set(MAY[step]):
        needed = MAY[step]
        zh = "或".join(ROLES[role].zh for role in needed)
        en = " or ".join(ROLES[role].en for role in needed)
        raise ClosingError(
            Text(
                f"这一步须由{zh}办理。请换一个 --by，或用 jieneng people add 登记此人。",
                f"This step is for the {en}. Name another person with --by, "
                "or add one with jieneng people add.",
            )
        )
    return tuple(role for role in ROLES if role in roles)
