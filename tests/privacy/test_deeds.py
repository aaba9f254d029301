"""What workers did, as they and their coordinator read it: every deed in words, nobody's name in it."""

import ast
import re

import httpx
import pytest

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.privacy.rules.deeds import BEGINNINGS, KINDS, OTHERWISE, TWICE, actions_of, say_deed
from tests.made import Made
from tests.test_architecture import PYTHON, ROOT

WRITERS = {"record_audit", "audit_worker", "tell_change", "_audit_acting", "_note", "_set_manager"}


def written() -> dict[str, str]:
    """Every name of a deed that the program writes into the audit, and where."""
    found: dict[str, str] = {}
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITERS:
                for value in node.args[2:3] + node.args[4:5]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                        found[value.value] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def test_every_deed_has_words_of_its_own() -> None:
    found = written()
    assert {"registered", "block asked", "staff left"} <= set(found)
    vague = {OTHERWISE, *(text for _beginning, text in BEGINNINGS)}
    assert {name: where for name, where in found.items() if name not in TWICE and say_deed(name, None) in vague} == {}


def test_deeds_are_said_by_what_they_were_done_to_and_without_numbers() -> None:
    assert say_deed("opened", "contact") != say_deed("opened", None) != say_deed("opened", "conversation")
    assert say_deed("12 cards issued", "card") == say_deed("cards issued", None)
    assert say_deed("person_something", None) == dict(BEGINNINGS)["person"] and say_deed("?", None) == OTHERWISE
    assert actions_of("") is None and "opened" in (actions_of("details") or []) and set(KINDS) == {"details", "decisions", "people", "work"}


async def did(db: Db, worker: object, action: str, **more: object) -> None:
    await record_audit(db, Viewer(person_id=worker, actor_id=worker), action, **more)  # type: ignore[arg-type]


async def test_a_coordinator_reads_what_was_done_and_nothing_about_whom(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    sara, amina = await made.staff("Sara"), await made.person("Kanarieamina")
    await did(db, sara, "opened", subject=amina, object_kind="contact", object_id=amina, reason="call_back")
    await did(db, sara, "post_refused", subject=amina, object_kind="post", object_id=new_id(), reason="unclear")
    await record_audit(db, Viewer(person_id=amina, actor_id=sara), "registered", subject=amina)
    await made.sign_in(client, await made.staff("Karim", role="coordinator", hoods=()), kind="staff")
    page = (await client.get(f"/desk/audit?of={sara}")).text
    for said in (
        "opened a number or an address",
        "Calling back",
        "did not place a message",
        "registered somebody",
        "while acting for somebody",
    ):
        assert said in page, said
    assert "kanarie" not in page.lower() and str(amina) not in page
    assert not set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", page)) & {str(row["id"]) for row in await db.fetch("select id from audit")}
    alone = (await client.get(f"/desk/audit?of={sara}&what=details")).text
    assert "opened a number" in alone and "did not place" not in alone


@pytest.mark.parametrize("reader", ["facilitator", "mapper", "elsewhere"])
async def test_others_read_their_own_alone(client: httpx.AsyncClient, db: Db, made: Made, reader: str) -> None:
    sara, amina = await made.staff("Sara"), await made.person("Amina")
    await did(db, sara, "registered", subject=amina)
    other = await made.organisation("CAW")
    more = {"organisation_id": other} if reader == "elsewhere" else {}
    role = "coordinator" if reader == "elsewhere" else reader
    me = await made.staff("Mia", role=role, hoods=(), **more)
    await did(db, me, "card given", subject=amina)
    await made.sign_in(client, me, kind="staff")
    assert (await client.get(f"/desk/audit?of={sara}")).status_code == 404
    assert (await client.get(f"/desk/audit?of={amina}")).status_code == 404
    assert (await client.get("/desk/audit?of=x")).status_code == 404
    own = (await client.get("/desk/audit")).text
    assert "gave a card" in own and "registered somebody" not in own


async def test_what_somebody_did_stays_readable_after_they_left(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    from buurtnet.kit.clock import now

    tom = await made.person("Tom", None)
    await made.insert("tenure", person_id=tom, organisation_id=await made.home_organisation(), left_at=now())
    for _time in range(70):
        await did(db, tom, "registered")
    await made.sign_in(client, await made.staff("Karim", role="coordinator", hoods=()), kind="staff")
    first = (await client.get(f"/desk/audit?of={tom}")).text
    assert first.count("registered somebody") == 60 and "does not work here any more" in first
    [more] = re.findall(r'href="(/desk/audit\?of=[^"]*after=[^"]*)"', first)
    assert (await client.get(more.replace("&amp;", "&"))).text.count("registered somebody") == 10
