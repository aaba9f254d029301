"""What a snapshot is measured from, as numpy arrays: large tables come by binary COPY, a million rows in about a second."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from buurtnet.geography.schemas import Names
from buurtnet.kit.arrays import Uuids, copy_columns, copy_rows, day_number, find_places
from buurtnet.kit.db import Db
from buurtnet.network.queries.deeds import Deeds, Demand
from buurtnet.network.rules.measured import Areas, Array
from buurtnet.network.rules.measures import People
from buurtnet.network.rules.measures_window import Ties
from buurtnet.network.rules.reach import Finder, Near, Offers, Seekers, Theme
from buurtnet.network.rules.snapshot import Held, Places, lend_demand
from buurtnet.people.rules import language_bits

SQL = Path(__file__).parents[1] / "sql"
PEOPLE = (SQL / "people.sql").read_text()
PEOPLE_COLUMNS = {
    "id": "uuid",
    "neighbourhood": "int",
    "tongue": "int",
    "spoken": "bigint",
    "organisation": "uuid",
    "shares": "bool",
    "reach": "int",
    "slots": "int",
    "joined": "date",
}
SPOKEN = "select distinct hash_array_extended(languages, 0) as spoken, languages from person order by spoken"
"""The lists of languages that there are: compared with each person's own in the database they would take a second for a million people."""
TIES = (SQL / "window_ties.sql").read_text()
TIE_COLUMNS = {
    "a": "uuid",
    "b": "uuid",
    "first": "date",
    "last": "date",
    "a_gave": "int",
    "b_gave": "int",
    "first_themes": "bigint",
    "more_themes": "bigint",
}
OFFERS = (SQL / "offers.sql").read_text()
OFFER_COLUMNS = {
    "person": "uuid",
    "neighbourhood": "int",
    "theme": "int",
    "organisation": "uuid",
    "shares": "bool",
    "reach": "int",
    "tongues": "bigint",
    "slots": "int",
}
NEAR = "select a, b, level::int from neighbourhood_near order by a, level, b"
NEAR_COLUMNS = {"a": "int", "b": "int", "level": "int"}
PLACES = """
select n.id, n.municipality_id, n.inhabited,
       coalesce(n.adults, (n.population * 0.75)::int, case when not n.inhabited then 0 end) as adults,
       exists (select from area r where r.map_published_on is not null and n.id = any(r.neighbourhoods)) as published
  from neighbourhood_on($1::date) n order by n.id
"""
AREAS = """
select r.id, r.organisation_id, r.names, r.neighbourhoods, r.map_published_on is not null as published, k.number
  from area r left join (select area_id, min(number) as number from snapshot_area group by area_id) k on k.area_id = r.id
 where exists (select from neighbourhood_on($1::date) n where n.id = any(r.neighbourhoods))
 order by k.number nulls last, r.id
"""
LAST_NUMBER = "select coalesce(max(number), 0) from snapshot_area"
THEMES = "select id, parent_id, talk from theme"
HOUSES = "select id from organisation order by id"
PARTNERS = "select organisation_id, other_id from partnership where since <= current_date and (until is null or until > current_date)"


class Named(NamedTuple):
    """An area of an organisation as it is on the day of a snapshot."""

    number: int
    area_id: UUID
    organisation_id: UUID
    names: Names
    neighbourhoods: list[int]
    published: bool


class Source:
    """The arrays through the day `until`, read once for all windows. Its ids never leave it.

    The neighbourhoods are those of the day `places_on`: people are known where they live now.
    """

    def __init__(self, db: Db, until: date, places_on: date) -> None:
        self.db, self.until, self.places_on = db, until, places_on

    async def read(self, windows: Mapping[int, date]) -> dict[int, Held]:
        """What each window, of which the first day is given, is measured from."""
        self.places = await self._places()
        self.named, self.areas = await self._areas()
        self._houses = np.array([row["id"].bytes for row in await self.db.fetch(HOUSES)], "S16")
        begins = sorted(windows.values())
        seekers = await self._everybody()
        deeds = Deeds(self.db, self.places.ids, self._ids, begins[0], self.until)
        await deeds.read_posts()
        demand = {window: deeds.demand(since) for window, since in windows.items()}
        # Who would find help is looked up while the database tells the rest.
        looking = asyncio.create_task(asyncio.to_thread(self._look_up, await self._what_finds(seekers), demand.values()))
        await deeds.read_matches()
        ties = await self._ties(begins[0])
        people, helps = People(self._tongue, deeds.seen(), self._joined), deeds.helps(ties, begins)
        firsts = {window: deeds.firsts(since) for window, since in windows.items()}
        del self._ids, deeds  # What nobody needs any more: some hundred bytes for each resident.
        finder = await looking
        return {
            window: Held(
                since=day_number(since),
                until=day_number(self.until),
                places=self.places,
                areas=self.areas,
                people=people,
                home=self.home,
                ties=ties,
                helps=helps,
                finder=finder,
                demand=demand[window],
                firsts=firsts[window],
            )
            for window, since in windows.items()
        }

    def _look_up(self, finder: Callable[[], Finder], demand: Iterable[Demand]) -> Finder:
        found = finder()
        asked = [lend_demand(one, self.places.town) for one in demand]
        found.look_up((place, theme) for one in asked for place, needs in one.items() for theme in needs)
        return found

    async def _what_finds(self, seekers: Seekers) -> Callable[[], Finder]:
        """Everything that tells who would find an offer."""
        offers = await copy_rows(self.db, OFFER_COLUMNS, OFFERS, self.until)
        near = _sorted_near(self.places.ids, await copy_rows(self.db, NEAR_COLUMNS, NEAR))
        themes = {row["id"]: Theme(row["parent_id"], row["talk"]) for row in await self.db.fetch(THEMES)}
        open_offers = Offers(
            self._ids.find(offers["person"]),
            find_places(self.places.ids, offers["neighbourhood"]),
            offers["theme"].astype(np.int32),
            find_places(self._houses, offers["organisation"]),
            offers["shares"],
            offers["reach"].astype(np.int8),
            offers["tongues"].astype(np.int64),
            offers["slots"].astype(np.int32),
        )
        return partial(Finder, seekers, open_offers, near, themes, allied=await self._allied(), areas=len(self.places.ids))

    async def _everybody(self) -> Seekers:
        """Reads the people; gives what tells what each would find."""
        spoken = await self.db.fetch(SPOKEN)
        self._spoken = np.array([row["spoken"] for row in spoken], np.int64)
        self._tongues = np.array([*(language_bits(row["languages"]) for row in spoken), 0], np.int64)  # The last is of who came in between.
        known, self.home, self._tongue, self._joined, *rest = await copy_columns(self.db, PEOPLE_COLUMNS, PEOPLE, keep=self._keep_people)
        self._ids = Uuids(known)
        return Seekers(self.home, *rest)

    def _keep_people(self, rows: Any) -> tuple[Array, ...]:
        home, house = find_places(self.places.ids, rows["neighbourhood"]), find_places(self._houses, rows["organisation"])
        lives = (rows[name].astype(np.int32) for name in ("tongue", "joined"))
        bits = rows["reach"].astype(np.int8), self._tongues[find_places(self._spoken, rows["spoken"])], rows["slots"].astype(np.int32)
        return rows["id"].copy(), home.astype(np.int32), *lives, house.astype(np.int16), rows["shares"].copy(), *bits

    async def _places(self) -> Places:
        rows = await self.db.fetch(PLACES, self.places_on)
        towns, town = (
            np.unique([row["municipality_id"] for row in rows], return_inverse=True) if rows else (np.zeros(0, int), np.zeros(0, int))
        )
        return Places(
            np.array([row["id"] for row in rows], np.int64),
            town,
            towns,
            np.array([row["inhabited"] for row in rows], bool),
            np.array([np.nan if row["adults"] is None else row["adults"] for row in rows], float),
            np.array([row["published"] for row in rows], bool),
        )

    async def _areas(self) -> tuple[list[Named], Areas]:
        """The areas of organisations: those that had a number keep it, the others get the next ones."""
        rows = await self.db.fetch(AREAS, self.places_on)
        fresh = int(await self.db.fetchval(LAST_NUMBER) or 0)
        named: list[Named] = []
        inside = np.zeros((len(rows), len(self.places.ids)), bool)
        for place, row in enumerate(rows):
            fresh += row["number"] is None
            number = fresh if row["number"] is None else row["number"]
            named.append(Named(number, row["id"], row["organisation_id"], row["names"], row["neighbourhoods"], row["published"]))
            inside[place] = np.isin(self.places.ids, row["neighbourhoods"])
        return named, Areas(np.array([one.number for one in named], int), inside, np.array([one.published for one in named], bool))

    async def _ties(self, since: date) -> Ties:
        """The ties between residents: a worker is no node, so who they helped at work is no tie."""
        columns = await copy_columns(self.db, TIE_COLUMNS, TIES, since, self.until, keep=self._keep_ties)
        used = int(np.count_nonzero(columns[-1].any(axis=0)))  # Hardly a tie has eight themes; they stand in the first columns.
        columns[-1] = columns[-1][:, : max(used, 1)].copy()
        return Ties(*columns)

    def _keep_ties(self, rows: Any) -> tuple[Array, ...]:
        a, b = (self._ids.find(rows[end]).astype(np.int32) for end in ("a", "b"))
        days = (rows[name].astype(np.int32) for name in ("first", "last", "a_gave", "b_gave"))
        kept = (a, b, *days, _unpack(rows["first_themes"], rows["more_themes"]))
        known = (a >= 0) & (b >= 0)
        return kept if known.all() else tuple(column[known] for column in kept)

    async def _allied(self) -> Array:
        allied = np.zeros((max(len(self._houses), 1),) * 2, bool)
        for row in await self.db.fetch(PARTNERS):
            a, b = (
                int(place) for place in find_places(self._houses, np.array([row["organisation_id"].bytes, row["other_id"].bytes], "S16"))
            )
            if a >= 0 and b >= 0:
                allied[a, b] = allied[b, a] = True
        return allied


def _unpack(first: Array, more: Array) -> Array:
    """Up to eight themes of each tie, packed by four into eight bytes each."""
    return np.concatenate([column.astype(">i8").view(">i2").reshape(-1, 4) for column in (first, more)], axis=1).astype(np.int16)


def _sorted_near(ids: Array, near: Any) -> Near:
    a, b = find_places(ids, near["a"]), find_places(ids, near["b"])
    known = (a >= 0) & (b >= 0)
    return Near(a[known], b[known], near["level"][known].astype(np.int8))
