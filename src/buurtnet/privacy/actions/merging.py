"""Two accounts of one person become one: asked by a worker who has seen it with the person, done by the worker process in one transaction."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.audit import join_pseudonyms, record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.limits import Limits
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import NoSecrecy, check_lately, find_resident
from buurtnet.people.actions.merging import absorb_person
from buurtnet.people.events import PersonChanged
from buurtnet.people.schemas import Person
from buurtnet.privacy.actions.ledger import hash_person
from buurtnet.privacy.events import MergeAsked
from buurtnet.ties.actions import join_ties


class TwoPeople(Conflict):
    """Something says that the two are two people; what it is, is for nobody to read here."""

    text = N_("These two cannot become one. Something here says that they are two people.")


class BlockFirst(Conflict):
    """A block of one of the two stands or is asked for."""

    text = N_("A block stands for one of the two. Decide about the block first.")


class SamePicture(Conflict):
    """At an address of the one somebody else signs in with the other one's picture."""

    text = N_("Somebody at the same number has the same picture. Change the picture of this account first.")


TWO_PEOPLE = """
select exists (select from keep_away k where k.person_id = any($1::uuid[]) and k.other_id = any($1::uuid[]))
    or exists (select from participant one join participant other on other.conversation_id = one.conversation_id and other.person_id = $3
                where one.person_id = $2)
    or exists (select from tie t where t.a = any($1::uuid[]) and t.b = any($1::uuid[]))
    or exists (select from match m where m.asker_id = any($1::uuid[]) and m.helper_id = any($1::uuid[]) and m.agreed_at is not null)
"""
BLOCKED = "select exists (select from block b where b.person_id = any($1::uuid[]) and b.ended_at is null)"
SAME_PICTURE = """
select exists (
  select from sign_in_name mine
    join sign_in_name theirs on theirs.lookup = mine.lookup and theirs.person_id <> all($1::uuid[])
    join person other on other.id = theirs.person_id and other.state <> 'erased'
    join person kept on kept.id = $2 and kept.picture = other.picture
   where mine.person_id = $3)
"""


async def check_merge(db: Db, kept_id: UUID, gone_id: UUID) -> None:
    """TwoPeople where the two were in touch or stay apart; BlockFirst; SamePicture."""
    both = [kept_id, gone_id]
    if await db.fetchval(TWO_PEOPLE, both, kept_id, gone_id):
        raise TwoPeople
    if await db.fetchval(BLOCKED, both):
        raise BlockFirst
    if await db.fetchval(SAME_PICTURE, both, kept_id, gone_id):
        raise SamePicture


async def find_both(db: Db, viewer: Viewer, kept_id: UUID, gone_id: UUID) -> tuple[Person, Person]:
    """The two residents of a facilitator who has a basis for secrecy; NotFound where one of them is not theirs or both are the same."""
    kept, gone = await find_resident(db, viewer, kept_id), await find_resident(db, viewer, gone_id)
    if kept_id == gone_id or kept.organisation_id != gone.organisation_id:
        raise NotFound
    if not viewer.secrecy:
        raise NoSecrecy
    return kept, gone


async def ask_merge(db: Db, viewer: Viewer, kept_id: UUID, gone_id: UUID, *, sure: bool) -> None:
    """Lets everything of the one account go to the other one in a moment; Invalid unless the person said that both are theirs, ConfirmFirst where
    the worker did not show lately that it is them and looks after another one's people."""
    kept, gone = await find_both(db, viewer, kept_id, gone_id)
    await check_merge(db, kept_id, gone_id)
    if not sure:
        raise Invalid({"sure": N_("Ask the person first. What is put together cannot be parted again.")})
    check_lately(kept, viewer)
    check_lately(gone, viewer)
    assert viewer.person_id is not None
    await record_audit(db, viewer, "accounts merged", subject=kept_id, object_kind="person", object_id=kept_id)
    await record_audit(db, viewer, "accounts merged", subject=gone_id, object_kind="person", object_id=gone_id)
    await record(db, MergeAsked(kept_id, gone_id, viewer.person_id))


ABSORB = "insert into absorbed (person_hash, person_id) values ($1, $2) on conflict do nothing"
LOCK = "select id from person where id = any($1::uuid[]) and state <> 'erased' order by id for update"


async def merge_people(db: Db, vault: Vault, limits: Limits, event: MergeAsked, *, at: datetime) -> bool:
    """Makes the two one in this transaction, the worker's; False where one of them is not there any more or something forbids it by now, which
    stands in the audit."""
    from buurtnet.privacy.actions.moving import move_person  # SQLAlchemy takes half a second, which nobody else need wait for.

    kept_id, gone_id = event.kept_id, event.gone_id
    if len(await db.fetch(LOCK, [kept_id, gone_id])) < 2:
        return False
    try:
        await check_merge(db, kept_id, gone_id)
    except Conflict:
        viewer = Viewer(person_id=event.worker_id, actor_id=event.worker_id)
        await record_audit(db, viewer, "merge stopped", subject=kept_id, object_kind="person", object_id=kept_id)
        return False
    await db.execute(ABSORB, hash_person(vault, gone_id), kept_id)
    await absorb_person(db, vault, kept_id, gone_id, at=at)
    await join_ties(db, kept_id, gone_id)
    await join_pseudonyms(db, kept_id, gone_id)
    await move_person(db, gone_id, kept_id)
    await limits.forget_all([str(gone_id)])
    await record(db, PersonChanged(kept_id))
    return True
