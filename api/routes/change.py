"""What changed against the year before, and by what."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from analytics.closing.explaining import change_of
from analytics.closing.sheet import Drafter
from analytics.statements.year_on_year.as_json import change_json
from api.given import Given, given
from energy.errors import ClosingError, ConfigError
from storage.records import reference as reference_records
from storage.records import registry as registry_records

ROUTER = APIRouter(prefix="/api/v1", tags=["change"])


@ROUTER.get("/change")
def change(
    here: Annotated[Given, Depends(given)], institution: str, period: str, kind: str = ""
) -> dict[str, Any]:
    """Return the change of a period against the year before, split into effects that add up.

    Amounts are base units, money is 1e-6 yuan; each effect says in both languages how it was made.
    """
    with here.records.reading() as session:
        registry = registry_records.load(session)
        reference = reference_records.load(session)
        drafter = Drafter(session, here.store, registry, reference, here.now())
        try:
            found = change_of(drafter, institution, period, kind)
        except ClosingError as error:  # who asks named what is not there
            raise ConfigError(error.text) from error
    return change_json(*found)
