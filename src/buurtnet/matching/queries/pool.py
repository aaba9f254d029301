"""A moment of the town as arrays, read by binary COPY: what rounds and "why not" compute with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from msgspec.structs import astuple

from buurtnet.kit.arrays import Array, copy_rows, day_number, find_distinct, find_places
from buurtnet.kit.db import Db
from buurtnet.matching.queries.candidates import month_start
from buurtnet.matching.queries.weighing import read_weighing
from buurtnet.matching.rules.fit import CHECKED_HELPER, STANDING_AT_ONCE, STANDING_WHEN_URGENT
from buurtnet.matching.rules.pool import Near, People, Pool, Posts, Themes
from buurtnet.matching.rules.weighing import Weighing
from buurtnet.web.language import ZONE

SQL = Path(__file__).parent.parent / "sql"
POSTS = (SQL / "pool_posts.sql").read_text()
POST_COLUMNS = {
    "id": "uuid",
    "author": "uuid",
    "theme": "int",
    "place": "int",
    "organisation": "uuid",
    "reach": "int",
    "slots": "int",
    "named": "bool",
    "first": "int",
    "last": "int",
    "tongues": "bigint",
    "capacity": "int",
    "engaged": "int",
    "standing": "int",
    "offered": "bool",
    "again": "bool",
    "urgent": "bool",
    "waited": "float",
}
PEOPLE = (SQL / "pool_people.sql").read_text()
PEOPLE_COLUMNS = {
    "id": "uuid",
    "adult": "bool",
    "checked": "bool",
    "mediated": "bool",
    "on_trial": "bool",
    "shares": "bool",
    "component": "uuid",
    "load": "int",
    "capacity": "int",
    "room": "int",
}
THEMES = "select id, parent_id, talk, halving_m, review = 'always' as review, safeguard from theme order by id"
NEAR = "select a, b, metres, level::int from neighbourhood_near where a = any($1::int[]) and b = any($2::int[])"
NEAR_COLUMNS = {"a": "int", "b": "int", "metres": "int", "level": "int"}
PARTNERS = "select organisation_id, other_id from partnership where since <= $1 and (until is null or until > $1)"
KNOWN = "select a, b from tie"
APART = """
select person_id, other_id from keep_away
union all
select person_id, other_id from pair_memory where until is null or until > $1::timestamptz
"""
MATCHED = """
select m.need_id, m.offer_id from match m join post need on need.id = m.need_id join post offer on offer.id = m.offer_id
 where m.state <> 'withdrawn' and need.state = 'open' and offer.state = 'open'
"""
PAIR_COLUMNS = {"one": "uuid", "other": "uuid"}


async def read_pool(
    db: Db,
    *,
    at: datetime,
    root: int | None = None,
    neighbourhoods: Sequence[int] | None = None,
    organisation_id: UUID | None = None,
) -> Pool:
    """Everything a round reads, of one theme root or of all; neighbourhoods and an organisation narrow the needs alone."""
    today = at.astimezone(ZONE).date()
    needs = await copy_rows(db, POST_COLUMNS, POSTS, "need", root, at, neighbourhoods and list(neighbourhoods), organisation_id, today)
    offers = await copy_rows(db, POST_COLUMNS, POSTS, "offer", root, at, None, None, today)
    people = _sort(await copy_rows(db, PEOPLE_COLUMNS, PEOPLE, root, at, month_start(at), today))
    authors = np.ascontiguousarray(people["id"])
    weighing = await read_weighing(db)
    themes = _to_themes(await db.fetch(THEMES), weighing)
    places = np.unique(np.concatenate([needs["place"], offers["place"]]).astype(np.int32))
    organisations = np.unique(np.concatenate([needs["organisation"], offers["organisation"]]))
    tables = (authors, themes.id, places, organisations)
    asked, given = _to_posts(_sort(needs), "need", *tables), _to_posts(_sort(offers), "offer", *tables)
    here = np.unique(needs["place"]).tolist(), np.unique(offers["place"]).tolist()
    weights, bonds = _weigh(asked, organisations, places, weighing)
    pool = Pool(
        today=day_number(today),
        needs=asked,
        offers=given,
        people=_to_people(people),
        themes=themes,
        places=places,
        organisations=organisations,
        near=_to_near(await copy_rows(db, NEAR_COLUMNS, NEAR, *here), places),
        partners=_to_partners(await db.fetch(PARTNERS, today), organisations),
        known=np.zeros(0, np.int64),
        apart=np.zeros(0, np.int64),
        matched=np.zeros(0, np.int64),
        weights=weights,
        bonds=bonds,
    )
    known = _find_pairs(await copy_rows(db, PAIR_COLUMNS, KNOWN), authors, authors)
    apart = _find_pairs(await copy_rows(db, PAIR_COLUMNS, APART, at), authors, authors)
    matched = _find_pairs(await copy_rows(db, PAIR_COLUMNS, MATCHED), asked.id, given.id)
    return pool._replace(
        known=find_distinct(pool.people_key(*known)),
        apart=find_distinct(pool.people_key(*apart)),
        matched=find_distinct(pool.post_key(*matched)),
    )


def _sort(rows: Any) -> Any:
    """The rows by id, as bytes are compared."""
    return rows[np.argsort(rows["id"])]


def _free_places(rows: Any, kind: str) -> Array:
    """How many more proposals each post can take, as `fit.free_places` says of one."""
    open_to = rows["engaged"] < rows["capacity"]
    if kind == "need":
        at_once = np.where(rows["urgent"], STANDING_WHEN_URGENT, STANDING_AT_ONCE)
        places = np.where(rows["offered"], 0, at_once - rows["standing"])
    else:
        places = rows["capacity"] - rows["engaged"] - rows["standing"]
    return np.where(open_to, np.maximum(places, 0), 0).astype(np.int32)


def _to_posts(rows: Any, kind: str, authors: Array, themes: Array, places: Array, organisations: Array) -> Posts:
    return Posts(
        id=np.ascontiguousarray(rows["id"]),
        author=find_places(authors, rows["author"]),
        theme=find_places(themes, rows["theme"]),
        place=find_places(places, rows["place"]),
        organisation=find_places(organisations, rows["organisation"]),
        reach=rows["reach"].astype(np.int8),
        slots=rows["slots"].astype(np.int32),
        named=rows["named"].copy(),
        first=rows["first"].astype(np.int32),
        last=rows["last"].astype(np.int32),
        tongues=rows["tongues"].astype(np.int64),
        free=_free_places(rows, kind),
        standing=rows["standing"].astype(np.int32),
        again=rows["again"].copy(),
        urgent=rows["urgent"].copy(),
        waited=np.maximum(rows["waited"].astype(float), 0.0),
    )


def _to_people(rows: Any) -> People:
    components, number = np.unique(rows["component"], return_inverse=True)
    nobody = components == b""
    return People(
        id=np.ascontiguousarray(rows["id"]),
        component=np.where(nobody[number], -1, number) if len(rows) else number,
        **{name: rows[name].copy() for name in ("adult", "checked", "mediated", "on_trial", "shares")},
        **{name: rows[name].astype(np.int32) for name in ("load", "capacity", "room")},
    )


def _to_themes(rows: Sequence[Mapping[str, Any]], weighing: Weighing) -> Themes:
    ids = [row["id"] for row in rows]
    parent = np.array([ids.index(row["parent_id"]) if row["parent_id"] else -1 for row in rows], np.int64)
    root = np.arange(len(ids))
    while (climbs := parent[root] >= 0).any():
        root = np.where(climbs, parent[root], root)
    return Themes(
        id=np.array(ids, np.int64),
        parent=parent,
        root=root,
        talk=np.array([row["talk"] for row in rows], bool),
        halving=np.array([weighing.halving(row["id"], row["parent_id"], row["halving_m"]) for row in rows], np.int64),
        review=np.array([row["review"] for row in rows], bool),
        guarded=np.array([row["safeguard"] == CHECKED_HELPER for row in rows], bool),
    )


def _to_near(rows: Any, places: Array) -> Near:
    a, b = find_places(places, rows["a"]), find_places(places, rows["b"])
    order = np.lexsort((b, rows["level"], a))
    start = np.searchsorted(a[order], np.arange(len(places) + 1))
    return Near(start, b[order], rows["metres"][order].astype(np.int32), rows["level"][order].astype(np.int8))


def _to_partners(rows: Iterable[Mapping[str, UUID]], organisations: Array) -> Array:
    allied = np.zeros((len(organisations), len(organisations)), bool)
    pairs = [(row["organisation_id"].bytes, row["other_id"].bytes) for row in rows]
    one, other = (find_places(organisations, np.array(column, "S16")) for column in zip(*pairs, strict=True)) if pairs else ([], [])
    for ours, theirs in zip(one, other, strict=True):
        if ours >= 0 and theirs >= 0 and ours != theirs:
            allied[ours, theirs] = allied[theirs, ours] = True
    return allied


def _weigh(needs: Posts, organisations: Array, places: Array, weighing: Weighing) -> tuple[Array, Array]:
    """What counts for each need, where it stands: weights and worth of bonds."""
    areas, area = np.unique(needs.organisation * max(len(places), 1) + needs.place, return_inverse=True)
    ours = [to_uuid(value) for value in organisations.tolist()]
    weighed = [weighing.at(ours[number // len(places)], int(places[number % len(places)])) for number in areas.tolist()]
    weights = np.array([astuple(one.weights) for one in weighed]).reshape(-1, 5)
    bonds = np.array([astuple(one.bonds) for one in weighed]).reshape(-1, 4)
    return weights[area], bonds[area]


def _find_pairs(rows: Any, ones: Array, others: Array) -> tuple[Array, Array]:
    """The rows of both, where both are there."""
    one, other = find_places(ones, rows["one"]), find_places(others, rows["other"])
    there = (one >= 0) & (other >= 0)
    return one[there], other[there]


def to_uuid(value: bytes) -> UUID:
    """The id of a row; numpy drops zero bytes at the end."""
    return UUID(bytes=value.ljust(16, b"\0"))
