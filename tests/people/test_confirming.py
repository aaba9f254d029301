"""Showing again that it is you: what asks for it, and how the proof comes along with the deed."""

import re
from datetime import timedelta

import httpx
import pyotp
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import ConfirmFirst
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer, require_confirmed
from buurtnet.people import actions
from tests.made import Made
from tests.people.steps import audited, worker

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def with_app(made: Made, vault: Vault, person_id: object) -> None:
    """Gives the worker an authenticator."""
    from buurtnet.kit.ids import new_id

    identity = new_id()
    sealed = vault.seal(SECRET, "credential", "sealed", identity)
    await made.insert("credential", id=identity, person_id=person_id, kind="totp", sealed=sealed)


async def long_ago(db: Db) -> None:
    await db.execute("update session set confirmed_at = now() - interval '16 minutes'")


def digits() -> str:
    return pyotp.TOTP(SECRET).now()


def hidden(page: str) -> dict[str, str]:
    asked = page.partition('id="refusal"')[2].partition("</section>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked))


@pytest.mark.parametrize(("minutes", "fresh"), [(None, False), (0, True), (15, True), (16, False)])
def test_a_proof_lasts_a_quarter_of_an_hour(minutes: int | None, fresh: bool) -> None:
    at = now()
    viewer = Viewer(confirmed_at=None if minutes is None else at - timedelta(minutes=minutes))
    if fresh:
        require_confirmed(viewer, at)
    else:
        with pytest.raises(ConfirmFirst):
            require_confirmed(viewer, at)


async def test_details_of_others_ask_for_it_and_those_of_my_own_people_do_not(db: Db, made: Made, vault: Vault) -> None:
    viewer = await worker(made)
    stale = Viewer(**{name: getattr(viewer, name) for name in Viewer.__struct_fields__} | {"confirmed_at": None})
    theirs, mine = await made.person("Amina"), await made.person("Mine", managed_by=viewer.person_id)
    for deed in (
        lambda who, why: actions.open_contact(db, vault, stale, who, why),
        lambda who, why: actions.start_acting(db, stale, who, why),
        lambda who, why: actions.look_after(db, stale, who, why),
    ):
        with pytest.raises(ConfirmFirst):
            await deed(theirs, "asked")
        await deed(mine, "")
    assert await db.fetchval("select count(*) from audit where reason = 'asked'") == 0


async def test_the_proof_comes_along_and_the_deed_is_done_at_once(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    sara, amina = await made.staff("Sara"), await made.person("Amina")
    await made.contact(amina, "amina@example.org")
    await with_app(made, vault, sara)
    await made.sign_in(client, sara, kind="staff")
    await long_ago(db)
    address = f"/desk/people/{amina}/contact"
    asked = await client.post(address, data={"reason": "call_back"})
    assert asked.status_code == 403 and "amina@example.org" not in asked.text and await audited(db) == []
    assert f'action="{address}"' in asked.text and hidden(asked.text) == {"reason": "call_back"}
    shown = await client.post(address, data=hidden(asked.text) | {"confirm_digits": digits()})
    assert shown.status_code == 200 and "amina@example.org" in shown.text
    assert await db.fetchval("select reason from audit where action = 'opened'") == "call_back"
    assert (await client.post(address, data={"reason": "safety"})).status_code == 200, "it lasts for a while"


async def test_wrong_digits_keep_what_was_typed_and_are_not_guessed(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, limits: Limits
) -> None:
    sara, amina = await made.staff("Sara"), await made.person("Amina")
    await with_app(made, vault, sara)
    await made.sign_in(client, sara, kind="staff")
    await long_ago(db)
    address, wrong = f"/desk/people/{amina}/look-after", f"{(int(digits()) + 1) % 1_000_000:06d}"
    answer = await client.post(address, data={"reason": "asked", "confirm_digits": wrong})
    assert answer.status_code == 422 and hidden(answer.text) == {"reason": "asked"} and 'aria-invalid="true"' in answer.text
    for _try in range(9):
        assert (await client.post(address, data={"reason": "asked", "confirm_digits": wrong})).status_code == 422
    assert (await client.post(address, data={"reason": "asked", "confirm_digits": digits()})).status_code == 429
    assert await audited(db) == [] and await db.fetchval("select managed_by from person where id = $1", amina) is None


async def test_a_worker_who_acts_for_somebody_confirms_as_themselves(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    sara, amina = await made.staff("Sara"), await made.person("Amina")
    await with_app(made, vault, sara)
    await made.sign_in(client, sara, kind="staff", acting_for=amina)
    await long_ago(db)
    answer = await client.post("/staff/confirm", data={"next": "/me"})
    assert answer.status_code == 403 and hidden(answer.text) == {"next": "/me"}
    answer = await client.post("/staff/confirm", data={"next": "/me", "confirm_digits": digits()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")


async def test_programs_and_residents_are_told_in_their_way(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await made.sign_in(client, await made.person())
    assert (await client.post("/staff/confirm", data={"confirm_digits": "123456"})).status_code == 404
    sara, amina = await made.staff("Sara"), await made.person("Amina")
    await made.sign_in(client, sara, kind="staff")
    await long_ago(db)
    answer = await client.post(f"/desk/people/{amina}/act", data={"reason": "asked"}, headers={"Accept": "application/json"})
    assert answer.status_code == 403 and answer.headers["content-type"].startswith("application/problem+json")
