"""Reactions: what happened elsewhere becomes something a worker sees."""

from uuid import UUID

import msgspec

from buurtnet.conversations.events import ConversationReported, MessageFlagged
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.events import MatchAsked, MatchFailed, MatchOffered, MatchSilent
from buurtnet.moderation.actions import create_task, make_report
from buurtnet.moderation.events import Decided
from buurtnet.moderation.schemas import NewReport
from buurtnet.notices.actions import plan_notice
from buurtnet.posts.events import PostExpiring, PostWaiting
from buurtnet.web.language import _, speaking

NOTICE = {"refused": "post_refused", "changes_asked": "post_change_asked", "right_first": "post_redirected", "approved": "post_opened"}

DECISION = "select subject_id, object_id, verdict from decision where id = $1 and object_kind = 'post'"
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
  from post p join person a on a.id = p.author_id where p.id = $1 and a.managed_by is not null
"""
SIDES = """
select p.organisation_id, p.neighbourhood_id, p.id as person_id, p.managed_by, m.id as object_id
  from match m join post need on need.id = m.need_id join person p on p.id = need.author_id
 where m.id = $1 and ($2 = 'any' or m.reason = $2) and m.state in ('agreed', 'failed')
"""


class Subject(msgspec.Struct, frozen=True):
    """Whom a task is about and where."""

    organisation_id: UUID
    neighbourhood_id: int | None
    person_id: UUID | None
    managed_by: UUID | None
    object_id: UUID


async def _give_tasks(db: Db, kind: str, object_kind: str, statement: str, *values: object, urgent: bool = False) -> None:
    for subject in await fetch(db, Subject, statement, *values):
        await create_task(
            db,
            kind,
            organisation_id=subject.organisation_id,
            neighbourhood_id=subject.neighbourhood_id,
            person_id=subject.person_id,
            for_worker=subject.managed_by,
            object_kind=object_kind,
            object_id=subject.object_id,
            urgent=urgent,
            due_on=now().date(),
        )


async def tell_author(db: Db, event: Decided) -> None:
    """Plans the notice about a decision on somebody's post."""
    row = await db.fetchrow(DECISION, event.decision_id)
    if row is not None and row["subject_id"] is not None and row["verdict"] in NOTICE:
        await plan_notice(db, row["subject_id"], NOTICE[row["verdict"]], event_id=event.decision_id, object_id=row["object_id"])


async def warn_of_danger(db: Db, event: PostWaiting) -> None:
    """Words of danger in a post become an urgent task."""
    await _give_tasks(db, "danger", "post", DANGER, event.post_id, urgent=True)


async def ask_in_person(db: Db, event: MatchAsked | MatchOffered) -> None:
    """For people registered by a worker the question becomes the worker's task."""
    await _give_tasks(db, "clock", "match", ASKED, event.match_id)


async def ask_for_renewal(db: Db, event: PostExpiring) -> None:
    """The same for "does this still hold?"."""
    await _give_tasks(db, "clock", "post", EXPIRING, event.post_id)


async def call_unhappy(db: Db, event: MatchFailed) -> None:
    """What did not feel right quietly asks a worker to call back."""
    await _give_tasks(db, "unhappy", "match", SIDES, event.match_id, "not_right", urgent=True)


async def ask_about_silence(db: Db, event: MatchSilent) -> None:
    """Two weeks without news after an agreement: a worker asks."""
    await _give_tasks(db, "silent_agreement", "match", SIDES, event.match_id, "any")


async def keep_report(db: Db, event: ConversationReported) -> None:
    """A reported conversation stands in the queue like any report."""
    row = await db.fetchrow("select organisation_id, neighbourhood_id, language from person where id = $1", event.by)
    if row is None:
        return
    with speaking(row["language"]):
        text = _("Somebody reported this conversation.")
    viewer = Viewer(person_id=event.by, organisation_id=row["organisation_id"], neighbourhood_id=row["neighbourhood_id"])
    await make_report(
        db, viewer, NewReport(text=text, object_kind="conversation", object_id=event.conversation_id), language=row["language"]
    )


async def look_at_message(db: Db, event: MessageFlagged) -> None:
    """A rule saw something in a first message: a worker looks; nothing was blocked."""
    text = "A rule saw something in one of the first messages."
    await make_report(db, Viewer(), NewReport(text=text, object_kind="conversation", object_id=event.conversation_id), language="en")
