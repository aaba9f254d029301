"""What a snapshot is measured from, as numpy arrays: large tables come by binary COPY, a million rows in about a second."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from buurtnet.geography.schemas import Names
from buurtnet.kit.arrays import Uuids, copy_columns, copy_rows, find_places
from buurtnet.kit.db import Db
from buurtnet.network.rules.measured import Areas, Array
from buurtnet.network.rules.measures import People
from buurtnet.network.rules.measures_window import Helps, Ties, over_edge
from buurtnet.network.rules.reach import Finder, Near, Offers, Seekers, Theme
from buurtnet.network.rules.snapshot import Firsts, Held, Places, lend_demand
from buurtnet.people.rules import language_bits
from buurtnet.web.language import ZONE

SQL = Path(__file__).parents[1] / "sql"
EPOCH = date(2000, 1, 1)
Demand = Mapping[int, Mapping[int, int]]
"""How many needs there are of each theme, by place."""

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
    "seen": "int",
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
HELPS = (SQL / "helps.sql").read_text()
HELP_COLUMNS = {"a": "uuid", "b": "uuid", "day": "date", "by_a": "bool", "theme": "int"}
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
FIRSTS = (SQL / "firsts.sql").read_text()
FIRST_COLUMNS = {"person": "uuid", "neighbourhood": "int", "posted": "date", "hours": "float"}
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
DEMAND = """
select neighbourhood_id, theme_id, width_bucket(created_at::date, $1::date[]) as begun, count(*) as needs from post
 where kind = 'need' and theme_id is not null and state <> 'refused' and created_at >= ($1::date[])[1] and created_at < $2::date + 1
 group by neighbourhood_id, theme_id, begun
"""
"""Needs by place, theme, and how many of the windows, which begin on the days $1, had begun."""
THEMES = "select id, parent_id, talk from theme"
HOUSES = "select id from organisation order by id"
PARTNERS = "select organisation_id, other_id from partnership where since <= current_date and (until is null or until > current_date)"


def day_number(day: date) -> int:
    """Days since 2000."""
    return (day - EPOCH).days


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
        finder = await self._what_finds(await self._everybody(begins[0]))
        demand = dict(zip(begins, await self._demand(begins), strict=True))
        # Who would find help is looked up while the database tells the rest.
        looking = asyncio.create_task(asyncio.to_thread(self._look_up, finder, demand.values()))
        ties = await self._ties(begins[0])
        helps, firsts = await self._helps(ties, begins), await self._firsts(begins)
        del self._ids  # 24 MB that nobody needs any more.
        known = await looking
        return {
            window: Held(
                since=day_number(since),
                until=day_number(self.until),
                places=self.places,
                areas=self.areas,
                people=self.people,
                home=self.home,
                ties=ties,
                helps=helps,
                finder=known,
                demand=demand[since],
                firsts=firsts[since],
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

    async def _demand(self, begins: Sequence[date]) -> list[Demand]:
        """What was asked since each of these days, the earliest first."""
        places = {number: place for place, number in enumerate(self.places.ids.tolist())}
        demand: list[dict[int, dict[int, int]]] = [{} for _ in begins]
        for number, theme, begun, needs in await self.db.fetch(DEMAND, begins, self.until):
            if number in places:
                for one in demand[:begun]:
                    asked = one.setdefault(places[number], {})
                    asked[theme] = asked.get(theme, 0) + needs
        return list(demand)

    async def _firsts(self, begins: Sequence[date]) -> dict[date, Firsts]:
        """The first answers to what was asked since each of these days."""
        rows = await copy_rows(self.db, FIRST_COLUMNS, FIRSTS, begins[0], self.until)
        person = self._ids.find(rows["person"])
        columns = find_places(self.places.ids, rows["neighbourhood"]), person, rows["hours"].astype(float)
        kept = {since: (person >= 0) & (rows["posted"] >= day_number(since)) for since in begins}
        return {since: Firsts(*(column[some] for column in columns)) for since, some in kept.items()}

    async def _everybody(self, since: date) -> Seekers:
        """Reads the people; gives what tells what each would find."""
        spoken = await self.db.fetch(SPOKEN)
        self._spoken = np.array([row["spoken"] for row in spoken], np.int64)
        self._tongues = np.array([*(language_bits(row["languages"]) for row in spoken), 0], np.int64)  # The last is of who came in between.
        known, home, tongue, seen, joined, *rest = await copy_columns(
            self.db, PEOPLE_COLUMNS, PEOPLE, since, self.until, keep=self._keep_people
        )
        self._ids, self.home, self.people = Uuids(known), home, People(tongue, seen, joined)
        return Seekers(home, *rest)

    def _keep_people(self, rows: Any) -> tuple[Array, ...]:
        home, house = find_places(self.places.ids, rows["neighbourhood"]), find_places(self._houses, rows["organisation"])
        lives = (rows[name].astype(np.int32) for name in ("tongue", "seen", "joined"))
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

    async def _helps(self, ties: Ties, begins: Sequence[date]) -> Helps:
        """The completed matches of the ties that reach over an edge of a window; the windows begin on these days, the longest first."""
        rows = await copy_rows(self.db, HELP_COLUMNS, HELPS, begins[0], self.until, begins[-1], ZONE.key)
        many = len(self.home)
        edge = np.flatnonzero(np.any([over_edge(ties, day_number(since), day_number(self.until)) for since in begins], axis=0))
        pairs = ties.a[edge].astype(np.int64) * many + ties.b[edge]
        order = np.argsort(pairs)
        a, b = self._ids.find(rows["a"]), self._ids.find(rows["b"])
        place = np.where((a >= 0) & (b >= 0), find_places(pairs[order], a * many + b), -1)
        known = place >= 0
        return Helps(
            edge[order][place[known]], rows["day"][known].astype(np.int32), rows["by_a"][known], rows["theme"][known].astype(np.int32)
        )

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
