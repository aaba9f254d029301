"""New people: who joins alone with a proven address, and who is registered by a worker."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from buurtnet.geography.queries import get_neighbourhood
from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import SET_VIEWER, Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.codes import finish_code
from buurtnet.people.actions.contacts import attach_address
from buurtnet.people.actions.leaving import is_barred
from buurtnet.people.actions.sessions import SignInStopped, open_session
from buurtnet.people.queries import find_candidates, find_doubles, find_organisation
from buurtnet.people.rules import CONSENT_VERSION, CONSENTS, PICTURES, check_languages, clean_name
from buurtnet.people.schemas import NewPerson, OpenedSession, RegisteredPerson, SignInCode
from buurtnet.web.language import BY_CODE, DEFAULT, _, speaking


class TakePartWithSomebody(Forbidden):
    """Somebody younger than eighteen takes part through a parent, a worker or a group."""

    text = N_("You are younger than 18. Take part with a parent, with a worker or with a group.")


class NobodyServes(Invalid):
    """No organisation welcomes people in the neighbourhood."""

    def __init__(self) -> None:
        super().__init__({"neighbourhood_id": N_("Nobody welcomes people in this neighbourhood yet. Choose another one.")})


class PictureIsTaken(Conflict):
    """Two people of one address cannot have the same picture."""

    text = N_("Somebody at this address has this picture. Choose another one.")


class MaybeKnown(Conflict):
    """Somebody whose name sounds alike is known in the neighbourhood; the worker has to look first."""

    text = N_("Somebody with this name is known here already. Look first.")


ADD_PERSON = """
insert into person (id, organisation_id, given_name, picture, adult, discreet, language, languages, neighbourhood_id, managed_by, created_on, seen_on)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
"""
ADD_CONSENT = "insert into consent (id, person_id, what, version, language, helped_by, at) values ($1, $2, $3, $4, $5, $6, $7)"


async def check_place(db: Db, neighbourhood_id: int) -> None:
    """Invalid unless the neighbourhood is one of today's where people live."""
    try:
        hood = await get_neighbourhood(db, neighbourhood_id)
    except NotFound:
        hood = None
    if hood is None or hood.valid_to is not None or not hood.inhabited:
        raise Invalid({"neighbourhood_id": N_("Choose a neighbourhood from the list.")})


async def give_consents(db: Db, person_id: UUID, *, language: str, helped_by: UUID | None, at: datetime) -> None:
    """Writes down what the person agreed to, in which language and with whose help."""
    for what in CONSENTS:
        await db.execute(ADD_CONSENT, new_id(), person_id, what, CONSENT_VERSION, language, helped_by, at)


def _free_picture(identity: UUID, taken: Sequence[int], wished: int | None) -> int:
    count = len(PICTURES)
    if wished is not None and wished <= count:
        if wished in taken:
            raise PictureIsTaken
        return wished
    first = identity.int % count
    return next((place + 1 for n in range(count) if (place := (first + n) % count) + 1 not in taken), first + 1)


async def welcome(db: Db, vault: Vault, new: NewPerson, code: SignInCode, *, language: str, at: datetime) -> UUID:
    """The id of a new person with a proven address; refuses who is too young, has not agreed, or where nobody serves."""
    if not new.adult:
        raise TakePartWithSomebody
    if not new.consent:
        raise Invalid({"consent": N_("You can only take part if you agree.")})
    languages = check_languages(new.languages)
    await check_place(db, new.neighbourhood_id)
    organisation_id = await find_organisation(db, new.neighbourhood_id, new.organisation_id)
    if organisation_id is None:
        raise NobodyServes
    identity = new_id()
    taken = [candidate.picture for candidate in await find_candidates(db, code.lookup)]
    with speaking(language):
        name = clean_name(new.given_name or _("Neighbour"))
    await db.execute(
        ADD_PERSON,
        identity,
        organisation_id,
        name,
        _free_picture(identity, taken, new.picture),
        True,
        new.discreet,
        language,
        languages,
        new.neighbourhood_id,
        None,
        at.date(),
    )
    await db.execute(SET_VIEWER, str(identity))
    await attach_address(db, vault, identity, code, at=at)
    await give_consents(db, identity, language=language, helped_by=None, at=at)
    return identity


async def join(db: Db, vault: Vault, code: SignInCode, new: NewPerson, *, language: str, at: datetime) -> OpenedSession:
    """The first session of somebody new; what `welcome` refuses, and CodeIsOver where the proof was used."""
    if await is_barred(db, code.lookup, at.date()):
        raise SignInStopped
    await finish_code(db, code, at)
    identity = await welcome(db, vault, new, code, language=language if language in BY_CODE else DEFAULT.code, at=at)
    return await open_session(db, identity, stay=not new.discreet, at=at)


async def register_person(db: Db, viewer: Viewer, new: RegisteredPerson) -> UUID:
    """The id of somebody whom the facilitator registers in their area and who needs no phone; MaybeKnown unless the worker is sure."""
    if not viewer.staff or "facilitator" not in viewer.roles or viewer.person_id is None or viewer.organisation_id is None:
        raise Forbidden
    if new.neighbourhood_id not in viewer.areas:
        raise Invalid({"neighbourhood_id": N_("Choose a neighbourhood where you work.")})
    if not new.consent:
        raise Invalid({"consent": N_("Ask the person first. They can only take part if they agree.")})
    await check_place(db, new.neighbourhood_id)
    languages, name, at = check_languages(new.languages), clean_name(new.given_name), now()
    if not new.sure and await find_doubles(db, viewer, new.neighbourhood_id, name, languages):
        raise MaybeKnown
    identity = new_id()
    language = next((code for code in languages if code in BY_CODE), viewer.language or DEFAULT.code)
    await db.execute(
        ADD_PERSON,
        identity,
        viewer.organisation_id,
        name,
        _free_picture(identity, (), None),
        new.adult,
        False,
        language,
        languages,
        new.neighbourhood_id,
        viewer.person_id,
        at.date(),
    )
    await give_consents(db, identity, language=language, helped_by=viewer.person_id, at=at)
    await record_audit(db, viewer, "registered", subject=identity, object_kind="person", object_id=identity)
    return identity
