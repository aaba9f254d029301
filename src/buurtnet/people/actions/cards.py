"""Cards: printed ahead, given to somebody by a worker, a full account together with the picture PIN."""

import asyncio
import secrets
from datetime import datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.actions.sessions import END_SESSIONS, PIN_TRIES, SignInStopped, check_pin, hash_pin, open_session, verify_hash
from buurtnet.people.actions.wishes import SET_PIN
from buurtnet.people.rules import CARD_ALPHABET, pin_is_easy, pin_text, plain_card_code
from buurtnet.people.schemas import OpenedSession, PersonState, PrintedCard

MOST_CARDS = 100
ADD_CARD = "insert into card (id, organisation_id, token_hash, code_hash, issued_by) values ($1, $2, $3, $4, $5)"


class CardIsWrong(Invalid):
    """No such card, a blank or revoked one, or not its four pictures: nobody can tell which."""

    def __init__(self) -> None:
        super().__init__({"pin": N_("This card and these pictures do not go together. Try again.")})


def code_hash(vault: Vault, code: str) -> bytes:
    """What is stored of a card's eight signs."""
    return vault.blind("card code", code)


async def issue_cards(db: Db, vault: Vault, viewer: Viewer, count: int) -> list[PrintedCard]:
    """So many blank cards of the facilitator's organisation, to be printed at once: what is on them is stored nowhere."""
    if not viewer.staff or "facilitator" not in viewer.roles:
        raise Forbidden
    if not 1 <= count <= MOST_CARDS:
        raise Invalid({"count": N_("Choose a number from 1 to 100.")})
    printed: list[PrintedCard] = []
    for _number in range(count):
        card = PrintedCard(id=new_id(), token=secrets.token_urlsafe(16), code="".join(secrets.choice(CARD_ALPHABET) for _sign in range(8)))
        await db.execute(ADD_CARD, card.id, viewer.organisation_id, token_hash(card.token), code_hash(vault, card.code), viewer.person_id)
        printed.append(card)
    await record_audit(db, viewer, f"{count} cards issued", object_kind="card")
    return printed


ACTIVATE = """
update card set person_id = $3, activated_at = $4
 where (token_hash = $1 or code_hash = $2) and organisation_id = $5 and person_id is null and revoked_at is null
returning id
"""


async def activate_card(db: Db, vault: Vault, viewer: Viewer, person_id: UUID, typed: str, pin: list[int], *, at: datetime) -> UUID:
    """Gives a blank card, by its eight signs or its token, to a resident of the facilitator, with the four pictures they chose."""
    person = await find_resident(db, viewer, person_id)
    pin_text(pin)
    if pin_is_easy(pin):
        raise Invalid({"pin": N_("Choose different pictures, not four times the same one.")})
    hashes = token_hash(typed.strip()), code_hash(vault, plain_card_code(typed))
    card_id = await db.fetchval(ACTIVATE, *hashes, person.id, at, viewer.organisation_id)
    if card_id is None:
        raise Invalid({"code": N_("This is not a new card of your organisation. Look at the eight signs.")})
    await db.execute(SET_PIN, person.id, await hash_pin(vault, person.id, pin))
    await record_audit(db, viewer, "card given", subject=person.id, object_kind="card", object_id=card_id)
    return card_id


async def make_card(db: Db, vault: Vault, viewer: Viewer, person_id: UUID, pin: list[int], *, at: datetime) -> PrintedCard:
    """A new card that is the resident's already, with the four pictures they chose, to be printed at once."""
    await find_resident(db, viewer, person_id)
    [card] = await issue_cards(db, vault, viewer, 1)
    await activate_card(db, vault, viewer, person_id, card.token, pin, at=at)
    return card


CARD_OF = "select person_id from card where id = $1 and person_id is not null"
REVOKE = "update card set revoked_at = $2 where id = $1 and revoked_at is null returning id"


async def revoke_card(db: Db, viewer: Viewer, card_id: UUID, *, at: datetime) -> UUID:
    """Makes a card useless, and returns whose it was; sessions that it opened end as well."""
    person_id = await db.fetchval(CARD_OF, card_id)
    if person_id is None:
        raise NotFound
    await find_resident(db, viewer, person_id)
    if await db.fetchval(REVOKE, card_id, at) is None:
        raise Conflict
    await db.execute(END_SESSIONS, person_id)
    await record_audit(db, viewer, "card revoked", subject=person_id, object_kind="card", object_id=card_id)
    return person_id


HOLDER = """
select p.id, p.state from card c join person p on p.id = c.person_id
 where (c.token_hash = $1 or c.code_hash = $2) and c.revoked_at is null and p.state <> 'erased'
"""


async def enter_with_card(
    db: Db, vault: Vault, limits: Limits, typed: str, pin: list[int], *, network: str, stay: bool, at: datetime
) -> OpenedSession:
    """The session of the card's holder, by its token or eight signs and their four pictures; CardIsWrong, TooMany, SignInStopped."""
    pin_text(pin)
    await limits.spend("card-network", network, most=30, seconds=3600)
    await limits.spend("card-all", "all", most=2000, seconds=3600)
    hashes = token_hash(typed.strip()), code_hash(vault, plain_card_code(typed))
    await limits.spend("card", hashes[0].hex(), most=PIN_TRIES, seconds=900)
    row = await db.fetchrow(HOLDER, *hashes)
    if row is None:
        await asyncio.to_thread(verify_hash, None, vault.blind("pin", pin_text(pin)))
        raise CardIsWrong
    try:
        await check_pin(db, vault, limits, row["id"], pin)
    except Invalid:
        raise CardIsWrong from None
    if row["state"] == PersonState.BLOCKED:
        raise SignInStopped
    await limits.forget("card", hashes[0].hex())
    return await open_session(db, row["id"], stay=stay, at=at)
