"""Flags of a text in the database, the rules loaded there, and the page with helplines."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.screening import actions, queries
from buurtnet.screening.schemas import LeadsTo, Subject
from buurtnet.web.language import BY_CODE, LANGUAGES
from tests.made import Made


def said(object_id: UUID, text: str, author_id: UUID, **more: Any) -> Subject:
    given: dict[str, Any] = {"object_kind": "post", "language": "nl", "organisation_id": None, "at": now()}
    return Subject(object_id=object_id, text=text, author_id=author_id, **(given | more))


async def test_a_text_is_screened_and_its_flags_are_kept_in_place_of_earlier_ones(db: Db, made: Made) -> None:
    post, other, amina = new_id(), new_id(), await made.person()
    text = "🏠 Bel 0475 12 34 56, ik wil dood"
    flags = await actions.screen_text(db, said(post, text, amina))
    assert [(flag.kind, text[flag.start : flag.end]) for flag in flags] == [("contact", "0475 12 34 56"), ("suicide", "wil dood")]
    assert await queries.find_flags(db, "post", post) == flags
    assert await queries.find_flags(db, "message", post) == []
    again = await actions.screen_text(db, said(post, "Wie helpt mij verhuizen?", amina))
    assert again == await queries.find_flags(db, "post", post) == []
    await actions.screen_text(db, said(other, "gratis, 20 euro", amina))
    assert [flag.kind for flag in await queries.find_flags(db, "post", other)] == ["money"]
    assert await queries.find_flags(db, "post", post) == []


async def test_rules_are_loaded_once_and_keep_their_ids(connection: Db) -> None:
    before = await queries.list_rules(connection)
    assert {(rule.language, rule.kind, rule.pattern, rule.leads_to, rule.most) for rule in before} == set(actions.read_rules())
    gone = before[3]
    await connection.execute("delete from rule where id = $1", gone.id)
    await connection.execute("insert into rule (id, language, kind, pattern, leads_to) values (30000, 'xx', 'old', 'old', 'review')")
    await actions.load_rules(connection)
    after = await queries.list_rules(connection)
    ids = {(rule.language, rule.kind, rule.pattern): rule.id for rule in after}
    assert all(ids[rule.language, rule.kind, rule.pattern] == rule.id for rule in before if rule != gone)
    assert len(after) == len(before) and "xx" not in {rule.language for rule in after}
    assert ids[gone.language, gone.kind, gone.pattern] not in {rule.id for rule in before if rule != gone}


async def test_rules_are_read_again_as_soon_as_they_differ(connection: Db, made: Made) -> None:
    """Also where a change is taken back, and where another organisation's rules were read between."""
    home, other = await made.home_organisation(), await made.organisation("Buurtwerk Noord")
    before = await queries.list_rules(connection, home)
    assert await queries.list_rules(connection, home) is before
    change = connection.transaction()
    await change.start()
    resting, least = (rule.id for rule in before if rule.leads_to is LeadsTo.REVIEW and rule.most is None), before[-1].id + 1
    await made.insert("rule_change", id=new_id(), organisation_id=home, rule_id=next(resting), leads_to="off", why="Vals alarm")
    rested = await queries.list_rules(connection, home)
    assert len(rested) == len(before) - 1 and await queries.list_rules(connection, other) == before
    await connection.execute("update rule set leads_to = 'sensitive' where id = $1", last := next(resting))
    assert {rule.id: rule.leads_to for rule in await queries.list_rules(connection, home)}[last] is LeadsTo.SENSITIVE
    await made.insert("rule", id=least, organisation_id=home, language="any", kind="own", pattern="blauwe bal", leads_to="review")
    assert [rule.pattern for rule in await queries.list_rules(connection, home) if rule.id == least] == ["blauwe bal"]
    await change.rollback()
    assert await queries.list_rules(connection, home) == before
    await made.insert("rule", id=least, organisation_id=home, language="any", kind="own", pattern="rode bal", leads_to="review")
    assert [rule.pattern for rule in await queries.list_rules(connection, home) if rule.id == least] == ["rode bal"]


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
async def test_helplines_are_there_for_everybody(client: httpx.AsyncClient, language: str) -> None:
    answer = await client.get("/helplines", headers={"Accept-Language": language})
    assert answer.status_code == 200
    for line in queries.list_helplines():
        assert f'href="tel:{line.tel}"' in answer.text
        assert line.name[language] in answer.text.replace("&#39;", "'")
    assert answer.text.index('href="tel:112"') == min(answer.text.index(f'href="tel:{line.tel}"') for line in queries.list_helplines())


def test_helplines_that_fit_come_first_after_the_emergency_number() -> None:
    assert [line.number for line in queries.helplines_for("suicide", language="nl")][:2] == ["112", "1813"]
    assert [line.number for line in queries.helplines_for("suicide", language="fr")][:2] == ["112", "0800 32 123"]
    assert [line.number for line in queries.helplines_for("violence", language="fr")][:2] == ["112", "0800 30 030"]
    assert {line.number for line in queries.helplines_for(language="tr")} >= {"112", "1712", "1813", "107"}


def test_every_danger_has_helplines_in_every_language() -> None:
    for line in queries.list_helplines():
        assert line.name.keys() == line.purpose.keys() == BY_CODE.keys()
        assert line.tel.isdecimal() and line.tel == "".join(filter(str.isdecimal, line.number))
    dangers = {kind for _, kind, _, leads_to, _ in actions.read_rules() if leads_to is LeadsTo.DANGER}
    assert dangers <= {kind for line in queries.list_helplines() for kind in line.kinds}
