"""What residents did within the windows of a snapshot: their posts and their matches, each read once, as numpy arrays."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from buurtnet.kit.arrays import Uuids, copy_columns, day_number, find_places
from buurtnet.kit.db import Db
from buurtnet.network.rules.measured import Array
from buurtnet.network.rules.measures_window import Helps, Ties, over_edge
from buurtnet.network.rules.snapshot import Firsts
from buurtnet.web.language import ZONE

SQL = Path(__file__).parents[1] / "sql"
Demand = Mapping[int, Mapping[int, int]]
"""How many needs there are of each theme, by place."""

POSTS = """
select author_id, created_at::date, neighbourhood_id, coalesce(theme_id, 0)::int,
       kind = 'need' and theme_id is not null and state <> 'refused'
  from post where created_at >= $1::date and created_at < $2::date + 1
"""
POST_COLUMNS = {"author": "uuid", "posted": "date", "neighbourhood": "int", "theme": "int", "asks": "bool"}
MATCHES = (SQL / "window_matches.sql").read_text()
MATCH_COLUMNS = {
    "helper": "uuid",
    "asker": "uuid",
    "offered": "date",
    "agreed": "date",
    "completed": "date",
    "helped": "date",
    "theme": "int",
    "need": "uuid",
    "author": "uuid",
    "posted": "date",
    "neighbourhood": "int",
    "hours": "float",
}


class Deeds:
    """The posts and matches from day `since` to day `until`, by the numbers of places and people."""

    def __init__(self, db: Db, places: Array, people: Uuids, since: date, until: date) -> None:
        self._db, self._places, self._people = db, places, people
        self._days = since, until
        self._first, self._last = day_number(since), day_number(until)

    async def read_posts(self) -> None:
        """Reads what was posted."""
        columns = await copy_columns(self._db, POST_COLUMNS, POSTS, *self._days, keep=self._keep_posts)
        self._author, self._posted, self._place, self._theme, self._asks = columns

    async def read_matches(self) -> None:
        """Reads what was answered and completed."""
        columns = await copy_columns(self._db, MATCH_COLUMNS, MATCHES, *self._days, ZONE.key, keep=self._keep_matches)
        self._helper, self._asker, self._need, self._asked, *rest = columns
        self._offered, self._agreed, self._completed, self._helped, self._helped_with, self._needed, self._there, self._hours = rest

    def demand(self, since: date) -> Demand:
        """What was asked from this day on."""
        some = self._asks & (self._place >= 0) & (self._posted >= day_number(since))
        width = int(self._theme.max(initial=0)) + 1
        counted = np.bincount(self._place[some].astype(np.int64) * width + self._theme[some])
        demand: dict[int, dict[int, int]] = {}
        for key in np.flatnonzero(counted).tolist():
            demand.setdefault(key // width, {})[key % width] = int(counted[key])
        return demand

    def seen(self) -> Array:
        """By person, the last day on which they posted, answered or completed; -1 for never."""
        seen = np.full(len(self._people.known), -1, np.int32)
        for person, day in (
            (self._author, self._posted),
            (self._helper, self._offered),
            (self._asker, self._agreed),
            (self._helper, self._completed),
            (self._asker, self._completed),
        ):
            some = (person >= 0) & (day >= self._first) & (day <= self._last)
            np.maximum.at(seen, person[some], day[some])
        return seen

    def firsts(self, since: date) -> Firsts:
        """The first yes to each need that was posted from this day on."""
        some = np.flatnonzero(
            (self._asked >= 0) & ~np.isnan(self._hours) & (self._needed >= day_number(since)) & (self._needed <= self._last)
        )
        need, hours = self._need[some], self._hours[some]
        order = np.lexsort((hours, *need.T))
        first = order[np.append(True, (np.diff(need[order], axis=0) != 0).any(axis=1))] if len(order) else order
        return Firsts(self._there[some[first]], self._asked[some[first]], hours[first])

    def helps(self, ties: Ties, begins: Sequence[date]) -> Helps:
        """The completed matches of the ties that reach over an edge of a window; the windows begin on these days."""
        many = len(self._people.known)
        edge = np.flatnonzero(np.any([over_edge(ties, day_number(since), self._last) for since in begins], axis=0))
        pairs = ties.a[edge].astype(np.int64) * many + ties.b[edge]
        order = np.argsort(pairs)
        some = np.flatnonzero((self._helper >= 0) & (self._asker >= 0) & (self._helped >= self._first) & (self._helped <= self._last))
        helper, asker = self._helper[some].astype(np.int64), self._asker[some].astype(np.int64)
        place = find_places(pairs[order], np.minimum(helper, asker) * many + np.maximum(helper, asker))
        known = place >= 0
        some = some[known]
        return Helps(edge[order][place[known]], self._helped[some], (helper < asker)[known], self._helped_with[some])

    def _keep_posts(self, rows: Any) -> tuple[Array, ...]:
        author, place = self._find(rows["author"]), find_places(self._places, rows["neighbourhood"]).astype(np.int32)
        return author, rows["posted"].astype(np.int32), place, rows["theme"].astype(np.int32), rows["asks"].copy()

    def _keep_matches(self, rows: Any) -> tuple[Array, ...]:
        helper, asker, author = (self._find(rows[name]) for name in ("helper", "asker", "author"))
        need = np.ascontiguousarray(rows["need"]).view(">i8").reshape(-1, 2).astype(np.int64)
        days = (rows[name].astype(np.int32) for name in ("offered", "agreed", "completed", "helped", "theme", "posted"))
        place = find_places(self._places, rows["neighbourhood"]).astype(np.int32)
        return helper, asker, need, author, *days, place, rows["hours"].astype(float)

    def _find(self, names: Array) -> Array:
        return self._people.find(names).astype(np.int32)
