"""Forms with files are read byte by byte, and never half."""

import email
from email.message import EmailMessage

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.multipart import MOST_PARTS, Part, boundary_of, parts_of
from energy.errors import DecodeError

WHOLE = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'


def sent(fields: dict[str, str], file: bytes, name: str = "p.jpg") -> tuple[bytes, bytes]:
    """Return body and boundary as a real client sends them."""
    request = httpx.Request(
        "POST", "http://console", data=fields, files={"photo": (name, file, "image/jpeg")}
    )
    return request.read(), boundary_of(request.headers["content-type"])


@given(st.binary(max_size=300), st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_byte_arrives_as_it_was_sent(file: bytes, word: str) -> None:
    body, boundary = sent({"by": word}, file)

    assert parts_of(body, boundary) == [
        Part("by", None, word.encode()),
        Part("photo", "p.jpg", file),
    ]


@given(st.lists(st.sampled_from([b"\r\n", b"--", b"-", b"\n", b"\r", b"a", b"--y"]), max_size=12))
def test_lines_that_look_like_a_border_stay_in_the_file(pieces: list[bytes]) -> None:
    file = b"".join(pieces)

    (found,) = parts_of(*sent({}, file))

    assert found.content == file


def test_the_slow_reader_of_the_standard_library_says_the_same() -> None:
    body, boundary = sent({"by": "王"}, b"\x00\xff\r\n\r\n--")
    heading = b'Content-Type: multipart/form-data; boundary="' + boundary + b'"\r\n\r\n'
    twin: EmailMessage = email.message_from_bytes(heading + body, EmailMessage)

    assert [part.get_payload(decode=True) for part in twin.walk()][1:] == [
        part.content for part in parts_of(body, boundary)
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x\r\n",
        WHOLE[:-6],
        WHOLE.replace(b"name", b"nema"),
        WHOLE.replace(b"\r\n\r\n", b"\r\n"),
        WHOLE.replace(b'"a"', b'"\xff"'),
        WHOLE.replace(b'"a"', b'"' + b"a" * 5000 + b'"'),
        WHOLE[: WHOLE.rindex(b"--x--")] * (MOST_PARTS + 1) + b"--x--\r\n",
    ],
)
def test_what_is_cut_off_or_no_form_is_refused_as_a_whole(body: bytes) -> None:
    assert parts_of(WHOLE, b"x") == [Part("a", None, b"1")]

    with pytest.raises(DecodeError):
        parts_of(body, b"x")


def test_a_form_without_files_has_no_boundary() -> None:
    assert boundary_of("application/x-www-form-urlencoded") == b""
    assert boundary_of("") == b""
    assert boundary_of('multipart/form-data; boundary="a b"') == b"a b"
