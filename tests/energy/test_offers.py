import sys
from pathlib import Path
from types import ModuleType

import pytest

from energy.offers import offers


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return an empty package that is on the path."""
    place = tmp_path / "planted_offers"
    place.mkdir()
    (place / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("planted_offers")]:
        monkeypatch.delitem(sys.modules, name)
    package = ModuleType("planted_offers")
    package.__path__ = [str(place)]
    monkeypatch.setitem(sys.modules, "planted_offers", package)
    return package


def plant(folder: ModuleType, name: str, text: str) -> None:
    (Path(folder.__path__[0]) / f"{name}.py").write_text(text)


def test_a_new_file_is_a_new_offer_under_its_own_name(folder: ModuleType) -> None:
    plant(folder, "second", "NUMBER = 2")
    plant(folder, "first", "NUMBER = 1")

    assert list(offers(folder, "NUMBER", int).items()) == [("first", 1), ("second", 2)]


def test_a_file_whose_name_begins_with_an_underscore_offers_nothing(folder: ModuleType) -> None:
    plant(folder, "_shared", "")
    plant(folder, "one", "NUMBER = 1")

    assert offers(folder, "NUMBER", int) == {"one": 1}


@pytest.mark.parametrize("text", ["", "NUMBER = 'one'"])
def test_a_file_without_a_proper_offer_is_named(folder: ModuleType, text: str) -> None:
    plant(folder, "broken", text)

    with pytest.raises(TypeError, match=r"planted_offers/broken.py must define NUMBER of type int"):
        offers(folder, "NUMBER", int)
