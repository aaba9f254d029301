"""What a worker pasted and has not checked yet, opened for that worker alone; and what they placed today."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec

from buurtnet.intake.schemas import Known, Pasted, Placed, Waiting
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.queries import find_alike, find_person, list_places
from buurtnet.people.queries.doubles import ADDRESSED
from buurtnet.people.queries.people import RESPONSIBLE
from buurtnet.people.rules import address_lookup, normalise_phone
from buurtnet.posts.queries import FACILITATED, LABEL_2

FRESH = "\"by\" = $1 and pasted_at > now() - interval '1 day'"
"""Whose it is, and that its day is not over: what the cron has not removed yet is gone for its worker too."""
WAITING = f"select id, sealed from pasted where {FRESH} order by pasted_at, position, id limit 1000"
ONE = f"select id, sealed from pasted where {FRESH} and id = $2"


def open_row(vault: Vault, row: Any) -> Waiting:
    """The row of the table with its content opened."""
    return Waiting(id=row["id"], pasted=msgspec.msgpack.decode(vault.open(row["sealed"], "pasted", "sealed", row["id"]), type=Pasted))


async def list_waiting(db: Db, vault: Vault, viewer: Viewer) -> list[Waiting]:
    """What the worker has still to check, in the order in which it was pasted; names that are known here already are marked."""
    rows = [open_row(vault, row) for row in await db.fetch(WAITING, viewer.person_id)]
    known = await find_alike(db, viewer, sorted({row.pasted.name for row in rows if row.pasted.name}))
    return [msgspec.structs.replace(row, known=row.pasted.name in known) for row in rows]


async def get_waiting(db: Db, vault: Vault, viewer: Viewer, row_id: UUID) -> Pasted:
    """One of them; NotFound where it is another worker's, checked already, or a day old."""
    row = await db.fetchrow(ONE, viewer.person_id, row_id)
    if row is None:
        raise NotFound
    return open_row(vault, row).pasted


SAME_NUMBER = f"""
select distinct p.id from {ADDRESSED} own join person p on p.id = own.person_id
 where own.lookup = $2 and {RESPONSIBLE} and p.state <> 'erased' and not exists (select from staff where staff.person_id = p.id) order by p.id limit 5
"""


async def find_known_ids(db: Db, vault: Vault, viewer: Viewer, name: str, phone: str, *, region: str) -> tuple[set[UUID], set[UUID]]:
    """People of the facilitator's areas who have that number, and others whose name sounds alike."""
    number: set[UUID] = set()
    if phone:
        with suppress(Invalid):
            lookup = address_lookup(vault, normalise_phone(phone, region, to_call=True))
            number = {row["id"] for row in await db.fetch(SAME_NUMBER, viewer.person_id, lookup)}
    alike = {one.id for one in (await find_alike(db, viewer, [name])).get(name, [])} if name else set[UUID]()
    return number, alike - number


async def list_known(db: Db, vault: Vault, viewer: Viewer, name: str, phone: str, *, region: str, language: str) -> list[Known]:
    """The same people as a worker chooses from them, whoever has the number first."""
    number, alike = await find_known_ids(db, vault, viewer, name, phone, region=region)
    people = [await find_person(db, viewer, identity) for identity in [*sorted(number), *sorted(alike)]]
    places = await list_places(db, viewer.areas, language)
    return [
        Known(id=one.id, given_name=one.given_name, neighbourhood=places.get(one.neighbourhood_id or 0, ""), same_number=one.id in number)
        for one in people
    ]


PLACED = f"""
select post.id, post.kind, post.state, post.text, post.language, label.label as theme, theme.icon, author.id as person_id, author.given_name as name
  from post
  join person author on author.id = post.author_id
  left join theme on theme.id = post.theme_id
  {LABEL_2}
 where post.on_behalf_by = $1 and post.created_at > now() - interval '1 day' and post.state in ('open', 'waiting') and {FACILITATED}
 order by post.id desc limit 40
"""


async def list_placed(db: Db, viewer: Viewer, language: str) -> list[Placed]:
    """What the worker placed for others since yesterday, the newest first."""
    return await fetch(db, Placed, PLACED, viewer.person_id, language)


HOODS = "select id, names from neighbourhood where id = any($1::int[])"


async def list_hood_names(db: Db, neighbourhoods: Sequence[int]) -> dict[int, list[str]]:
    """The neighbourhoods by id, each with its names in all languages."""
    return {row["id"]: list(row["names"].values()) for row in await db.fetch(HOODS, list(neighbourhoods))}
