"""The console's pages of devices that are heard and not registered: found, adopted, refused."""

import json
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from energy.registry import Registry
from storage.opening import open_store
from storage.records import adopted, audit, dead_letters, heard, letter_requests
from storage.records import reference as reference_records
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from storage.records.heard import UnknownChannel
from storage.reference.files import read_reference
from tests.builders import MAIN_METER, SUB_METER, registry_of
from tests.filled import NOW
from tests.record_promises import stored
from tests.web import ask

CHECKOUT = Path(__file__).parents[2]
OURS = {"origin": "http://console", "content-type": "application/x-www-form-urlencoded"}
HOSTILE = '"><img src=x onerror="alert(1)">'
HOUR = 3_600_000
ANSWERS = {
    "device.device": "boiler-1", "device.time_unit": "s", "=ep.chosen": "1", "=ep.meter": "boiler",
    "=ep.name_zh": "锅炉房", "=ep.name_en": "Boiler", "=ep.kind": "electricity",
    "=ep.table": "register", "=ep.unit": "kWh", "=ep.building": "hall", "=ep.role": "check",
    "=ep.step": "0.01", "=ep.digits": "8", "=ep.ratio": "200/5", "=ep.max_rate": "100",
    "=ep.interval": "1h", "author": "li", "why": "boiler room", "retry": "1",
}  # fmt: skip


def unknown(device: str, channel: str, *, first: int = NOW, unit: str = "") -> UnknownChannel:
    return UnknownChannel(
        "west", device, channel, "", "own_single", f"meters/{device}", first, NOW, 1234, "7.25",
        unit,
    )  # fmt: skip


def letter(number: int, device: str, **values: float) -> DeadLetter:
    body = json.dumps({"time": NOW // 1000 - 3600 * number, "values": values}).encode()
    return DeadLetter(
        number, "west", f"meters/{device}", body, "unknown device", NOW - HOUR * number, 1,
        "own_single", 1,
    )  # fmt: skip


@pytest.fixture
def app(records: Records) -> FastAPI:
    with records.session() as session:
        reference = read_reference(CHECKOUT / "reference")
        reference_records.replace(session, reference, author="test", reason="start")
        heard.publish(
            session,
            "west",
            [
                unknown("boiler-1", "ep", first=NOW - HOUR),
                unknown("boiler-1", "ua"),
                unknown("panel", "ua", first=NOW - 9 * HOUR, unit="V"),
                unknown(HOSTILE, HOSTILE, first=NOW - 20 * HOUR),
            ],
            NOW,
        )
        letters = [letter(number, "boiler-1", ep=9 - number) for number in range(1, 6)]
        dead_letters.publish(session, [*letters, letter(7, "other", ep=1)])
    stored(records, registry_of(MAIN_METER, SUB_METER))
    return create_app(
        store=open_store("memory:"), records=records, status=dict, now=lambda: NOW, language="en"
    )


def post(app: FastAPI, fields: dict[str, str], device: str = "boiler-1") -> httpx.Response:
    address = f"/heard/adopt?{urlencode({'device': device})}"
    return ask(app, address, method="POST", content=urlencode(fields), headers=OURS)


def registry(records: Records) -> Registry:
    with records.reading() as session:
        return registry_records.load(session)


def beside(page: str, field: str) -> str:
    """Return the complaint that stands beside a field."""
    _, found, rest = page.partition(f'id="{field}.wrong">')
    return rest.partition("</p>")[0].strip() if found else ""


def test_the_list_shows_devices_with_their_channels_the_newest_first(app: FastAPI) -> None:
    page = ask(app, "/heard").text

    assert "Heard devices 3 · channels 4" in page
    places = [page.index(f"device={name}") for name in ("boiler-1", "panel", "%22%3E")]
    assert places == sorted(places)
    assert page.count("the device is registered") == 1
    assert '7.25 <span class="unit">V</span>' in page
    assert "first heard 2026-11-25 11:30" in page
    assert "1,234" in page


@pytest.mark.parametrize(
    ("words", "count"), [("BOILER", 1), ("meters/", 3), ("ua", 2), ("own_single", 3), ("x-y", 0)]
)
def test_words_find_devices_by_all_that_is_shown(app: FastAPI, words: str, count: int) -> None:
    page = ask(app, f"/heard?{urlencode({'words': words})}").text

    assert f"Heard devices {count} ·" in page
    assert page.count('class="button"') == count


def test_the_form_is_filled_with_what_was_heard_and_marks_what_is_guessed(app: FastAPI) -> None:
    page = ask(app, "/heard/adopt?device=boiler-1").text

    for filled in (
        'name="device.device" value="boiler-1"', 'name="=ep.meter" value="boiler-1_ep"',
        'name="=ep.interval" value="1h"', 'name="=ep.digits" value=""',
        'name="=ep.ratio" value=""',
    ):  # fmt: skip
        assert filled in page
    assert '<option value="s" selected>s</option>' in page
    assert '<option value="hall" selected>Hall</option>' in page
    assert "a guess, look at it" in page
    assert 'name="device.timezone"' not in page  # own_single sends no local time
    assert '<option value="hall_main">Hall main</option>' in page  # a meter that may be above


def test_a_device_that_is_registered_is_asked_for_its_channels_alone(app: FastAPI) -> None:
    page = ask(app, "/heard/adopt?device=panel").text

    assert 'name="device.device"' not in page
    assert '<option value="V" selected>V</option>' in page


def test_an_adopted_device_is_registered_and_what_it_said_is_asked_for(
    app: FastAPI, records: Records
) -> None:
    answer = post(app, ANSWERS)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/heard?adopted=boiler-1&letters=5"
    known = registry(records)
    assert known.number == 2
    meter = known.meter["boiler"]
    assert (meter.device, meter.channel, meter.institution) == ("boiler-1", "ep", "town")
    assert meter.ratio == 40
    assert known.device["boiler-1"].time_unit == "s"
    with records.reading() as session:
        waiting = letter_requests.waiting(session, "west", 9)
        entries = audit.recent(session, 2)
        assert adopted.missing(session, registry_of(MAIN_METER)) == [("boiler-1", "ep")]
    assert [one.letter for one in waiting] == [1, 2, 3, 4, 5]
    assert {(one.who, one.what) for one in entries} == {
        ("li", "dead letters: retry"), ("li", "registry replaced"),
    }  # fmt: skip
    page = ask(app, answer.headers["location"]).text
    assert "Adopted: <strong>boiler-1</strong>" in page
    assert "More messages of it were refused meanwhile" not in page


def test_messages_that_came_meanwhile_are_offered_to_be_read_again(
    app: FastAPI, records: Records
) -> None:
    post(app, ANSWERS)
    with records.session() as session:
        dead_letters.publish(session, [letter(8, "boiler-1", ep=10)])
    assert "refused meanwhile: <strong>1</strong>" in ask(app, "/heard?adopted=boiler-1").text

    fields = urlencode({"device": "boiler-1", "author": "li"})
    ask(app, "/heard/read-again", method="POST", content=fields, headers=OURS)

    assert "refused meanwhile" not in ask(app, "/heard?adopted=boiler-1").text


def test_mistakes_stand_beside_their_fields_and_nothing_is_lost_or_changed(
    app: FastAPI, records: Records
) -> None:
    wrong = {"=ep.digits": "many", "=ep.role": "sub", "=ep.step": "", "device.device": "boiler 1"}

    answer = post(app, ANSWERS | wrong)

    assert answer.status_code == 422
    assert beside(answer.text, "=ep.digits").startswith("&#39;many&#39; is not a number.")
    assert beside(answer.text, "=ep.parent").startswith("it is empty")
    assert beside(answer.text, "=ep.step").startswith("it is empty")
    assert beside(answer.text, "device.device").startswith("&#39;boiler 1&#39; cannot be a name")
    assert beside(answer.text, "=ep.ratio") == ""
    for kept in ('value="many"', 'value="200/5"', 'value="锅炉房"', 'value="boiler room"'):
        assert kept in answer.text
    assert registry(records).number == 1
    with records.reading() as session:
        assert letter_requests.waiting(session, "west", 9) == []


def test_a_mistake_in_a_rare_field_opens_it(app: FastAPI) -> None:
    closed = ask(app, "/heard/adopt?device=boiler-1").text
    page = post(app, ANSWERS | {"=ep.resolution": "0.001"}).text

    assert '<details class="rare">' in closed
    assert beside(page, "=ep.step").startswith("0.01 is coarser than the resolution")
    assert page.count('<details class="rare" open>') == 1


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [("=ep.chosen", "Choose a channel at least."), ("author", "Say who you are.")],
)
def test_a_form_that_says_too_little_says_what_is_missing(
    app: FastAPI, records: Records, left_out: str, sentence: str
) -> None:
    answer = post(app, {name: said for name, said in ANSWERS.items() if name != left_out})

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'value="boiler"' in answer.text
    assert registry(records).number == 1


def test_a_tariff_that_nobody_defined_is_refused_as_an_import_would(
    app: FastAPI, records: Records
) -> None:
    answer = post(app, ANSWERS | {"=ep.tariff": "free_for_all"})

    assert "boiler names &#39;free_for_all&#39;" in beside(answer.text, "=ep.tariff")
    assert registry(records).number == 1


def test_two_who_adopt_the_same_device_leave_one_of_it(app: FastAPI, records: Records) -> None:
    assert post(app, ANSWERS).status_code == 303

    answer = post(app, ANSWERS)

    assert answer.status_code == 422
    assert "&#39;ep&#39; is not among the unregistered ones any more" in answer.text
    assert registry(records).number == 2


def test_a_page_of_somebody_else_cannot_adopt_for_a_person(app: FastAPI, records: Records) -> None:
    for path in ("/heard/adopt?device=boiler-1", "/heard/read-again"):
        headers = OURS | {"origin": "http://elsewhere"}
        answer = ask(app, path, method="POST", content=urlencode(ANSWERS), headers=headers)
        assert answer.status_code == 403
    assert registry(records).number == 1


def test_what_was_never_heard_cannot_be_adopted(app: FastAPI) -> None:
    for answer in (ask(app, "/heard/adopt?device=x"), post(app, ANSWERS, device="x")):
        assert (answer.status_code, "Nothing unregistered is heard" in answer.text) == (404, True)


def test_words_of_a_device_are_words_on_the_pages(app: FastAPI) -> None:
    query = urlencode({"device": HOSTILE, "words": HOSTILE, "adopted": HOSTILE})
    for path in ("/heard", f"/heard?{query}", f"/heard/adopt?{query}"):
        page = ask(app, path)
        assert page.status_code == 200
        assert "<img src=x" not in page.text
    answer = post(app, {f"={HOSTILE}.chosen": "1", "author": HOSTILE}, device=HOSTILE)
    assert answer.status_code == 422
    assert "<img src=x" not in answer.text


def test_every_page_is_there_in_chinese_and_keeps_what_it_asks_for(app: FastAPI) -> None:
    page = ask(app, "/heard/adopt?device=boiler-1&lang=zh").text

    assert "登记采集设备 boiler-1" in page
    assert "互感器，如 40 或 200/5" in page
    assert 'href="/heard/adopt?device=boiler-1&amp;lang=en"' in page
    assert "设备发现 3 · 通道 4" in ask(app, "/heard?lang=zh").text
