"""Which region lies in which: division, province, grid region, country."""

from collections.abc import Mapping

COUNTRY = ""


def upwards(region: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Return a region and those above it, the country last.

    Args:
        region: Division code of GB/T 2260 or the name of a grid region; "" for the country.
        parents: The region above each, from reference/regions.csv.

    A county lies in its prefecture and a prefecture in its province by their codes alone.
    """
    chain = [region]
    while chain[-1] != COUNTRY:
        above = _above(chain[-1], parents)
        if above in chain:
            break
        chain.append(above)
    return tuple(chain) if chain[-1] == COUNTRY else (*chain, COUNTRY)


def _above(region: str, parents: Mapping[str, str]) -> str:
    if region in parents:
        return parents[region]
    if len(region) == len("110102") and region.isdigit():
        for wider in (f"{region[:4]}00", f"{region[:2]}0000"):
            if wider != region:
                return wider
    return COUNTRY
