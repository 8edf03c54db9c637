"""The form for a reading by hand: as ``jieneng reading add`` does it, on a telephone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from energy.span import HOUR_MS
from jieneng.wiring import House
from storage.records import edits, evidence
from storage.records.evidence import LIMIT_BYTES
from tests.edit_world import LIGHT, MAIN, raw, refusal, settle, told
from tests.hand_world import JPEG, LAST, Phone, kept, phone

PATH = f"/reading/{MAIN}"
AT = "2026-02-10T00:00"
"""The present of the house, one hour behind the last reading."""
SHOWN = LAST.value / 100


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[House, Phone]]:
    with phone(tmp_path / "state") as found:
        yield found


def filled(shown: Phone, **said: str) -> dict[str, str]:
    return shown.fields(PATH) | {"value": f"{SHOWN + 7:.2f}", "by": "wang"} | said


def test_the_form_says_what_the_meter_showed_and_what_it_can_show(
    world: tuple[House, Phone],
) -> None:
    _, shown = world

    page = shown.see(PATH).text
    fields = shown.fields(PATH)

    assert f"<strong>{SHOWN:.2f} kWh</strong> <time>2026-02-09 23:00</time>" in page
    assert f"<strong>{SHOWN:.2f} – {SHOWN + 1500:.2f} kWh</strong>" in page
    assert (fields["at"], fields["unit"], fields["reason"]) == (AT, "kWh", "read by hand")
    assert 'type="file" accept="image/*" capture="environment"' in page
    assert fields["key"] != shown.fields(PATH)["key"]


def test_a_reading_with_its_photo_is_kept_and_shown_with_its_number(
    world: tuple[House, Phone],
) -> None:
    house, shown = world

    page = shown.send(PATH, filled(shown), JPEG)

    assert page.url.params["kept"] == "1"
    assert "Kept, number 1" in page.text
    assert f"{SHOWN + 7:.2f}" in page.text
    key = sha256(JPEG).hexdigest()
    assert key in page.text
    with house.records.reading() as session:
        edit, paper = edits.get(session, 1), evidence.find(session, key)
    assert edit is not None
    assert (edit.author, edit.reason, edit.evidence) == ("wang", "read by hand", key)
    assert paper is not None
    assert (paper.media_type, paper.name) == ("image/jpeg", "hall_main-20260209T160000Z.jpg")
    settle(house)
    assert raw(house, MAIN)[-1] == (LAST.time + HOUR_MS, LAST.value + 700, 0)
    assert "It is stored." in shown.see(str(page.url)).text


def test_a_page_and_a_command_keep_the_same_of_the_same_reading(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    fields = filled(shown)
    shown.send(PATH, fields)
    settle(house)
    told(house, "edit", "ask", what="undo", edit=1, by="wang", reason="again")
    settle(house)

    told(
        house, "reading", "add", meters=[MAIN], by="wang", reason=fields["reason"],
        at=fields["at"], value=fields["value"], unit="kWh",
    )  # fmt: skip

    with house.records.reading() as session:
        ours, theirs = edits.get(session, 1), edits.get(session, 3)
    assert ours is not None
    assert theirs is not None
    assert (ours.what, ours.meters, ours.span) == (theirs.what, theirs.meters, theirs.span)
    assert {**theirs.parameters, "form": fields["key"]} == ours.parameters


def test_a_form_that_comes_twice_is_kept_once_and_says_so(world: tuple[House, Phone]) -> None:
    house, shown = world
    fields = filled(shown)
    shown.send(PATH, fields, JPEG)

    again = shown.send(PATH, fields, JPEG)

    assert "Kept already, not twice, number 1" in again.text
    assert kept(house) == (1, 1, 0)
    settle(house)
    assert "Kept already, not twice, number 1" in shown.send(PATH, fields, JPEG).text
    other = shown.send(PATH, fields | {"value": f"{SHOWN + 8:.2f}"})
    assert other.status_code == 422
    assert "kept already, as edit 1, and said something else" in other.text
    assert kept(house)[0] == 1


def test_a_form_that_comes_many_times_at_once_is_kept_once(world: tuple[House, Phone]) -> None:
    house, shown = world
    fields = filled(shown)

    with ThreadPoolExecutor(6) as many:
        answers = list(many.map(lambda _: shown.send(PATH, fields), range(6)))

    assert kept(house)[0] == 1
    assert {"number 1" in one.text for one in answers} == {True}


def test_a_reading_below_the_last_is_asked_for_again_and_the_photo_is_not(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    fields = filled(shown, value="5")

    page = shown.send(PATH, fields, JPEG)

    assert page.status_code == 422
    assert "the register falls" in page.text
    assert "--yes" not in page.text
    assert kept(house) == (0, 1, 0)
    assert "The photo is kept, no need to take it again" in page.text
    insisting = shown.send(PATH, fields | {"evidence": sha256(JPEG).hexdigest(), "odd": "1"})
    assert "Kept, number 1" in insisting.text
    assert sha256(JPEG).hexdigest() in insisting.text


@pytest.mark.parametrize(
    "said",
    [
        {"unit": "MWh"},
        {"value": "12,5"},
        {"value": "1000000"},
        {"at": "tomorrow"},
        {"at": "2027-02-10T00:00"},
        {"at": "2026-02-09T23:00"},
        {"reason": " "},
    ],
)
def test_what_cannot_be_is_refused_on_the_page_as_at_the_command_line(
    world: tuple[House, Phone], said: dict[str, str]
) -> None:
    house, shown = world
    fields = filled(shown, **said)

    page = shown.send(PATH, fields)

    asked = {name: fields[name] for name in ("at", "value", "unit", "by", "reason")}
    sentence = refusal(house, "reading", "add", meters=[MAIN], **asked)
    assert page.status_code == 422
    assert sentence in page.text.replace("&#39;", "'").replace("&#34;", '"')
    assert f'value="{fields["key"]}"' in page.text
    assert kept(house) == (0, 0, 0)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"by": " "}, "Say who read it."),
        ({"value": ""}, "Write what the meter shows."),
        ({"evidence": "/etc/hostname"}, "The photo is not kept; take it again."),
        ({"evidence": "ab" * 32}, "The photo is not kept; take it again."),
    ],
)
def test_nothing_is_kept_of_a_form_that_says_too_little_or_names_a_file(
    world: tuple[House, Phone], said: dict[str, str], sentence: str
) -> None:
    house, shown = world

    page = shown.send(PATH, filled(shown, **said))

    assert page.status_code == 422
    assert sentence in page.text
    assert kept(house) == (0, 0, 0)


def test_a_file_that_is_no_photo_or_too_large_is_refused(world: tuple[House, Phone]) -> None:
    house, shown = world

    page = shown.send(PATH, filled(shown), b"<svg onload=alert(1)>")
    large = shown.send(PATH, filled(shown), JPEG + bytes(LIMIT_BYTES + 100_000))
    nearly = shown.send(PATH, filled(shown), JPEG + bytes(LIMIT_BYTES))
    long = shown.send(PATH, filled(shown, reason="x" * 1001), JPEG)

    assert (page.status_code, large.status_code, nearly.status_code) == (422, 413, 422)
    assert "is no photo (JPEG, PNG, HEIC)" in page.text
    assert "20 MB at the most" in large.text
    assert (long.status_code, "1000 signs at the most" in long.text) == (413, True)
    assert "evidence may have 20 MB at the most" in nearly.text
    assert kept(house) == (0, 0, 0)


def test_another_page_cannot_post_for_a_person(world: tuple[House, Phone]) -> None:
    house, shown = world

    page = shown.send(PATH, filled(shown), JPEG, origin="https://elsewhere.example")

    assert page.status_code == 403
    assert kept(house) == (0, 0, 0)


def test_a_second_reading_waits_for_the_collector_and_keeps_what_was_written(
    world: tuple[House, Phone],
) -> None:
    house, shown = world
    assert house.collector is not None
    house.collector.stop()
    house.collector = None  # nobody takes what is given
    shown.send(PATH, filled(shown))

    page = shown.send(PATH, filled(shown, at="2026-02-09T23:30", value=f"{SHOWN + 3:.2f}"))

    assert page.status_code == 503
    assert "Wait for the collector" in page.text
    assert f'value="{SHOWN + 3:.2f}"' in page.text


def test_meters_are_found_by_words_and_lead_to_their_forms(world: tuple[House, Phone]) -> None:
    _, shown = world

    assert f'href="/reading/{LIGHT}"' in shown.see("/reading?words=HALL+照明").text
    assert "There is no such meter." in shown.see("/reading?words=nowhere").text
    assert shown.see("/reading/nobody").status_code == 404
    assert shown.see(f"{PATH}?kept=7").status_code == 404
