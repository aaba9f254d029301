"""The main job through HTTP, as two residents and a facilitator do it, and the ground it takes place on."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
import msgspec
import pyotp

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.vault import read_vault
from buurtnet.kit.viewer import SYSTEM
from buurtnet.local.refusals import Refused
from buurtnet.people.actions import add_area, add_organisation, add_staff
from buurtnet.people.schemas import NewStaff
from buurtnet.settings import Settings

T = TypeVar("T")
PATIENCE = 20.0
"""Seconds that any one step may take before the run counts as failed."""
TOWN = ("schaarbeek", "schaerbeek")
PLACES = "select n.id, n.names->>'nl' as name, m.names from neighbourhood n join municipality m on m.id = n.municipality_id where n.inhabited order by n.id"
NEXT_DOOR = "select b from neighbourhood_near where a = $1 and b <> $1 and b = any($2::int[]) order by level, metres limit 1"
TIES = "select count(*) from tie"


class Ground(msgspec.Struct, frozen=True):
    """Where the run takes place and who works there."""

    asker_hood: int
    helper_hood: int
    names: tuple[str, str]
    email: str
    otpauth: str


async def lay_ground(settings: Settings, geography: Path | None) -> Ground:
    """Two neighbourhoods next to each other, of the file or the map that is there, an organisation that serves the town and one facilitator."""
    database = Database(settings.worker_url, size=2)
    await database.open()
    try:
        async with database.transaction() as db:
            if geography is not None:
                from buurtnet.geography.actions import import_geography  # What reads maps takes a second to import.

                await import_geography(db, geography, "wijken-2025")
            rows = await db.fetch(PLACES)
            ours = [row for row in rows if any(town in str(name).lower() for name in row["names"].values() for town in TOWN)] or rows
            asker = next((row["id"] for row in ours if "Brabant" in row["name"]), ours[0]["id"])
            helper = await db.fetchval(NEXT_DOOR, asker, [row["id"] for row in ours]) or asker
            names = {row["id"]: row["name"] for row in ours}
            organisation = await add_organisation(db, SYSTEM, {"nl": "Sociale Dienst", "fr": "Service social", "en": "Social service"})
            await add_area(db, SYSTEM, organisation, {"nl": "Schaarbeek", "fr": "Schaerbeek"}, list(names))
            staff = NewStaff(
                organisation_id=organisation,
                given_name="Sara",
                email="sara@example.org",
                roles=["facilitator"],
                neighbourhoods=list(names),
                secrecy_basis="art. 458 Sw.",
            )
            added = await add_staff(db, read_vault(settings.keys), SYSTEM, staff, region=settings.phone_region)
    finally:
        await database.close()
    return Ground(asker, helper, (names[asker], names[helper]), staff.email, added.otpauth)


async def do_main_job(settings: Settings, ground: Ground, say: Callable[[str], None]) -> None:
    """Brings a need to a completed help and says each step; refuses where any step does not happen."""
    sara = Browser(settings)
    await sara.sign_in_as_staff(ground.email, ground.otpauth)
    say("Sara, the facilitator, signed in with a mailed code and her authenticator")
    before = await sara.read_draft(ground.asker_hood)
    hassan, amina = Browser(settings), Browser(settings)
    offer = await hassan.post_something(
        "offer", "transport.move", "Ik heb een sterke rug en help graag dragen.", ground.helper_hood, "hassan@example.org"
    )
    say("Hassan offered to carry things, joined with a mailed code, and saw what others see")
    need = await amina.post_something(
        "need", "transport.move", "Wie helpt zaterdag een kast naar boven dragen?", ground.asker_hood, "amina@example.org"
    )
    say("Amina asked for help with a cupboard, and joined")
    for post in (offer, need):
        await sara.decide(f"/desk/posts/{post}", verdict="approved")
    say("Sara read both (their first posts wait for her) and let them open")
    match_id = await _wait_for(lambda: sara.find(r"/desk/matches/([0-9a-f-]{36})", "/desk/matches"), "a suggested match")
    await sara.decide(f"/desk/matches/{match_id}", verdict="confirm")
    say("Buurtnet found that they fit; Sara looked at the match and confirmed it")
    await _wait_for(lambda: hassan.sees(f"/matches/{match_id}", "/"), "the question to the helper")
    if "Amina" in await hassan.text(f"/matches/{match_id}"):
        raise Refused("The helper saw a name before both said yes.")
    await hassan.send(f"/matches/{match_id}/answer", answer="yes")
    say("Hassan was asked, without a name, and said yes")
    await _wait_for(lambda: amina.sees(f"/matches/{match_id}", "/"), "the question to the asker")
    await amina.send(f"/matches/{match_id}/answer", answer="yes")
    say("Amina heard that somebody can help, and said yes")
    for person in (amina, hassan):
        await person.send(f"/matches/{match_id}/done")
    say("both said that it worked out")
    if await _count_ties(settings) != 1:
        raise Refused("No tie was written.")
    after = await _wait_for(lambda: sara.read_changed_draft(ground.asker_hood, before), "a changed draft of the measures")
    say(f"the draft of {ground.names[0]} changed: {_tell_change(before, after)}")


def _tell_change(before: dict[str, str], after: dict[str, str]) -> str:
    return "; ".join(f"{name}: {before.get(name, '–')} → {value}" for name, value in after.items() if before.get(name) != value)


def _plain(html: str) -> str:
    """What a cell says to the eye, without its tags and what is only read aloud."""
    shown = re.sub(r'<span class="sr">.*?</span>|<span aria-hidden="true"> [▲▼]</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", shown).split())


async def _count_ties(settings: Settings) -> int:
    database = Database(settings.worker_url, size=1)
    await database.open()
    try:
        async with database.transaction(readonly=True) as db:
            count: int | None = await db.fetchval(TIES)
            return count or 0
    finally:
        await database.close()


async def _wait_for(ask: Callable[[], Awaitable[T | None]], what: str) -> T:
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        if (answer := await ask()) is not None:
            return answer
        await asyncio.sleep(0.05)
    raise Refused(f"There was no {what.removeprefix('a ').removeprefix('the ')} within {PATIENCE:g} seconds.")


class Browser:
    """One person's browser: pages and forms, no JavaScript."""

    def __init__(self, settings: Settings) -> None:
        headers = {"Accept-Language": "nl", "Accept": "text/html", "Origin": settings.url, "Sec-Fetch-Site": "same-origin"}
        # Without TLS there are no certificates to verify: to read the machine's authorities takes longer than a page.
        self._client = httpx.AsyncClient(base_url=settings.url, headers=headers, timeout=30, verify=settings.secure)

    async def text(self, path: str) -> str:
        """The page; refuses where it is not there."""
        answer = await self._client.get(path, follow_redirects=True)
        if answer.status_code != 200:
            raise Refused(f"GET {path} answered {answer.status_code}.")
        return answer.text

    async def send(self, path: str, /, **fields: str | int | list[int]) -> str:
        """Sends a form and returns the address it leads to; refuses where the form comes back."""
        answer = await self._client.post(path, data=fields)
        if answer.status_code not in (200, 201, 303):
            wrong = re.findall(r'class="wrong"[^>]*>.*?<span>(.*?)</span>', answer.text, re.DOTALL)
            raise Refused(f"POST {path} answered {answer.status_code}: {'; '.join(wrong) or answer.text[:200]}")
        return answer.headers.get("location", path)

    async def decide(self, path: str, /, **fields: str) -> None:
        """Gives a verdict that is to take effect at once, not after the seconds in which it can be taken back."""
        page = await self.send(path, **fields)
        at_once = await self.find(r'formaction="(/desk/undo/[^"]+/now)', page)
        if at_once is None:
            raise Refused(f"What was decided at {path} cannot be done at once.")
        await self.send(at_once)

    async def find(self, pattern: str, path: str) -> str | None:
        """What the pattern finds first on the page, or None."""
        found = re.search(pattern, await self.text(path))
        return found[1] if found else None

    async def sees(self, link: str, path: str) -> bool | None:
        """True where the page leads to the link, None where it does not yet."""
        return True if link in await self.text(path) else None

    async def _code(self, email: str) -> str:
        async def newest() -> str | None:
            letters = (await self._client.get("/inbox.json")).json()
            mine = [letter["text"] for letter in letters if letter["to"] == email]
            found = re.search(r"\b(\d{6})\b", mine[0]) if mine else None
            return found[1] if found else None

        return await _wait_for(newest, f"a mailed code for {email}")

    async def sign_in_as_staff(self, email: str, otpauth: str) -> None:
        """Signs in with the mailed code and the authenticator's digits."""
        next_page = await self.send("/staff/sign-in", address=email)
        digits = pyotp.parse_uri(otpauth).at(now())  # type: ignore[union-attr]
        await self.send(next_page, code=await self._code(email), totp=digits)

    async def post_something(self, kind: str, theme: str, text: str, neighbourhood_id: int, email: str) -> UUID:
        """The wizard as a visitor walks it: say it, join with a code, see what others see, place it."""
        await self.text(f"/new/{kind}/{theme}")
        next_page = await self.send(f"/new/{kind}/{theme}", text=text, when="any", reach=2)
        next_page = await self.send(next_page, address=email)
        next_page = await self.send(next_page, code=await self._code(email), stay="yes")
        next_page = await self.send(
            next_page,
            neighbourhood_id=neighbourhood_id,
            languages="nl",
            adult="yes",
            discreet="no",
            consent="yes",
            given_name=email.split("@")[0].title(),
        )
        if text.split()[0] not in await self.text(next_page):
            raise Refused("The preview does not show what was typed.")
        return UUID(re.findall(r"[0-9a-f-]{36}", await self.send("/posts"))[0])

    async def read_draft(self, neighbourhood_id: int) -> dict[str, str]:
        """The line of one neighbourhood in the facilitator's draft: head of the column → figure; empty while there is no draft."""
        page = await self.text("/desk/network")
        heads = [_plain(text) for text in re.findall(r'<th scope="col".*?</th>', page, re.DOTALL)]
        line = re.search(rf'<tr id="area-{neighbourhood_id}".*?</tr>', page, re.DOTALL)
        cells = re.findall(r"<td.*?</td>", line[0], re.DOTALL) if line else []
        return dict(zip(heads[1:], map(_plain, cells), strict=False))

    async def read_changed_draft(self, neighbourhood_id: int, before: dict[str, str]) -> dict[str, str] | None:
        """The draft once it differs from the one before."""
        after = await self.read_draft(neighbourhood_id)
        return after if after and after != before else None
