"""A house whose forms are filled in by a real client, as a browser on a telephone would."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.app import create_app
from jieneng.clerk import HouseClerk
from jieneng.wiring import House
from storage.records import bills, edits, evidence
from tests.console_server import serving
from tests.edit_world import MAIN, TRUE, house_with
from tests.web import Filled

LAST = TRUE[MAIN][-1]
JPEG = b"\xff\xd8\xff\xe0 a meter, photographed \xff\xd9"
PDF = b"%PDF-1.7 a bill"


class Phone:
    """Fills in forms of a console.

    Attributes:
        address: Of the console.
    """

    def __init__(self, address: str, client: httpx.Client) -> None:
        self.address = address
        self._client = client

    def see(self, path: str) -> httpx.Response:
        """Return a page."""
        return self._client.get(path, follow_redirects=True)

    def fields(self, path: str) -> dict[str, str]:
        """Return the fields of a form as it is shown."""
        fields = Filled(self.see(path).text).fields
        fields.pop("photo", None)
        return fields

    def send(
        self, path: str, fields: dict[str, str], photo: bytes = b"", *, origin: str = ""
    ) -> httpx.Response:
        """Send a form as browsers do, and follow where it leads."""
        files = {"photo": ("IMG_0001.HEIC" if photo else "", photo, "application/octet-stream")}
        return self._client.post(
            path,
            data=fields,
            files=files,
            headers={"origin": origin or self.address},
            follow_redirects=True,
        )


@contextmanager
def phone_of(house: House) -> Iterator[Phone]:
    """Yield a telephone that is shown the console of a house, in English."""
    app = create_app(
        store=house.store,
        records=house.records,
        status=dict,
        now=house.clock,
        language="en",
        clerk=HouseClerk(house),
    )
    with serving(app) as address:
        told = {"accept": "text/html"}
        with httpx.Client(base_url=address, headers=told, timeout=60) as client:
            yield Phone(address, client)


@contextmanager
def phone(folder: Path) -> Iterator[tuple[House, Phone]]:
    """Yield a house with a running collector whose main meter has counted forty days."""
    with house_with(folder, "memory:", TRUE[MAIN]) as house, phone_of(house) as shown:
        yield house, shown


def kept(house: House) -> tuple[int, int, int]:
    """Return how many edits, papers and bills there are."""
    with house.records.reading() as session:
        return (
            len(edits.recent(session, 99)),
            len(evidence.recent(session, 99)),
            len(bills.versions(session)),
        )
