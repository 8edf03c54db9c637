"""An erased name is not in the file any more, not only not in the table."""

from pathlib import Path

from storage.records import people
from storage.records.book import Records

NAME = "欧阳某某某"


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_an_erased_name_is_in_no_file_once_the_records_are_closed(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'records.sqlite'}"
    records = Records.open(url)
    with records.session() as session:
        who = people.add(session, name=NAME * 40, roles=["filler"], by="setup")
        people.add(session, name="李", roles=["filler"], by="setup")
    records.close()
    assert NAME.encode() in bytes_of(tmp_path)

    records = Records.open(url)
    with records.session() as session:
        assert people.erase(session, who, by="setup")
    records.close()

    assert NAME.encode() not in bytes_of(tmp_path)
