"""Findings on the console's pages and as JSON, with the clerk of a real house behind them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from energy.finding import FindingState
from energy.finding_step import Stage
from energy.span import from_ms
from jieneng.wiring import House
from storage.records import evidence, finding_steps, findings
from tests.edit_world import MAIN, TRUE, house_with
from tests.finding_life import PUMP, SILENT
from tests.hand_world import JPEG, Phone, phone_of

COSTLY = replace(PUMP, meter=MAIN, evidence={"before_kw": 31.0, "after_kw": 41.0})


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_with(tmp_path_factory.mktemp("life"), "memory:", TRUE[MAIN]) as made:
        yield made


@pytest.fixture(scope="module")
def phone(house: House) -> Iterator[Phone]:
    with phone_of(house) as shown:
        yield shown


@pytest.fixture
def number(house: House) -> int:
    """Keep a costly finding that is open, and return its number."""
    with house.records.session() as session:
        count = len(findings.current(session))
        opened = replace(COSTLY, rule=f"level_shift_{count}", end=house.clock())
        at = house.clock()
        return findings.save(session, opened, state=FindingState.OPEN, at=at).number


def day(house: House, ahead: int) -> str:
    return (from_ms(house.clock()) + timedelta(days=ahead)).date().isoformat()


def send(phone: Phone, number: int, step: str, photo: bytes = b"", **said: str) -> str:
    """Fill in the form of a finding, press a button, and return the page that comes."""
    fields = phone.fields(f"/findings/{number}") | {"step": step, "by": "王工"} | said
    return phone.send(f"/findings/{number}", fields, photo).text


def stage_of(house: House, number: int) -> Stage:
    with house.records.reading() as session:
        handling = finding_steps.handlings(session)[number]
    return handling.stage_at(house.clock())


def test_the_page_says_everything_in_both_languages_with_amount_interval_and_cost(
    phone: Phone, number: int
) -> None:
    page = phone.see(f"/findings/{number}").text
    for words in (
        "10 kW more at night.",
        "夜间多用 10 kW。",
        "87,600 kWh a year (80 %: 80,000 to 95,000)",
        "70,000 yuan a year",
        "Look at the pumps.",
        "after_kw",
        "1970-04-11",
    ):
        assert words in page
    assert "<script" not in page


def test_a_person_takes_it_from_new_to_fixed_on_the_page(
    phone: Phone, house: House, number: int
) -> None:
    assert "It is kept." in send(phone, number, "acknowledge")
    send(phone, number, "assign", to="李工")
    send(phone, number, "due", until=day(house, 10))
    send(phone, number, "work")
    page = send(phone, number, "fix", words="timer set")
    assert stage_of(house, number) is Stage.FIXED
    assert "The meter verifies it when" in page
    assert "timer set" in page
    assert "assigned to 李工" in page
    assert day(house, 10) in page
    assert "frozen when accepted" in page


def test_a_step_that_cannot_be_taken_comes_back_with_why_and_what_was_written(
    phone: Phone, house: House, number: int
) -> None:
    fields = phone.fields(f"/findings/{number}") | {"by": "王工", "words": "", "step": "reject"}
    answer = phone.send(f"/findings/{number}", fields)
    assert answer.status_code == 422
    assert "Say what, or why" in answer.text
    assert 'value="王工"' in answer.text
    assert "Say who you are" in send(phone, number, "acknowledge", by=" ")
    with house.records.reading() as session:
        assert finding_steps.of_finding(session, number) == []


def test_the_page_offers_only_what_may_be_done_and_a_stale_one_is_refused(
    phone: Phone, number: int
) -> None:
    before = phone.fields(f"/findings/{number}") | {"by": "王工", "step": "acknowledge"}
    send(phone, number, "reject", words="机房")
    page = phone.see(f"/findings/{number}").text
    assert 'value="resume"' in page
    assert 'value="acknowledge"' not in page
    assert "is not raised again while it looks the same" in page
    stale = phone.send(f"/findings/{number}", before)
    assert stale.status_code == 422
    assert "it cannot be acknowledged now" in stale.text


def test_a_form_that_is_sent_twice_is_kept_once(phone: Phone, house: House, number: int) -> None:
    fields = phone.fields(f"/findings/{number}")
    fields |= {"by": "王工", "step": "comment", "words": "看过了"}
    assert "It is kept." in phone.send(f"/findings/{number}", fields).text
    assert "It was kept already." in phone.send(f"/findings/{number}", fields).text
    with house.records.reading() as session:
        assert len(finding_steps.of_finding(session, number)) == 1


def test_a_photo_is_kept_as_evidence_and_stays_when_the_step_is_refused(
    phone: Phone, house: House, number: int
) -> None:
    page = send(phone, number, "attach", JPEG + b"1")
    assert f"finding-{number}-" in page
    refused = send(phone, number, "due", JPEG + b"2", until="2001-01-01")
    assert "a day that is yet to come" in refused
    assert 'name="evidence"' in refused
    with house.records.reading() as session:
        (taken,) = finding_steps.of_finding(session, number)
        assert evidence.content_of(session, taken.evidence) == JPEG + b"1"
    link = f"/findings/{number}/files/{taken.evidence}"
    assert link in page
    shown = phone.see(link)
    assert (shown.headers["content-type"], shown.content) == ("image/jpeg", JPEG + b"1")


def test_a_file_of_another_finding_is_not_handed_out(
    phone: Phone, house: House, number: int
) -> None:
    with house.records.session() as session:
        kept = evidence.put(
            session, b"a bill", name="bill.pdf", media_type="application/pdf", author="li", at=1
        )
    answer = phone.see(f"/findings/{number}/files/{kept.sha256}")
    assert answer.status_code == 404
    assert "no such file" in answer.text
    with house.records.session() as session:
        page = evidence.put(
            session, b"<script>1</script>", name="x", media_type="text/html", author="li", at=1
        )
    told = {"step": "attach", "by": "li", "evidence": page.sha256}
    phone.send(f"/api/v1/findings/{number}/steps", told)
    shown = phone.see(f"/findings/{number}/files/{page.sha256}")
    assert shown.headers["content-type"] == "application/octet-stream"


def test_a_name_that_nobody_had_is_said_when_it_is_given_a_finding(
    phone: Phone, number: int
) -> None:
    assert "张三 was not known and is now" in send(phone, number, "assign", to="张三")
    assert "was not known" not in send(phone, number, "assign", to="张三")


def test_another_page_takes_no_step(phone: Phone, house: House, number: int) -> None:
    fields = phone.fields(f"/findings/{number}") | {"by": "王工", "step": "acknowledge"}
    answer = phone.send(f"/findings/{number}", fields, origin="https://elsewhere.example")
    assert answer.status_code == 403
    with house.records.reading() as session:
        assert finding_steps.of_finding(session, number) == []


def test_the_list_shows_what_is_to_be_done_and_the_rest_by_state(phone: Phone, number: int) -> None:
    link = f'href="/findings/{number}"'
    assert link in phone.see("/findings").text
    send(phone, number, "reject", words="机房")
    assert link not in phone.see("/findings").text
    assert link in phone.see("/findings?state=rejected").text
    assert link in phone.see("/findings?state=all").text
    assert phone.see("/findings?state=nonsense").status_code == 400


def test_a_snooze_shows_until_when_and_the_day_is_included(
    phone: Phone, house: House, number: int
) -> None:
    page = send(phone, number, "snooze", until=day(house, 5))
    assert f"snoozed until {day(house, 5)}" in page
    assert stage_of(house, number) is Stage.SNOOZED


def test_words_of_people_are_text_never_markup(phone: Phone, number: int) -> None:
    page = send(phone, number, "comment", words="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_a_fault_of_data_has_no_amount_and_says_so(phone: Phone, house: House) -> None:
    with house.records.session() as session:
        silent = replace(SILENT, meter=MAIN)
        kept = findings.save(session, silent, state=FindingState.OPEN, at=house.clock())
    page = phone.see(f"/findings/{kept.number}?lang=zh").text
    assert "没有可计的量" in page
    assert "无价格" in page


def test_machines_read_and_take_steps_as_the_page_does(phone: Phone, number: int) -> None:
    row = phone.see(f"/api/v1/findings/{number}").json()
    assert row["stage"] == "new"
    assert row["steps"] == []
    assert "assignee" not in row
    told = {"step": "assign", "by": "王工", "to": "李工"}
    taken = phone.send(f"/api/v1/findings/{number}/steps", told).json()
    assert taken["stage"] == "assigned"
    assert taken["accepted"]["base_per_year"] == COSTLY.base_per_year
    assert taken["steps"][0]["step"] == "assign"
    assert taken["steps"][0]["to"] == taken["assignee"]
    found = phone.see("/api/v1/findings?stage=assigned").json()
    assert number in [one["number"] for one in found]
    steps = f"/api/v1/findings/{number}/steps?lang=en"
    refused = phone.send(steps, told | {"step": "resume"})
    assert refused.status_code == 400
    assert "cannot be resumed" in refused.text
    assert "Known: ack, assign" in phone.send(steps, told | {"step": "grow"}).text


@pytest.mark.parametrize("path", ["/findings/999", "/api/v1/findings/999"])
def test_a_finding_that_is_not_there_is_told_with_where_to_look(phone: Phone, path: str) -> None:
    answer = phone.see(path)
    assert answer.status_code == 404
    assert "jieneng findings list" in answer.text
    assert phone.send(path + ("/steps" if "api" in path else ""), {"by": "x"}).status_code == 404
