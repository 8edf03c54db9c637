"""Photos are known by their bytes, whatever a name or a browser says."""

import pytest

from api.paper import HEIC, JPEG, PDF, PNG, paper_of
from energy.errors import ConfigError


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\xff\xd8\xff\xe1", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", HEIC),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00", HEIC),
        (b"%PDF-1.7", PDF),
    ],
)
def test_a_photo_is_known_by_how_it_begins(start: bytes, media_type: str) -> None:
    assert paper_of(start + b"rest").media_type == media_type


@pytest.mark.parametrize(
    "content",
    [b"<svg/>", b"GIF89a", b"\x00\x00\x00\x18ftypmp42", b"MZ", b"<html>", b"\xff\xd8", b" %PDF-"],
)
def test_anything_else_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(ConfigError, match="Take the photo again"):
        paper_of(content)
