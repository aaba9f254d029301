"""A worker's first day and the days after: invited, a passkey made by Chromium's own virtual device, signing in with it, and showing again
that it is them on the way to somebody's details."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page, expect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.vault import read_vault
from buurtnet.kit.viewer import SYSTEM
from buurtnet.people.actions import add_staff, open_session
from buurtnet.people.rules import STAFF
from buurtnet.people.schemas import NewStaff
from tests.browser.conftest import Person, Site

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def hold_device(page: Page) -> tuple[Any, str]:
    """A device that knows its owner by their finger; the way to speak with it, and its id."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


async def appoint_coordinator(site: Site, database: Database) -> str:
    """The token of a session of a coordinator of the organisation that is there."""
    async with database.transaction() as db:
        organisation_id = await db.fetchval("select organisation_id from staff order by person_id limit 1")
        new = NewStaff(organisation_id=organisation_id, given_name="Karim", email="karim@example.org", roles=["coordinator"])
        added = await add_staff(db, read_vault(site.settings.keys), SYSTEM, new, region="BE")
        return (await open_session(db, added.person_id, stay=False, at=now(), kind="staff", life=STAFF)).token


async def presses(worker: Person, selector: str) -> None:
    async with worker.page.expect_navigation():
        await worker.page.locator(selector).first.click()


async def test_from_an_invitation_to_a_passkey_and_back(site: Site, meet: Callable[..., Any]) -> None:
    host = site.url.replace("127.0.0.1", "localhost")  # A number is no host for a passkey.
    karim, mail = await meet(language="en"), "mia-passkey@example.org"
    database = Database(site.settings.worker_url, size=1)
    await database.open()
    token = await appoint_coordinator(site, database)
    await karim.context.add_cookies([{"name": "session", "value": token, "url": site.url}])
    await karim.open("/desk/staff/new")
    await karim.type("[name=given_name]", "Mia")
    await karim.type("[name=email]", mail)
    await karim.page.locator("input[name=roles][value=facilitator]").check(force=True)
    await karim.page.locator(f"input[name=own][value='{site.ground.asker_hood}']").check(force=True)
    await karim.type("[name=secrecy]", "art. 458")
    await karim.send()
    assert karim.path.startswith("/desk/staff#") and await karim.page.locator("li mark").count() == 1

    mia = await meet(language="en")
    mia.context.set_default_timeout(30_000)  # The first passkey of a process waits for its library.
    mia.site = Site(msgspec.structs.replace(site.settings, url=host), site.ground)
    device, device_id = await hold_device(mia.page)
    await mia.open("/staff/sign-in")
    await mia.type("[name=address]", mail)
    await mia.send("form[action='/staff/sign-in'] button")
    await mia.type("[name=code]", await mia.code(mail))
    await mia.send()
    assert mia.path == "/staff/begin" and await mia.page.locator("svg.qr").count()
    assert await mia.check_access() == []
    await presses(mia, "button[data-passkey]")
    assert mia.path == "/desk"
    [kept] = (await device.send("WebAuthn.getCredentials", {"authenticatorId": device_id}))["credentials"]
    assert kept["isResidentCredential"] and kept["rpId"] == "localhost"

    await mia.open("/me")
    await mia.send("form[action='/sign-out'] button")
    await mia.open("/staff/sign-in")
    assert await mia.check_access() == []
    async with mia.page.expect_request(f"{host}/staff/sign-in/passkey") as asked:
        await presses(mia, "button[data-passkey]")
    sent = (await asked.value).post_data
    form = {"content-type": "application/x-www-form-urlencoded"}
    again = await mia.context.request.post(f"{host}/staff/sign-in/passkey", data=sent, headers=form)
    assert again.status == 422, "an answer counts once"
    assert mia.path == "/desk" and "Mia" in await mia.text()

    async with database.transaction() as db:
        await db.execute("update session set confirmed_at = now() - interval '1 hour'")
    await database.close()
    await mia.open("/staff/passkeys")
    assert await mia.page.locator("[name=confirm_digits]").count() and await mia.check_access() == []
    await presses(mia, "button[data-passkey]")
    assert mia.path == "/staff/passkeys" and await mia.check_access() == []
    assert await mia.page.locator("form[action$='/remove']").count() == 1
    await presses(mia, "form[action$='/remove'] button")
    assert "Voeg eerst een andere toe" in await mia.text(), "nobody locks themselves out"

    await device.send("WebAuthn.setUserVerified", {"authenticatorId": device_id, "isUserVerified": False})
    await mia.open("/me")
    await mia.send("form[action='/sign-out'] button")
    await mia.open("/staff/sign-in")
    await mia.page.locator("button[data-passkey]").click()
    await expect(mia.page.locator("[data-passkey-failed]")).to_be_visible()
    assert mia.path == "/staff/sign-in", "a device that does not know who holds it opens nothing"
