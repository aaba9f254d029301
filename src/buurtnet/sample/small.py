"""A lively Schaarbeek on the schematic map: a year of asking, offering and helping, through the actions, in one transaction."""

import asyncio
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import msgspec

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import read_vault
from buurtnet.network.actions.measuring import draft_measures, freeze_month
from buurtnet.network.actions.publishing import publish_area
from buurtnet.sample.arriving import arrive, ask_codes, draw_arrivals
from buurtnet.sample.ground import CannotPlant, Entrance, lay_ground
from buurtnet.sample.past import Past
from buurtnet.sample.present import live_now
from buurtnet.sample.texts import Texts
from buurtnet.sample.town import Town
from buurtnet.sample.year import live_through, offer_things
from buurtnet.settings import Settings

ENTRANCES = "sample.json"
"""The file in the home that says who can sign in; the local inbox reads it."""
DECIDED = "Op de buurttafel in het Josaphatpark, met dertig bewoners."
PUBLISHED = "update area set map_published_on = $2 where id = $1"
MADE = "update snapshot set made_at = $2, published_at = $2 where id = $1"
FACES = """
select about, person_id from (
  select 'asked' as about, helper_id as person_id, id from match where state = 'asked'
  union all select 'offered', asker_id, id from match where state = 'offered'
  union all select 'agreed', helper_id, id from match where state = 'agreed' and conversation_id is not null and offer_done_at is null
  union all select 'refused', author_id, id from post where state = 'refused'
  union all select 'changes', author_id, id from post where changes_asked is not null
) one where person_id = any($1::uuid[]) order by id
"""


def plant_small(settings: Settings, *, seed: int = 1030) -> list[Entrance]:
    """Plants the town, all of it or nothing, and says who can sign in. CannotPlant where people are already, or where mail leaves this machine.

    The same seed makes the same town but for ids and days. Nobody is sent anything.
    """
    if settings.inbox is None:
        raise CannotPlant("The people of the sample have no mailboxes: it is for an installation whose mail goes to the local inbox.")
    entrances = asyncio.run(_plant(settings, seed))
    if settings.home:
        _keep(Path(settings.home) / ENTRANCES, entrances)
    return entrances


async def _plant(settings: Settings, seed: int) -> list[Entrance]:
    database, limits = Database(settings.worker_url, size=2, name="buurtnet sample"), Limits(settings.redis_url)
    await database.open()
    try:
        return await grow(database, limits, settings, seed)
    finally:
        await limits.close()
        await database.close()


async def grow(database: Database, limits: Limits, settings: Settings, seed: int) -> list[Entrance]:
    """The same on open connections, as the worker."""
    random, vault, at = Random(seed), read_vault(settings.keys), now()
    arrivals = draw_arrivals(random, Texts(random))
    async with database.transaction() as db:  # A code is counted in a transaction apart, so that it has to be there before.
        await ask_codes(db, vault, limits, arrivals, at)
    async with database.transaction() as db:
        ground = await lay_ground(db, settings, vault)
        town, past = Town(db, vault, ground, random, at), Past(db, random, at)
        await arrive(town, database, limits, arrivals)
        await offer_things(town)
        await live_through(town, past)
        silent = await live_now(town)
        await past.recede(at, silent)
        await town.tell()
        await _measure(town, at.date())
        return ground.entrances + await _show_faces(town)


async def _measure(town: Town, today: date) -> None:
    """Publishes one area, freezes two months, and makes today's draft."""
    last = today.replace(day=1) - timedelta(days=1)
    before = last.replace(day=1) - timedelta(days=1)
    await publish_area(town.db, town.ground.workers["Lien"], town.ground.area, DECIDED)
    await town.db.execute(PUBLISHED, town.ground.area, before.replace(day=1))
    for month in (before, last):
        made = datetime.combine(month + timedelta(days=1), datetime.min.time(), town.at.tzinfo) + timedelta(hours=4)
        await town.db.execute(MADE, await freeze_month(town.db, on=month), made)
    await draft_measures(town.db, on=today)


async def _show_faces(town: Town) -> list[Entrance]:
    """Residents for whom there is something to see."""
    alone = [one.id for one in town.people.values() if one.address and not one.viewer.discreet]
    faces: dict[str, UUID] = {}
    for row in await town.db.fetch(FACES, alone):
        if row["about"] not in faces and row["person_id"] not in faces.values():
            faces[row["about"]] = row["person_id"]
    shown = [(town.people[person_id], about) for about, person_id in sorted(faces.items())]
    return [Entrance(name=who.name, role="resident", address=who.address or "", about=about) for who, about in shown]


def _keep(file: Path, entrances: list[Entrance]) -> None:
    making = file.with_suffix(".making")
    making.unlink(missing_ok=True)
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(msgspec.json.encode(entrances))
    making.replace(file)
