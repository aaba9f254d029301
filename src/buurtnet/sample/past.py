"""Puts what was planted today into the days when it would have happened. Only the sample may: it changes what actions wrote."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.sample.town import Standing

SETTLE = """
update match set proposed_at = $2, asked_at = $3, offered_at = $4, agreed_at = $5, closed_at = $6, need_done_at = $7, offer_done_at = $6 where id = $1
"""
SET_NEED = "update post set created_at = $2, closed_at = $3 where id = $1"
MATCHES = """
select m.id, m.state, m.need_id, m.offer_id, m.asked_at, m.offered_at, m.agreed_at, m.closed_at, n.until_on from match m join post n on n.id = m.need_id
 where m.closed_at is null or m.closed_at >= $1 order by m.id
"""
SHIFT_MATCH = """
update match set proposed_at = proposed_at - $2::interval, asked_at = asked_at - $2::interval * 0.9, offered_at = offered_at - $2::interval * 0.7,
       agreed_at = agreed_at - $2::interval * 0.5, closed_at = closed_at - $3::interval, need_done_at = need_done_at - $3::interval,
       offer_done_at = offer_done_at - $3::interval
 where id = $1
"""
POSTS = """
select p.id, p.kind, p.state, p.created_at, p.closed_at, p.closed_at is not null and p.closed_at >= $1 as ended_today,
       (select min(m.proposed_at) from match m where m.need_id = p.id or m.offer_id = p.id) as first_match,
       (select max(m.closed_at) from match m where m.need_id = p.id or m.offer_id = p.id) as last_match
  from post p where p.created_at >= $1 order by p.id
"""
SET_POST = "update post set created_at = $2, closed_at = $3 where id = $1"
PEOPLE = """
select p.id, least((select min(created_at) from post where author_id = p.id),
                   (select min(proposed_at) from match where asker_id = p.id or helper_id = p.id)) as first_at
  from person p where not exists (select from staff s where s.person_id = p.id) order by p.id
"""
SET_PERSON = "update person set created_on = $2, seen_on = $3 where id = $1"
SET_WORKERS = "update person set created_on = $1::date - 400 where id in (select person_id from staff)"
FOLLOWING = (
    "update consent c set at = p.created_on + interval '12 hours' from person p where p.id = c.person_id",
    "update contact c set verified_at = p.created_on + interval '12 hours' from person p where p.id = c.person_id",
    # A worker reads a post soon after it comes, and a match soon after it is proposed.
    "update decision d set at = p.created_at + interval '25 minutes' from post p where d.object_kind = 'post' and p.id = d.object_id",
    "update decision d set at = coalesce(m.asked_at, m.closed_at) from match m where d.object_kind = 'match' and m.id = d.object_id",
    "update pair_memory r set at = m.closed_at, until = m.closed_at + (r.until - r.at) from match m where m.closed_at is not null"
    " and r.person_id in (m.asker_id, m.helper_id) and r.other_id in (m.asker_id, m.helper_id)",
    "update conversation c set opened_at = m.agreed_at, closed_at = case when c.closed_at is not null then m.closed_at end"
    " from match m where m.conversation_id = c.id",
    "update message g set sent_at = m.agreed_at + interval '40 minutes' * (select count(*) from message e where e.conversation_id = g.conversation_id"
    " and e.id <= g.id) from match m where m.conversation_id = g.conversation_id",
    "update message set reported_at = sent_at + interval '3 hours' where reported_at is not null",
    "update participant r set read_at = (select max(sent_at) from message g where g.conversation_id = r.conversation_id) from match m"
    " where m.conversation_id = r.conversation_id and (m.state <> 'agreed' or r.person_id = m.helper_id)",
    "update tie t set first_on = h.first_on, last_on = h.last_on from (select least(helper_id, asker_id) as a, greatest(helper_id, asker_id) as b,"
    " min(closed_at)::date as first_on, max(closed_at)::date as last_on from match where state = 'completed' group by 1, 2) h"
    " where h.a = t.a and h.b = t.b",
    "update outbox o set due_at = m.agreed_at + interval '3 days', done_at = case when m.state <> 'agreed' or m.agreed_at < now() - interval '3 days'"
    " then now() end from match m where o.kind = 'matching.MatchQuiet' and o.payload->>'match_id' = m.id::text",
    "update outbox o set due_at = m.agreed_at + interval '14 days', done_at = case when m.state <> 'agreed' then now() end"
    " from match m where o.kind = 'matching.MatchSilent' and o.payload->>'match_id' = m.id::text",
    "delete from pair_memory where until <= now()",
    "delete from rest",
    "delete from session",
    "delete from sign_in_code",
)


class Past:
    """Draws days and hours, and writes them."""

    def __init__(self, db: Db, random: Random, at: datetime) -> None:
        self.db, self.random, self.at = db, random, at

    def _ago(self, least: float, most: float) -> datetime:
        """A moment so many days ago, by day."""
        moment = self.at - timedelta(days=self.random.uniform(least, most))
        return moment.replace(hour=self.random.randint(8, 18), minute=self.random.randint(0, 59)) if least >= 1 else moment

    def _before(self, moment: datetime, least: float, most: float) -> datetime:
        """A moment so many hours before."""
        return moment - timedelta(hours=self.random.uniform(least, most))

    async def settle(self, matches: Sequence[Standing], since: int, until: int) -> None:
        """Puts helps that were completed today, with their needs, between so many days ago."""
        rows, needs = [], []
        for match in matches:
            closed = self._ago(until, since)
            agreed = self._before(closed, 20, 130)
            offered = self._before(agreed, 1, 20)
            asked = self._before(offered, 1, 30)
            proposed = self._before(asked, 0, 2)
            rows.append((match.id, proposed, asked, offered, agreed, closed, self._before(closed, 0.2, 5)))
            needs.append((match.need_id, self._before(proposed, 0.5, 20), closed))
        await self.db.executemany(SETTLE, rows)
        await self.db.executemany(SET_NEED, needs)

    async def recede(self, today: datetime, silent: UUID) -> None:
        """Puts everything that still stands in today into the days and weeks before it; `silent` is agreed on and older than two weeks."""
        await self._shift_matches(today, silent)
        await self._shift_posts(today)
        await self._shift_people()
        for statement in FOLLOWING:
            await self.db.execute(statement)

    async def _shift_matches(self, today: datetime, silent: UUID) -> None:
        rows = []
        for row in await self.db.fetch(MATCHES, today):
            ended = row["closed_at"] is not None
            days = 17.0 if row["id"] == silent else self.random.uniform(6, 24) if ended else self.random.uniform(0.1, 1.6)
            if row["state"] == "agreed" and row["id"] != silent:
                days = self.random.uniform(1.5, 5)
            rows.append((row["id"], timedelta(days=days * (2 if row["state"] == "agreed" else 1)), timedelta(days=days * 0.3)))
        await self.db.executemany(SHIFT_MATCH, rows)

    async def _shift_posts(self, today: datetime) -> None:
        rows = []
        for row in await self.db.fetch(POSTS, today):
            created, closed = self._place(row["kind"], row["state"], row["first_match"])
            if row["state"] in ("met", "withdrawn") and row["last_match"] is not None:
                closed = row["last_match"]
            rows.append((row["id"], created, closed if row["ended_today"] else row["closed_at"]))
        await self.db.executemany(SET_POST, rows)

    def _place(self, kind: str, state: str, first_match: datetime | None) -> tuple[datetime, datetime | None]:
        """When a post came, and when it ended if it has."""
        match state:
            case "waiting":
                return self._ago(0.05, 0.9), None
            case "expired":
                created = self._ago(33, 36)
                return min(created, self._before(first_match or created, 2, 200)), self._ago(1, 2)
            case "refused" | "redirected" | "withdrawn" if first_match is None:
                created = self._ago(6, 20)
                return created, created + timedelta(hours=self.random.uniform(1, 30))
            case _:
                days = (3, 90) if kind == "offer" else (1, 12)
                created = self._ago(*days) if first_match is None else self._before(first_match, 2, 200 if kind == "offer" else 20)
                return created, created + timedelta(days=1)

    async def _shift_people(self) -> None:
        rows = []
        for row in await self.db.fetch(PEOPLE):
            first = row["first_at"] or self._ago(2, 200)
            came = self._before(first, 1, 24 * 12)
            rows.append((row["id"], came.date(), max(came, self._ago(0.1, 15)).date()))
        await self.db.executemany(SET_PERSON, rows)
        await self.db.execute(SET_WORKERS, self.at.date())
