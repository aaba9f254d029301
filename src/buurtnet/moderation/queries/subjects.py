"""Whom a task that arises by itself is about."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a task is about and where."""

    organisation_id: UUID
    neighbourhood_id: int | None
    person_id: UUID
    managed_by: UUID | None
    object_id: UUID


DANGER = """
select p.organisation_id, p.neighbourhood_id, p.author_id as person_id, null::uuid as managed_by, p.id as object_id from post p
 where p.id = $1 and exists (select from flag g where g.object_kind = 'post' and g.object_id = p.id and g.leads_to = 'danger')
"""
ASKED = """
select p.organisation_id, p.neighbourhood_id, p.id as person_id, p.managed_by, m.id as object_id
  from match m join post side on side.id = case m.state when 'asked' then m.offer_id else m.need_id end join person p on p.id = side.author_id
 where m.id = $1 and m.state in ('asked', 'offered') and p.managed_by is not null
"""
EXPIRING = """
select p.organisation_id, a.neighbourhood_id, a.id as person_id, a.managed_by, p.id as object_id
  from post p join person a on a.id = p.author_id where p.id = $1 and p.state = 'open' and a.managed_by is not null
"""
UNHAPPY = """
select p.organisation_id, p.neighbourhood_id, p.id as person_id, p.managed_by, m.id as object_id
  from match m
       join pair_memory u on u.what = 'unhappy' and u.person_id in (m.asker_id, m.helper_id) and u.other_id in (m.asker_id, m.helper_id)
       join person p on p.id = u.person_id
 where m.id = $1 and m.state = 'failed' and m.reason = 'not_right' order by u.at desc limit 1
"""
SILENT = """
select p.organisation_id, p.neighbourhood_id, p.id as person_id, p.managed_by, m.id as object_id
  from match m join person p on p.id = m.asker_id where m.id = $1 and m.state = 'agreed'
"""
ABSENT = """
select p.organisation_id, p.neighbourhood_id, p.id as person_id, p.managed_by, p.id as object_id
  from person p where p.id = $1 and p.state in ('active', 'paused') and p.leaving_asked_on >= p.seen_on
"""
DISPLACED = """
select p.organisation_id, p.neighbourhood_id, p.id as person_id, p.managed_by, p.id as object_id
  from place_question q join person p on p.id = q.person_id where p.id = $1 and p.state in ('active', 'paused')
"""
UNREACHED = """
select p.organisation_id, p.neighbourhood_id, p.id as person_id, p.managed_by, p.id as object_id
  from contact c join person p on p.id = c.person_id where c.id = $1 and c.failing_since is not null and p.managed_by is not null
"""


async def list_endangered(db: Db, post_id: UUID) -> list[Subject]:
    """The author of a post with words of danger; nobody where there are none."""
    return await fetch(db, Subject, DANGER, post_id)


async def list_asked(db: Db, match_id: UUID) -> list[Subject]:
    """Whom a match asks now, where a worker answers with them."""
    return await fetch(db, Subject, ASKED, match_id)


async def list_expiring(db: Db, post_id: UUID) -> list[Subject]:
    """The author of a post that is still open, where a worker answers with them."""
    return await fetch(db, Subject, EXPIRING, post_id)


async def list_unhappy(db: Db, match_id: UUID) -> list[Subject]:
    """The side to whom it did not feel right; nobody where it ended for another reason."""
    return await fetch(db, Subject, UNHAPPY, match_id)


async def list_silent(db: Db, match_id: UUID) -> list[Subject]:
    """Whom to ask about an agreement of which nothing was heard: the asker."""
    return await fetch(db, Subject, SILENT, match_id)


async def list_absent(db: Db, person_id: UUID) -> list[Subject]:
    """Somebody who was asked whether they want to stay; nobody where they are back since."""
    return await fetch(db, Subject, ABSENT, person_id)


async def list_displaced(db: Db, person_id: UUID) -> list[Subject]:
    """Somebody who is asked where they live since the borders changed; nobody where they answered."""
    return await fetch(db, Subject, DISPLACED, person_id)


async def list_unreached(db: Db, contact_id: UUID) -> list[Subject]:
    """Whose address does not work, where a worker looks after them."""
    return await fetch(db, Subject, UNREACHED, contact_id)
