"""What one account takes over of another one of the same person: in the worker's role, which opens both."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from buurtnet.people.actions.contacts import list_contacts
from buurtnet.people.actions.sessions import END_SESSIONS
from buurtnet.people.queries import get_person
from buurtnet.people.rules import merge_languages

ABSORB = """
update person kept set
  languages = $3,
  adult = kept.adult and gone.adult,
  discreet = kept.discreet or gone.discreet,
  mediated = kept.mediated or gone.mediated,
  looks_in_person = kept.looks_in_person or gone.looks_in_person,
  posts_on_trial = least(kept.posts_on_trial, gone.posts_on_trial),
  created_on = least(kept.created_on, gone.created_on),
  seen_on = greatest(kept.seen_on, gone.seen_on)
 from person gone
 where kept.id = $1 and gone.id = $2
"""
VERIFY = """
update contact kept set verified_at = coalesce(kept.verified_at, gone.verified_at) from contact gone where kept.id = $1 and gone.id = $2
"""
REMOVE = "delete from contact where id = $1"
STOP_CARDS = """
update card set revoked_at = $3
 where person_id = $2 and activated_at is not null and revoked_at is null
   and exists (select from person kept where kept.id = $1 and kept.pin_hash is null)
"""


async def absorb_person(db: Db, vault: Vault, kept_id: UUID, gone_id: UUID, *, at: datetime) -> None:
    """Gives the one account what the other one says of the person, the more careful word where they differ; ends the other one's sessions, and its
    cards where the account that stays has no pictures. What else names the other one is moved by the caller."""
    kept, gone = await get_person(db, kept_id), await get_person(db, gone_id)
    await db.execute(ABSORB, kept_id, gone_id, merge_languages(kept.languages, gone.languages))
    await db.execute(END_SESSIONS, gone_id)
    await db.execute(STOP_CARDS, kept_id, gone_id, at)
    known = {contact.value: contact.id for contact in await list_contacts(db, vault, kept_id)}
    for contact in await list_contacts(db, vault, gone_id):
        if contact.value in known:
            await db.execute(VERIFY, known[contact.value], contact.id)
            await db.execute(REMOVE, contact.id)
