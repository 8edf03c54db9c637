"""The console's page of what is to be done, and the same for machines."""

from dataclasses import replace

import pytest
from fastapi import FastAPI

from api.app import create_app
from energy.finding import Finding, FindingState, Stream
from storage.opening import open_store
from storage.records import dead_letters, findings
from storage.records import registry as registry_records
from storage.records.book import Records
from storage.records.dead_letters import DeadLetter
from tests.builders import MAIN_METER, TOWN, registry_of
from tests.filled import NOW
from tests.web import ask

HOSTILE = '<img src=x onerror="alert(1)">'
LETTER = DeadLetter(1, "west", HOSTILE, b"{}", "unknown device", NOW - 9_000, 2)
FINDING = Finding(
    rule="night", version=1, meter="hall_main", stream=Stream.WASTE, start=0, end=NOW,
    goes_on=True, sentence_zh="夜间用电偏高", sentence_en="Nights use too much",
    check_zh="检查空调定时", check_en="Look at the timer",
)  # fmt: skip


@pytest.fixture
def app(records: Records) -> FastAPI:
    with records.session() as session:
        town, school = TOWN, replace(TOWN, institution="school", name_zh="学校", name_en="School")
        made = registry_of(MAIN_METER, institutions=[town, school])
        registry_records.replace(session, made, author="test", reason="first")
        dead_letters.publish(session, [LETTER])
        findings.save(session, FINDING, state=FindingState.OPEN, at=NOW)
    return create_app(
        store=open_store("memory:"), records=records, status=dict, now=lambda: NOW, language="en"
    )


def test_the_page_shows_tasks_by_urgency_with_what_to_do_and_where_to_go(app: FastAPI) -> None:
    page = ask(app, "/today")

    assert page.status_code == 200
    assert page.text.index("Now · 2") < page.text.index("Later · 1")
    assert 'href="/dead-letters?reason=unknown+device"' in page.text
    assert "Nights use too much" in page.text
    assert "Look at the timer" in page.text
    assert ask(app, "/dead-letters?reason=unknown+device").status_code == 200


def test_a_topic_from_outside_is_text_on_the_page_never_markup(app: FastAPI) -> None:
    page = ask(app, "/today")

    assert HOSTILE not in page.text
    assert "&lt;img src=x" in page.text


def test_the_page_speaks_chinese_and_leads_from_every_page(app: FastAPI) -> None:
    page = ask(app, "/today?lang=zh")

    assert "今天要办的事" in page.text
    assert "夜间用电偏高" in page.text
    for address in ("/", "/boards/district", "/dead-letters"):
        assert '<nav><a href="/">' in ask(app, address).text


def test_the_first_page_is_what_is_to_be_done_and_its_old_address_shows_the_same(
    app: FastAPI,
) -> None:
    first, old = (ask(app, address).text.partition("<main") for address in ("/", "/today"))

    assert first[2] == old[2]
    assert "Now · 2" in first[2]
    assert 'href="/boards/district"' in first[0]


def test_a_newcomer_is_told_on_the_first_page_how_to_begin(records: Records) -> None:
    app = create_app(
        store=open_store("memory:"), records=records, status=dict, now=lambda: NOW, language="zh"
    )

    page = ask(app, "/").text

    assert "登记表还是空的" in page
    assert "jieneng demo" in page


def test_an_institution_without_tasks_has_nothing_to_do(app: FastAPI) -> None:
    page = ask(app, "/today?institution=school")

    assert "Nothing is to be done today." in page.text
    assert ask(app, "/today?institution=gone").status_code == 400


def test_machines_get_the_same_tasks_in_both_languages(app: FastAPI) -> None:
    tasks = ask(app, "/api/v1/today").json()

    assert [one["source"] for one in tasks] == ["silent_meters", "dead_letters", "findings"]
    assert tasks[-1]["title"] == {"zh": "夜间用电偏高", "en": "Nights use too much"}
    assert ask(app, "/api/v1/today?institution=school").json() == []
