"""What waits for a facilitator. Everything here is limited to the viewer's areas and organisation in SQL."""

from datetime import date
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.matching.queries.matches import FACILITATED
from buurtnet.matching.queries.unmatched import UNMATCHED
from buurtnet.moderation.schemas import Counts, OpenReport, PastPost, QueuedPost, Reply, ReportAnswer, Statement, Task, Work

VISIBLE = """exists (select from staff f join staff_area fa on fa.person_id = f.person_id
  where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = p.organisation_id and fa.neighbourhood_id = p.neighbourhood_id)"""
"""Whether `p` (a post, a person, a task: anything with an organisation and a neighbourhood) is in an area of the viewer, a facilitator."""
POST_VISIBLE = f"""({VISIBLE} and (exists (select from theme th where th.id = p.theme_id and th.review <> 'always')
  or exists (select from staff f where f.person_id = $1::uuid and f.role = 'facilitator' and f.secrecy_basis is not null)))"""
"""The same for a post `p`: one with a sensitive or unknown theme is for facilitators with a basis for secrecy alone."""

HELD = """left join claim c on c.object_kind = '{kind}' and c.object_id = {of}.id and c.until > now()
  left join person holder on holder.id = c.by"""
FLAGGED = """coalesce((select jsonb_agg(jsonb_build_object('kind', g.kind, 'leads_to', g.leads_to, 'starts', g.starts, 'ends', g.ends) order by g.starts)
    from flag g where g.object_kind = 'post' and g.object_id = p.id and g.leads_to <> 'allowed'), '[]'::jsonb)"""
POST = f"""
select p.id, p.kind, p.text, p.language, l.label as theme, t.slug as theme_slug, t.icon, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood,
       p.created_at, p.author_id, a.given_name as author, a.posts_on_trial > 0 as newcomer, a.mediated,
       coalesce(t.review = 'always', false) as sensitive, coalesce(t."right", false) as "right", p.changes_asked, p.version,
       p.urgency = 'urgent' as urgent,
       coalesce((select fa.backup from staff_area fa where fa.person_id = $1::uuid and fa.neighbourhood_id = p.neighbourhood_id), false) as backup,
       {FLAGGED} as flags, holder.given_name as held_by, coalesce(c.by = $1::uuid, false) as held_by_me,
       v.seconds as voice, v.worded_at is not null as worded
  from post p join person a on a.id = p.author_id join neighbourhood n on n.id = p.neighbourhood_id
  left join theme t on t.id = p.theme_id
  left join theme_label l on l.theme_id = t.id and l.language = $2
  left join post_voice v on v.post_id = p.id
  {HELD.format(kind="post", of="p")}
 where p.state = 'waiting' and {POST_VISIBLE}
"""
WAITING = f"""{POST} and ($3::int is null or p.neighbourhood_id = $3)
 order by exists (select from flag g where g.object_kind = 'post' and g.object_id = p.id and g.leads_to = 'danger') desc, p.changes_asked is not null,
          p.urgency = 'urgent' desc, p.created_at limit 200
"""
ONE_WAITING = f"{POST} and p.id = $3"
PAST = f"""
select p.id, p.kind, p.text, p.state, p.created_at from post p
 where p.author_id = $2 and p.id <> $3 and {POST_VISIBLE} order by p.created_at desc limit 10
"""
ABOUT_VISIBLE = POST_VISIBLE.replace("p.", "o.")
OPEN_REPORT = f"""p.closed_at is null and ({VISIBLE}
    or p.neighbourhood_id is null and exists (select from staff f where f.person_id = $1::uuid and f.role = 'facilitator'
                                                and (p.organisation_id is null or f.organisation_id = p.organisation_id)))
   and not exists (select from decision d where d.object_kind = 'report' and d.object_id = p.id and d.by = $1::uuid)"""
"""Whether the report `p` waits for the viewer; one that was decided and is looked at again waits for others than who decided."""
REPORTS = f"""
select p.id, p.object_kind, p.object_id, p.text, p.where_seen, p.at, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood,
       holder.given_name as held_by, coalesce(c.by = $1::uuid, false) as held_by_me, o.text as about, o.language as about_language,
       (select d.reason from decision d where d.object_kind = 'report' and d.object_id = p.id order by d.at desc, d.id desc limit 1) as decided
  from report p left join neighbourhood n on n.id = p.neighbourhood_id
  left join post o on p.object_kind = 'post' and o.id = p.object_id and {ABOUT_VISIBLE}
  {HELD.format(kind="report", of="p")}
 where {OPEN_REPORT} and ($3::uuid is null or p.id = $3)
 order by p.at limit 200
"""
TASK_VISIBLE = f"""({VISIBLE} or p.for_worker = $1::uuid or p.neighbourhood_id is null and exists (
  select from staff f where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = p.organisation_id))
  and not (p.kind = 'appeal' and p.for_worker is distinct from $1::uuid and exists (
    select from decision d where d.id = p.object_id and d.by = $1::uuid))"""
TASKS = f"""
select p.id, p.kind, p.person_id, w.given_name as name, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood, p.object_kind, p.object_id, p.urgent,
       p.due_on, p.created_at, o.text as about, o.language
  from task p left join person w on w.id = p.person_id left join neighbourhood n on n.id = p.neighbourhood_id
  left join post o on o.id = coalesce(
    case when p.object_kind = 'post' then p.object_id end,
    (select m.need_id from match m where p.object_kind = 'match' and m.id = p.object_id),
    (select d.object_id from decision d where p.object_kind = 'decision' and d.id = p.object_id))
   and {ABOUT_VISIBLE}
 where p.done_at is null and {TASK_VISIBLE} and ($3::uuid is null or p.id = $3)
 order by p.urgent desc, p.due_on, p.created_at limit 200
"""
WORK = f"""(select count(*) from post p where p.state = 'waiting' and {POST_VISIBLE}) as posts,
       (select count(*) from match where match.state = 'suggested' and {FACILITATED}) as matches,
       (select count(*) from report p where {OPEN_REPORT}) as reports,
       (select count(*) from task p where p.done_at is null and p.due_on <= $2 and {TASK_VISIBLE}) as tasks"""
WORK_COUNTS = f"select {WORK}"
COUNTS = f"""
select {WORK},
       (select count(*) from task p where p.done_at is null and p.due_on < $2 and {TASK_VISIBLE}) as late,
       (select count(*) from post where {UNMATCHED}) as unmatched,
       (select count(*) from person p where p.state in ('active', 'paused') and {VISIBLE}
           and exists (select from post o where o.author_id = p.id) and not exists (select from tie_component i where i.person_id = p.id)) as left_out,
       (select count(*) from match m join post p on p.id = m.need_id where m.state = 'agreed'
           and m.agreed_at < $2::date - interval '7 days' and {VISIBLE}) as silent
"""
STATEMENT = """
select d.id, d.verdict, d.reason, d."right", d.text, d.at, w.given_name as worker, d.appealed_at, p.text as post_text, p.id as post_id
  from decision d join post p on p.id = d.object_id join person w on w.id = d.by
 where d.object_kind = 'post' and d.undone_at is null and p.author_id = $1 and d.subject_id = $1 and p.id = $2
   and d.verdict in ('refused', 'changes_asked', 'right_first')
 order by d.at desc limit 1
"""
PLACE = f"select p.organisation_id, p.neighbourhood_id, p.author_id, p.state, p.theme_id, p.version from post p where p.id = $2 and {POST_VISIBLE}"


class Place(msgspec.Struct, frozen=True):
    """What a decision reads of a post."""

    organisation_id: UUID
    neighbourhood_id: int
    author_id: UUID
    state: str
    theme_id: int | None
    version: int


async def list_waiting_posts(db: Db, viewer_id: UUID | None, language: str, *, area: int | None = None) -> list[QueuedPost]:
    """The posts that wait for the facilitator, in all areas or in one neighbourhood: danger first, then urgent, then oldest."""
    return await fetch(db, QueuedPost, WAITING, viewer_id, language, area)


async def get_waiting_post(db: Db, viewer_id: UUID | None, post_id: UUID, language: str) -> QueuedPost | None:
    """One waiting post of the facilitator's areas; None where it waits no longer or is not theirs."""
    return await fetch_one(db, QueuedPost, ONE_WAITING, viewer_id, language, post_id)


async def list_past_posts(db: Db, viewer_id: UUID | None, author_id: UUID, but: UUID) -> list[PastPost]:
    """The author's other posts, newest first, at most ten."""
    return await fetch(db, PastPost, PAST, viewer_id, author_id, but)


async def list_open_reports(db: Db, viewer_id: UUID | None, language: str, *, report_id: UUID | None = None) -> list[OpenReport]:
    """Open reports of the facilitator's areas and those without a place; all or the one of the id."""
    return await fetch(db, OpenReport, REPORTS, viewer_id, language, report_id)


async def list_tasks(db: Db, viewer_id: UUID | None, language: str, *, task_id: UUID | None = None) -> list[Task]:
    """What the facilitator has to do, urgent first, then by date; all or the one of the id. An appeal never goes to who decided."""
    return await fetch(db, Task, TASKS, viewer_id, language, task_id)


async def count_work(db: Db, viewer_id: UUID | None, on: date) -> Work:
    """How much waits for the facilitator on that day: quick, for it stands on every page of the desk."""
    work = await fetch_one(db, Work, WORK_COUNTS, viewer_id, on)
    assert work is not None
    return work


async def count_waiting(db: Db, viewer_id: UUID | None, on: date) -> Counts:
    """The same, and how the facilitator's neighbourhoods fare."""
    counts = await fetch_one(db, Counts, COUNTS, viewer_id, on)
    assert counts is not None
    return counts


async def find_statement(db: Db, viewer_id: UUID | None, post_id: UUID) -> Statement | None:
    """The latest decision about the viewer's own post that needs explaining."""
    return await fetch_one(db, Statement, STATEMENT, viewer_id, post_id)


async def get_place(db: Db, viewer_id: UUID | None, post_id: UUID) -> Place:
    """Where a post of the facilitator's areas stands; NotFound where it is not theirs."""
    place = await fetch_one(db, Place, PLACE, viewer_id, post_id)
    if place is None:
        raise NotFound
    return place


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


async def list_unreached(db: Db, contact_id: UUID) -> list[Subject]:
    """Whose address does not work, where a worker looks after them."""
    return await fetch(db, Subject, UNREACHED, contact_id)


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A decision about a post, for who tells its author."""

    subject_id: UUID
    object_id: UUID
    verdict: str


DECIDED = "select subject_id, object_id, verdict from decision where id = $1 and object_kind = 'post' and subject_id is not null"


async def find_decided(db: Db, decision_id: UUID) -> Decided | None:
    """The decision, if it is about a post whose author is still here."""
    return await fetch_one(db, Decided, DECIDED, decision_id)


REPORT_ANSWER = """
select r.id, r.at, r.closed_at is not null as closed, d.reason as outcome, d.text, d.at as decided_at,
       exists (select from decision e where e.object_kind = 'report' and e.object_id = r.id and e.appealed_at is not null) as appealed
  from report r
  left join lateral (select * from decision d where d.object_kind = 'report' and d.object_id = r.id order by d.at desc, d.id desc limit 1) d on true
"""
ONE_ANSWER = f"{REPORT_ANSWER} where r.id = $1"
OWN_REPORTS = f"{REPORT_ANSWER} where r.by = $1::uuid order by r.at desc limit 10"
REPLY = """
select a.sealed, r.language, r.outcome from report_address a join report r on r.id = a.id where a.id = $1
"""
REPORTER = "select by from report where id = $1 and closed_at is not null"


async def find_report(db: Db, report_id: UUID) -> ReportAnswer | None:
    """What became of a report, for anybody who has its address: nothing stands in it that is not theirs to know."""
    return await fetch_one(db, ReportAnswer, ONE_ANSWER, report_id)


async def list_own_reports(db: Db, viewer_id: UUID | None) -> list[ReportAnswer]:
    """What became of the viewer's own reports, newest first, at most ten."""
    return await fetch(db, ReportAnswer, OWN_REPORTS, viewer_id)


async def find_reply(db: Db, report_id: UUID) -> Reply | None:
    """Where the answer to a report goes; None where no address was left. For the worker alone: pages may not read it."""
    return await fetch_one(db, Reply, REPLY, report_id)


async def find_reporter(db: Db, report_id: UUID) -> UUID | None:
    """Who made the report, where they have an account and what was decided stands."""
    return await db.fetchval(REPORTER, report_id)
