"""A worker brings two together: by hand, or somebody else in the place of one whom the engine proposed. Nobody is asked by that: the new pair waits in
the queue like any other, where a worker reads both sides and then asks the helper."""

from collections.abc import Collection
from uuid import UUID

from msgspec.structs import astuple, replace

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions.proposing import COLUMNS
from buurtnet.matching.actions.taking import LOCK, Held, audit_worker, lock_people, take_match
from buurtnet.matching.events import MatchWithdrawn
from buurtnet.matching.queries.pairing import Pairing, find_meeting, get_need, read_pairs
from buurtnet.matching.queries.weighing import read_weighing
from buurtnet.matching.rules.fit import common_slots, compute_parts, must_review, score
from buurtnet.matching.rules.hurdles import STOPS, Hurdle
from buurtnet.people.rules import languages_of
from buurtnet.web.language import ZONE

SIDES = "select match.need_id, match.offer_id, post.kind from match join post on post.id = $2 where match.id = $1"
CHOSEN = COLUMNS.replace("lapses_at)", "lapses_at, reviewer_id)")
MAKE = f"""
insert into match {CHOSEN} values ($1, $2, $3, $4, $5, 'suggested', 'facilitator', $6, $7, $8, $9, $10, $11, $12, $13, null, null, $14)
on conflict (need_id, offer_id) do update set
  state = excluded.state, origin = excluded.origin, score = excluded.score, parts = excluded.parts, metres = excluded.metres, level = excluded.level,
  languages = excluded.languages, slots = excluded.slots, needs_review = excluded.needs_review, proposed_at = excluded.proposed_at,
  asked_at = null, lapses_at = null, need_answer = null, offer_answer = null, rests_until = null, offered_at = null,
  closed_at = null, reviewer_id = excluded.reviewer_id, reason = null, version = match.version + 1
where match.state = 'withdrawn'
returning id
"""
SET_ASIDE = """
update match set state = 'withdrawn', closed_at = $2, version = version + 1
 where id = $1 and state = 'suggested' and ($3::int is null or version = $3) returning id
"""
ORIGIN = "select origin from match where id = $1"
HELPER = "select given_name from person where id = $1"
AUTHORS = "select author_id from post where id = any($1::uuid[])"


class NotTogether(Conflict):
    """A safeguard stands between the two, or a place is not there: nobody sets that aside."""

    text = N_("These two cannot be brought together now.")


class HurdlesFound(Invalid):
    """Something stands between the two that the worker has not set aside."""

    text = N_("Something has changed. Look at it again before you choose.")

    def __init__(self) -> None:
        super().__init__({"": type(self).text})


class NotByHand(Conflict):
    """What the engine proposed is rejected with a reason; only what a worker chose is taken back."""

    text = N_("Only a pair that was chosen by hand is taken back. Reject this one, with a reason.")


async def make_match(db: Db, viewer: Viewer, need_id: UUID, offer_id: UUID, *, confirmed: Collection[Hurdle] = ()) -> UUID:
    """Puts the two into the queue as a match that the facilitator chose; refuses where the two may not meet, where a safeguard does not hold, and where
    something stands in the way that was not confirmed."""
    await db.execute(LOCK, [need_id, offer_id])
    await lock_people(db, [row["author_id"] for row in await db.fetch(AUTHORS, [need_id, offer_id])])
    need = await get_need(db, viewer, need_id)
    pairing = await _find_pairing(db, viewer, need_id, offer_id, confirmed)
    match_id = await _write(db, viewer, pairing)
    await record_audit(db, viewer, "match_made", subject=need.author_id, object_kind="match", object_id=match_id)
    return match_id


async def _find_pairing(db: Db, viewer: Viewer, need_id: UUID, offer_id: UUID, confirmed: Collection[Hurdle]) -> Pairing:
    at = now()
    meeting = await find_meeting(db, viewer, need_id, offer_id)
    pairing = (await read_pairs(db, need_id, [offer_id], at=at)).get(offer_id) if meeting else None
    if meeting is None or pairing is None:
        raise NotFound
    hurdles = set(pairing.hurdles(at.astimezone(ZONE).date()))
    if not meeting.seen and (hurdles or pairing.stop):
        raise NotFound  # Whoever offers this elsewhere is shown only where everything fits.
    if pairing.stop is not None:
        raise NotTogether(STOPS[pairing.stop], helper=str(await db.fetchval(HELPER, pairing.offer.author_id)))
    if not hurdles <= set(confirmed):
        raise HurdlesFound
    return pairing


async def _write(db: Db, viewer: Viewer, found: Pairing) -> UUID:
    """The match as it stands in the queue; HurdlesFound where the two were brought together in the same moment."""
    offer, pair, weighing = found.offer, found.pair, await read_weighing(db)
    asked = found.need.theme
    need = replace(found.need, theme=replace(asked, halving_m=weighing.halving(asked.id, asked.parent_id, asked.halving_m)))
    weighed = weighing.at(need.organisation_id, need.neighbourhood_id)
    parts = compute_parts(need, offer, found.helper, pair, weighed.bonds)
    match_id = await db.fetchval(
        MAKE,
        new_id(),
        need.id,
        offer.id,
        need.author_id,
        offer.author_id,
        score(parts, weighed.weights),
        astuple(parts),
        pair.metres,
        pair.level,
        languages_of(need.language_bits & offer.language_bits),
        common_slots(need.slots, offer.slots) or None,
        must_review(need, offer),
        now(),
        viewer.person_id,
    )
    if match_id is None:
        raise HurdlesFound
    return match_id


async def swap_match(
    db: Db, viewer: Viewer, match_id: UUID, post_id: UUID, *, confirmed: Collection[Hurdle] = (), version: int | None = None
) -> UUID:
    """Puts somebody else's post in the place of the side of its kind: the suggestion is set aside and the new pair waits in its stead. Refuses as
    `make_match` does, and where the suggestion is another one by now."""
    sides = await db.fetchrow(SIDES, match_id, post_id)
    if sides is None or not viewer.staff:
        raise NotFound
    need_id, offer_id = (post_id, sides["offer_id"]) if sides["kind"] == "need" else (sides["need_id"], post_id)
    await db.execute(LOCK, [sides["need_id"], sides["offer_id"], post_id])
    held = await _set_aside(db, viewer, match_id, version)
    made = await make_match(db, viewer, need_id, offer_id, confirmed=confirmed)
    if sides["kind"] == "need":
        await record(db, MatchWithdrawn(held.id))  # The need that lost its helper looks for another one.
    return made


async def drop_match(db: Db, viewer: Viewer, match_id: UUID) -> None:
    """Takes back a pair that was chosen by hand and about which nobody was asked yet; nothing is remembered of it."""
    held = await _set_aside(db, viewer, match_id, None)
    if await db.fetchval(ORIGIN, match_id) != "facilitator":
        raise NotByHand
    await record(db, MatchWithdrawn(held.id))


async def _set_aside(db: Db, viewer: Viewer, match_id: UUID, version: int | None) -> Held:
    held = await take_match(db, viewer, match_id)
    if not (viewer.staff and held.facilitated):
        raise NotFound
    if await db.fetchval(SET_ASIDE, held.id, now(), version) is None:
        raise Conflict
    await audit_worker(db, viewer, "match_set_aside", held)
    return held
