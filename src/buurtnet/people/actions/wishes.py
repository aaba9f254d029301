"""What people change about themselves: profile, times, pause, safety, whom they never want to meet."""

from datetime import date, datetime
from uuid import UUID

from msgspec import UNSET, UnsetType, structs

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, SignInFirst
from buurtnet.kit.limits import Limits
from buurtnet.kit.locks import Lock, hold_one
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.contacts import PictureIsShared
from buurtnet.people.actions.joining import NobodyServes, check_place, give_consents
from buurtnet.people.actions.sessions import check_pin, hash_pin
from buurtnet.people.events import PersonChanged
from buurtnet.people.queries import count_wishes, find_facilitators, find_organisation, get_person
from buurtnet.people.queries.doubles import ADDRESSED
from buurtnet.people.rules import PICTURES, SHORT, address_lookup, check_languages, check_pause, clean_name, pin_is_easy
from buurtnet.people.schemas import Address, Person, PersonChange
from buurtnet.web.language import BY_CODE

CHANGE = """
update person set given_name = coalesce($2, given_name), picture = coalesce($3, picture), language = coalesce($4, language),
       languages = coalesce($5, languages), neighbourhood_id = coalesce($6, neighbourhood_id), reach = coalesce($7, reach),
       slots = coalesce($8, slots), monthly_max = coalesce($9, monthly_max), mediated = coalesce($10, mediated),
       discreet = coalesce($11, discreet), looks_in_person = coalesce($12, looks_in_person), organisation_id = coalesce($13, organisation_id)
 where id = $1 and state <> 'erased'
"""


class FaceToFace(Forbidden):
    """Whoever holds the phone could take the wish back and read what it keeps away from them."""

    text = N_("You asked to see this only face to face. Your worker shows it to you.")


SHORTEN = "update session set expires_at = $2 where person_id = $1 and kind = 'resident' and expires_at > $2"
PICTURE_SHARED = """
select exists (select from sign_in_name mine join sign_in_name theirs on theirs.lookup = mine.lookup and theirs.person_id <> mine.person_id
                 join person p on p.id = theirs.person_id and p.picture = $2 and p.state <> 'erased'
                where mine.person_id = $1)
"""


def _viewer_id(viewer: Viewer) -> UUID:
    if viewer.person_id is None:
        raise SignInFirst
    return viewer.person_id


async def tell_change(db: Db, viewer: Viewer, what: str) -> None:
    """Announces that the viewer changed, and writes down when a worker did it for them."""
    person_id = _viewer_id(viewer)
    if viewer.actor_id != person_id:
        await record_audit(db, viewer, what, subject=person_id)
    await record(db, PersonChanged(person_id))


def _checked(change: PersonChange) -> PersonChange:
    """The change with its texts in their one form; Invalid where one cannot be used."""
    if change.language is not UNSET and change.language not in BY_CODE:
        raise Invalid({"language": N_("Choose a language from the list.")})
    if change.picture is not UNSET and change.picture > len(PICTURES):
        raise Invalid({"picture": N_("Choose one of the pictures.")})
    return structs.replace(
        change,
        given_name=clean_name(change.given_name) if change.given_name is not UNSET else UNSET,
        languages=check_languages(change.languages) if change.languages is not UNSET else UNSET,
    )


async def change_person(db: Db, viewer: Viewer, change: PersonChange, *, at: datetime) -> Person:
    """The viewer with what they changed; Invalid, PictureIsShared with somebody of the same address, or FaceToFace where only a worker who acts for
    them takes it back."""
    person_id, change = _viewer_id(viewer), _checked(change)
    if change.looks_in_person is False and viewer.actor_id == person_id and (await get_person(db, person_id)).looks_in_person:
        raise FaceToFace
    if change.picture is not UNSET and await db.fetchval(PICTURE_SHARED, person_id, change.picture):
        raise PictureIsShared
    organisation_id = None
    if change.neighbourhood_id is not UNSET:
        organisation_id = await _move(db, viewer, change.neighbourhood_id, at=at)
        await db.execute(SETTLE, person_id)
    values = [None if isinstance(value, UnsetType) else value for value in structs.astuple(change)]
    await db.execute(CHANGE, person_id, *values, organisation_id)
    if change.discreet is True:
        await db.execute(SHORTEN, person_id, at + SHORT)
    await tell_change(db, viewer, "changed")
    return await get_person(db, person_id)


MOVES_A_DAY = 3


async def spend_move(limits: Limits, viewer: Viewer, neighbourhood_id: int) -> None:
    """TooMany for who moves from place to place in a day: what is "in your neighbourhood" in each of them would tell where others live. Moving
    with a worker does not count."""
    if neighbourhood_id != viewer.neighbourhood_id and viewer.actor_id == viewer.person_id:
        await limits.spend("move", str(viewer.person_id), most=MOVES_A_DAY, seconds=86_400)


SETTLE = "delete from place_question where person_id = $1"
MANAGE = "update person set managed_by = $2 where id = $1"


async def _move(db: Db, viewer: Viewer, neighbourhood_id: int, *, at: datetime) -> UUID:
    """The organisation that is responsible after a move: the same one if it serves there. Who is managed by a worker gets one of that place."""
    await check_place(db, neighbourhood_id)
    person = await get_person(db, _viewer_id(viewer))
    organisation_id = await find_organisation(db, neighbourhood_id, person.organisation_id)
    if organisation_id is None:
        raise NobodyServes
    helper = viewer.actor_id if viewer.actor_id != person.id else None
    if organisation_id != person.organisation_id:
        await give_consents(db, person.id, language=person.language, helped_by=helper, at=at)
    workers = await find_facilitators(db, organisation_id, neighbourhood_id)
    if person.managed_by is not None and person.managed_by not in workers:
        await db.execute(MANAGE, person.id, workers[0] if workers else None)
    return organisation_id


PAUSE = "update person set state = 'paused', paused_until = $2 where id = $1 and state in ('active', 'paused') returning id"
RESUME = "update person set state = 'active', paused_until = null where id = $1 and state = 'paused' returning id"
PAUSES_OVER = "update person set state = 'active', paused_until = null where state = 'paused' and paused_until < $1 returning id"


async def pause(db: Db, viewer: Viewer, until: date | None, *, at: datetime) -> None:
    """Lets the viewer and their posts rest through that day, or until they come back."""
    if await db.fetchval(PAUSE, _viewer_id(viewer), check_pause(until, at.date())) is None:
        raise Conflict
    await tell_change(db, viewer, "paused")


async def resume(db: Db, viewer: Viewer) -> None:
    """Ends the viewer's pause; nothing where there is none."""
    if await db.fetchval(RESUME, _viewer_id(viewer)) is not None:
        await tell_change(db, viewer, "resumed")


async def end_pauses(db: Db, on: date) -> int:
    """Brings back whoever paused until before that day; returns how many."""
    rows = await db.fetch(PAUSES_OVER, on)
    for row in rows:
        await record(db, PersonChanged(row["id"]))
    return len(rows)


SET_PIN = "update person set pin_hash = $2 where id = $1"


async def set_pin(db: Db, vault: Vault, limits: Limits, viewer: Viewer, pin: list[int], *, before: list[int] | None = None) -> None:
    """Gives the viewer four pictures as PIN; who has some already shows them first, unless a worker helps."""
    person = await get_person(db, _viewer_id(viewer))
    if person.has_pin and viewer.actor_id == person.id:
        await check_pin(db, vault, limits, person.id, before or [])
    if pin_is_easy(pin):
        raise Invalid({"pin": N_("Choose different pictures, not four times the same one.")})
    await db.execute(SET_PIN, person.id, await hash_pin(vault, person.id, pin))
    if viewer.actor_id != person.id:
        await record_audit(db, viewer, "pin set", subject=person.id)


ADD_WISH = "insert into keep_away_wish (person_id, lookup) values ($1, $2) on conflict do nothing"
ADD_PAIRS = f"""
insert into keep_away (person_id, other_id)
select pair.a, pair.b from {ADDRESSED} n
 cross join lateral (values ($1::uuid, n.person_id), (n.person_id, $1::uuid)) as pair(a, b)
 where n.lookup = $2 and n.person_id <> $1
on conflict do nothing
"""
REMOVE_WISH = "delete from keep_away_wish where person_id = $1 and lookup = $2 returning lookup"
REMOVE_PAIRS = f"""
delete from keep_away k using {ADDRESSED} n
 where n.lookup = $2 and k.person_id in ($1, n.person_id) and k.other_id in ($1, n.person_id)
   and not exists (select from keep_away_wish w join {ADDRESSED} mine on mine.lookup = w.lookup
                    where w.person_id = $1 and mine.person_id = n.person_id
                       or w.person_id = n.person_id and mine.person_id = $1)
"""
MOST_WISHES = 50


class EnoughWishes(Conflict):
    """More than anybody can know by heart."""

    text = N_("You have given many numbers already. Call your worker to add more.")


async def spend_wish(limits: Limits, viewer: Viewer) -> None:
    """TooMany for who keeps many addresses away and takes them back, to see what changes."""
    await limits.spend("keep-away", str(viewer.person_id), most=20, seconds=86_400)


async def keep_away(db: Db, vault: Vault, viewer: Viewer, address: Address) -> None:
    """From now on whoever has the address and the viewer never meet here; nobody is told, and nobody learns whether it is known."""
    person_id = _viewer_id(viewer)
    if await count_wishes(db, viewer) >= MOST_WISHES:
        raise EnoughWishes
    lookup = address_lookup(vault, address)
    await hold_one(db, Lock.ADDRESS, lookup)
    await db.execute(ADD_WISH, person_id, lookup)
    await db.execute(ADD_PAIRS, person_id, lookup)
    await tell_change(db, viewer, "keeps away")


async def stop_keeping_away(db: Db, vault: Vault, viewer: Viewer, address: Address) -> None:
    """Takes one wish back; Invalid where the address was never given."""
    person_id = _viewer_id(viewer)
    lookup = address_lookup(vault, address)
    await hold_one(db, Lock.ADDRESS, lookup)
    if await db.fetchval(REMOVE_WISH, person_id, lookup) is None:
        raise Invalid({"address": N_("You did not give this number or address before.")})
    await db.execute(REMOVE_PAIRS, person_id, lookup)
    await tell_change(db, viewer, "keeps away no more")
