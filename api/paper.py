"""Photos and papers that people give with a form, known by their bytes, not by their names."""

from dataclasses import dataclass

from energy.errors import ConfigError
from energy.text import Text

JPEG, PNG, HEIC, PDF = "image/jpeg", "image/png", "image/heic", "application/pdf"
ENDINGS = {JPEG: "jpg", PNG: "png", HEIC: "heic", PDF: "pdf"}
_STARTS = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"%PDF-": PDF}
_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
"""Of ISO 23008-12: first brands of photos as telephones keep them."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A photo or a paper.

    Attributes:
        media_type: One of ENDINGS.
        content: Its bytes.
    """

    media_type: str
    content: bytes


def paper_of(content: bytes) -> Paper:
    """Return bytes with what they are.

    Raises:
        ConfigError: If they are neither a photo nor a PDF.
    """
    for start, media_type in _STARTS.items():
        if content.startswith(start):
            return Paper(media_type, content)
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return Paper(HEIC, content)
    raise ConfigError(
        Text(
            "这个文件不是 JPEG、PNG、HEIC 照片，也不是 PDF；没有保存。请重新拍照，或另选文件。",
            "This file is no photo (JPEG, PNG, HEIC) and no PDF; it was not kept. Take the photo "
            "again, or choose another file.",
        )
    )
