"""Referrals: proposed by a verdict, agreed to by the person, told to the partner, and what came back."""

from datetime import date, datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import find_resident
from buurtnet.referrals.events import ReferralMoved
from buurtnet.referrals.queries import find_lists, find_partner, get_referral
from buurtnet.referrals.rules import ASKABLE, CONSENT_VERSION, OVER, NotNow, check_right, check_step, look_again
from buurtnet.referrals.schemas import Ask, NewReferral, Referral, RightOf, State, Step

PROPOSE = """
insert into referral (id, organisation_id, neighbourhood_id, person_id, post_id, "right", barrier, state, worker_id, proposed_at, due_on)
values ($1, $2, $3, $4, $5, $6, $7, 'proposed', $8, $9, $10)
"""
ASK = """
update referral set partner_id = $3, state = 'proposed', asked_at = $4, consented_at = null, consent_how = null, consent_version = null,
       consent_language = null, consent_by = null, sent_at = null, sent_how = null, answered_at = null, closed_at = null, due_on = $5, worker_id = $6,
       version = version + 1
 where id = $1 and version = $2 returning id
"""
KEEP_WORDS = """
insert into referral_words (id, person_id, sealed) values ($1, $2, $3) on conflict (id) do update set sealed = excluded.sealed
"""
CONSENT = """
update referral set state = 'consented', consented_at = $2, consent_how = $3, consent_version = $4, consent_language = $5, consent_by = $6, due_on = $7,
       version = version + 1
 where id = $1 and state = 'proposed' and asked_at is not null returning id
"""
STEP = """
update referral set state = $3, sent_at = case when $3 = 'sent' then $4 else sent_at end, sent_how = case when $3 = 'sent' then $5 else sent_how end,
       answered_at = case when $3 in ('accepted', 'helped', 'not_helped') then coalesce(answered_at, $4) else answered_at end,
       closed_at = case when $6 then $4 end, due_on = $7, version = version + 1
 where id = $1 and version = $2 returning id
"""
OWN = "select state, asked_at from referral where id = $1 and person_id = $2 for update"
DECLINE = """
update referral set state = 'declined', closed_at = $2, due_on = null, version = version + 1
 where id = $1 and (state = 'proposed' and asked_at is not null or state = 'consented') returning id
"""
END_OF_POST = """
update referral set state = 'ended', closed_at = $2, due_on = null, version = version + 1 where post_id = $1 and closed_at is null returning id
"""
ONE_AT_A_TIME = "select id from person where id = $1 for no key update"
UNDER_WAY = 'select exists (select from referral where person_id = $1 and "right" = $2 and closed_at is null)'
LANGUAGE = "select language from person where id = $1"


class UnderWay(Conflict):
    """The same person is on the way to the same right already."""

    text = N_("This is under way for this person already.")


class NeedsSecrecy(Forbidden):
    """What a partner may be told is under professional secrecy."""

    text = N_("You need a basis for professional secrecy to do this.")


async def propose_referral(db: Db, viewer: Viewer, new: NewReferral, *, at: datetime, on: date) -> UUID:
    """The id of a new referral without a partner yet: a worker looks at the right with the person first."""
    referral_id = new_id()
    values = (new.organisation_id, new.neighbourhood_id, new.person_id, new.post_id, new.right, new.barrier)
    await db.execute(PROPOSE, referral_id, *values, viewer.person_id, at, look_again(State.PROPOSED, on))
    await record(db, ReferralMoved(referral_id))
    return referral_id


async def begin_referral(db: Db, viewer: Viewer, person_id: UUID, new: RightOf, *, at: datetime, on: date) -> UUID:
    """The id of a new referral for somebody who asked for nothing here: they came by, or a worker saw it. NotFound for anybody who is not of the
    facilitator's areas, Invalid for what is not on the lists, Conflict where the same right is under way for them."""
    person = await find_resident(db, viewer, person_id)
    if not viewer.secrecy:
        raise NeedsSecrecy
    check_right(new, await find_lists(db))
    await db.execute(ONE_AT_A_TIME, person_id)
    if await db.fetchval(UNDER_WAY, person_id, new.right):
        raise UnderWay
    referral_id = await propose_referral(
        db,
        viewer,
        NewReferral(
            organisation_id=person.organisation_id,
            neighbourhood_id=person.neighbourhood_id,
            person_id=person_id,
            post_id=None,
            right=new.right,
            barrier=new.barrier,
        ),
        at=at,
        on=on,
    )
    await record_audit(db, viewer, "referral proposed", subject=person_id, object_kind="referral", object_id=referral_id)
    return referral_id


async def ask_person(db: Db, vault: Vault, viewer: Viewer, referral_id: UUID, ask: Ask, *, version: int, at: datetime, on: date) -> None:
    """Asks the person whether the partner may be told exactly these words, or notes that they said yes to the worker. NotFound where the referral
    or the partner is not the worker's, NotNow where the partner knows already."""
    referral = await get_referral(db, viewer, referral_id)
    if not viewer.secrecy:
        raise NeedsSecrecy
    partner = await find_partner(db, viewer, ask.partner)
    if partner is None or partner.ended_on is not None:
        raise NotFound
    if referral.state not in ASKABLE:
        raise NotNow
    if await db.fetchval(ASK, referral_id, version, partner.id, at, look_again(State.PROPOSED, on), viewer.person_id) is None:
        raise Conflict
    await db.execute(KEEP_WORDS, referral_id, referral.person_id, vault.seal(ask.words, "referral_words", "sealed", referral_id))
    await _audit(db, viewer, "referral asked", referral)
    if ask.agreed is not None:
        await _consent(db, viewer, referral_id, referral.person_id, ask.agreed, at=at, on=on)
        await _audit(db, viewer, "referral agreed", referral, ask.agreed)
    await record(db, ReferralMoved(referral_id))


async def answer_referral(db: Db, viewer: Viewer, referral_id: UUID, *, yes: bool, at: datetime, on: date) -> None:
    """The person says yes or no, or takes a yes back as long as the partner knows nothing; the same answer twice is no fault. NotFound where the
    referral is not theirs, NotNow where it is too late."""
    row = await db.fetchrow(OWN, referral_id, viewer.person_id)
    if row is None or row["asked_at"] is None:
        raise NotFound
    if row["state"] == ("consented" if yes else "declined"):
        return
    if yes:
        if row["state"] != "proposed":
            raise NotNow
        await _consent(db, viewer, referral_id, viewer.person_id, "self", at=at, on=on)
    elif await db.fetchval(DECLINE, referral_id, at) is None:
        raise NotNow
    if viewer.actor_id != viewer.person_id:
        said = "referral agreed" if yes else "referral declined"
        await record_audit(db, viewer, said, subject=viewer.person_id, object_kind="referral", object_id=referral_id)
    await record(db, ReferralMoved(referral_id))


async def _consent(db: Db, viewer: Viewer, referral_id: UUID, person_id: UUID | None, how: str, *, at: datetime, on: date) -> None:
    language = await db.fetchval(LANGUAGE, person_id)
    helper = viewer.actor_id if viewer.actor_id != person_id else None
    due = look_again(State.CONSENTED, on)
    if await db.fetchval(CONSENT, referral_id, at, how, CONSENT_VERSION, language, helper, due) is None:
        raise NotNow


async def take_step(db: Db, viewer: Viewer, referral_id: UUID, step: Step, *, version: int, at: datetime, on: date) -> None:
    """Notes what a worker did or heard; refuses what does not follow, and what was changed since it was read."""
    referral = await get_referral(db, viewer, referral_id)
    check_step(referral.state, step)
    due = look_again(step.state, on)
    if await db.fetchval(STEP, referral_id, version, step.state, at, step.how, step.state in OVER, due) is None:
        raise Conflict
    await _audit(db, viewer, f"referral {step.state.replace('_', ' ')}", referral, step.how)
    await record(db, ReferralMoved(referral_id))


async def end_of_post(db: Db, post_id: UUID, *, at: datetime) -> None:
    """Ends what is open for a post because its verdict was undone."""
    for row in await db.fetch(END_OF_POST, post_id, at):
        await record(db, ReferralMoved(row["id"]))


async def _audit(db: Db, viewer: Viewer, action: str, referral: Referral, reason: str | None = None) -> None:
    await record_audit(db, viewer, action, subject=referral.person_id, object_kind="referral", object_id=referral.id, reason=reason)
