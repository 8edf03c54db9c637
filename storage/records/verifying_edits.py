"""Holds edits of readings, what they overruled, and roles of people to what the chain says."""

import json
from collections.abc import Sequence

from sqlalchemy.orm import Session

from energy.text import Text
from storage.records import edits, frozen, people, reading_versions
from storage.records.chain import Link

Found = tuple[int, Text]
"""Number of the link that does not hold any more, 0 where it is none, and what differs."""


def is_of_rows(link: Link) -> bool:
    """Tell whether a link says what rows of other tables have to say, too."""
    if link.what == people.ADDED:
        return True
    return link.what == edits.EDITED and "edit" in link.told


def problem_of_rows(session: Session, links: Sequence[Link]) -> Found | None:
    """Return the first thing that rows of other tables say otherwise; None if there is nothing.

    Args:
        session: Of the records.
        links: Those of which ``is_of_rows`` is true; what they name in ``frozen`` is whole.
    """
    for link in links:
        problem = _of_person(session, link)
        if link.what == edits.EDITED:
            problem = _of_edit(session, link)
        if problem is not None:
            return link.number, problem
    unsaid = _put_in(session, links)
    if unsaid is not None:
        return 0, unsaid
    for key in reading_versions.altered(session):
        return 0, _other_value(key)
    return None


def _put_in(session: Session, links: Sequence[Link]) -> Text | None:
    """Return the first person with roles and the first edit that no link speaks of; None if none.

    Who has no role signs nothing, and becomes a person by doing anything.
    """
    added = {link.subject for link in links if link.what == people.ADDED}
    for person in people.all(session):
        if person.roles and person.person not in added:
            return Text(
                f"人员 {person.person} 的角色 {person.roles} 无人授予",
                f"nobody gave person {person.person} the roles {person.roles}",
            )
    made = {link.told["edit"] for link in links if link.what == edits.EDITED}
    for number in sorted(edits.dates(session)):
        if number not in made:
            return Text(f"第 {number} 次更正无人录入", f"edit {number} was made by nobody")
    return None


def _of_person(session: Session, link: Link) -> Text | None:
    if link.what != people.ADDED:
        return None
    person = people.get(session, link.subject)
    if person is None:
        return Text(f"人员 {link.subject} 已被删去", f"person {link.subject} is gone")
    if person.roles == link.told["roles"]:
        return None
    return Text(
        f"人员 {link.subject} 的角色应为 {link.told['roles']}，现为 {person.roles}",
        f"person {link.subject} was given the roles {link.told['roles']}, and has {person.roles}",
    )


def _of_edit(session: Session, link: Link) -> Text | None:
    number, kept = link.told["edit"], frozen.get(session, link.told["sha256"])
    if kept is None or kept.content is None:
        return None  # what is frozen is looked after elsewhere, and said
    content = json.loads(kept.content)
    edit = edits.get(session, number)
    if edit is None:
        return Text(f"第 {number} 次更正已被删去", f"edit {number} is gone")
    now = edits.said_of(edit)
    if people.is_called(session, content["edit"][edits.AUTHOR], edit.author):
        now[edits.AUTHOR] = content["edit"][edits.AUTHOR]  # by name, or by id once it was erased
    changed = [name for name, said in content["edit"].items() if now[name] != said]
    if changed:
        name = changed[0]
        return Text(
            f"第 {number} 次更正的 {name} 应为 {content['edit'][name]}，现为 {now[name]}",
            f"{name} of edit {number} was {content['edit'][name]}, and is {now[name]}",
        )
    gone = reading_versions.missing(session, content["overruled"])
    if gone is not None:
        return Text(
            f"第 {number} 次更正所替代的读数 {gone} 已丢失",
            f"a reading that edit {number} overruled is gone: {gone}",
        )
    return None


def _other_value(key: str) -> Text:
    return Text(
        f"被替代的读数 {key} 已被改动",
        f"the overruled reading {key} says something else than it was kept with",
    )
