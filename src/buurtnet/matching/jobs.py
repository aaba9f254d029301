"""What matching does by itself: reactions to posts and to its own steps, and the clocks."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from time import perf_counter
from uuid import UUID

import structlog

from buurtnet.kit.apart import Apart, Ended, OutOfMemory
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db, be_patient
from buurtnet.kit.errors import Conflict, Unavailable
from buurtnet.kit.ids import new_id
from buurtnet.kit.queue import Queue
from buurtnet.matching import actions
from buurtnet.matching.actions import rounds
from buurtnet.matching.actions.parts import find_best, finish_part, take_part
from buurtnet.matching.events import (
    MatchAgreed,
    MatchAsked,
    MatchCompleted,
    MatchDeclined,
    MatchFailed,
    MatchLapsed,
    MatchOffered,
    MatchQuiet,
    MatchRejected,
    MatchRested,
    MatchWithdrawn,
    NeighbourLeft,
    RoundOpened,
)
from buurtnet.matching.queries.facts import MatchFacts, find_neighbour, get_match_facts
from buurtnet.matching.rules.rounds import Proposal
from buurtnet.notices.actions import drop_notices, plan_notice
from buurtnet.people.events import PersonBlocked, PersonChanged
from buurtnet.posts.events import PostClosed, PostOpened, PostWaiting
from buurtnet.settings import Settings
from buurtnet.web.language import today

log = structlog.get_logger("matching")
LOT = 500
"""Questions that a round writes at a time: whoever answers one of them waits for so many to be written, some tenths of a second."""
TRIES = 3
"""How often a part is tried where posts were locked in a circle, or the process that reckons was ended."""


async def _tell(db: Db, person_id: UUID, kind: str, match_id: UUID) -> datetime | None:
    """Plans a notice; the reaction's own transaction sees to it that this happens once."""
    return await plan_notice(db, person_id, kind, event_id=new_id(), object_id=match_id)


async def _ask(db: Db, person_id: UUID, kind: str, match_id: UUID) -> None:
    """Tells somebody of a question; where they hear of it later, it waits from then on."""
    told_at = await _tell(db, person_id, kind, match_id)
    if told_at is not None and told_at > now():
        await actions.start_clock(db, match_id, told_at)


async def suggest_matches(db: Db, event: PostOpened) -> None:
    """Reaction to PostOpened: asks the best free candidates."""
    await actions.suggest_for_post(db, event.post_id, at=now())


async def withdraw_matches(db: Db, event: PostWaiting | PostClosed) -> None:
    """Reaction to a post that is not open any more: nobody is asked about what is over, or about words that a worker has yet to read."""
    await actions.withdraw_matches(db, event.post_id, at=now())


async def part_kept_apart(db: Db, event: PersonChanged) -> None:
    """Reaction to PersonChanged: what stands between two of whom one never wants to meet the other ends."""
    await actions.part_kept_apart(db, event.person_id, at=now())


async def part_blocked(db: Db, event: PersonBlocked) -> None:
    """Reaction to PersonBlocked: nobody waits for an answer of somebody who cannot give it, and nobody is brought together with them."""
    await actions.withdraw_person(db, event.person_id, at=now())


async def tell_helper(db: Db, event: MatchAsked) -> None:
    """Reaction to MatchAsked: the helper hears of it."""
    match = await get_match_facts(db, event.match_id)
    if match is not None and match.state == "asked":
        await _ask(db, match.helper_id, "match_asked", match.id)


async def tell_asker(db: Db, event: MatchOffered) -> None:
    """Reaction to MatchOffered: the asker hears that somebody can help."""
    match = await get_match_facts(db, event.match_id)
    if match is not None and match.state == "offered":
        await drop_notices(db, match.id, at=now())
        await _ask(db, match.asker_id, "match_offered", match.id)


async def tell_both(db: Db, event: MatchAgreed) -> None:
    """Reaction to MatchAgreed: both hear that both said yes."""
    match = await get_match_facts(db, event.match_id)
    if match is not None and match.state == "agreed":
        await drop_notices(db, match.id, at=now())
        await _tell(db, match.asker_id, "match_agreed", match.id)
        await _tell(db, match.helper_id, "match_agreed", match.id)


async def ask_outcome(db: Db, event: MatchQuiet) -> None:
    """Reaction to MatchQuiet: whoever has not said how it went is asked, where the match still stands."""
    match = await get_match_facts(db, event.match_id)
    if match is None or match.state != "agreed":
        return
    if not match.need_done:
        await _tell(db, match.asker_id, "done_asked", match.id)
    if not match.offer_done:
        await _tell(db, match.helper_id, "done_asked", match.id)


async def ask_next(db: Db, event: MatchDeclined | MatchRested | MatchRejected | MatchLapsed | MatchWithdrawn) -> None:
    """Reaction to a match that came to nothing: a helper who was asked is thanked, an asker who had hoped hears that it goes on, and it does.

    Nothing where the same two were brought together again before the news arrived: what was withdrawn stands in the same row.
    """
    match = await get_match_facts(db, event.match_id)
    if match is None or match.stands:
        return
    untold = await drop_notices(db, match.id, at=now())
    if match.helper_id not in untold:
        await _thank(db, match, withdrawn=isinstance(event, MatchWithdrawn))
    proposed = await actions.suggest_for_post(db, match.need_id, at=now())
    if not match.need_open:
        return
    if isinstance(event, MatchLapsed) and not proposed:
        await _tell(db, match.asker_id, "match_lapsed", match.id)
    if isinstance(event, MatchWithdrawn) and match.offered and match.asker_id not in untold:
        await _tell(db, match.asker_id, "match_gone", match.id)


async def _thank(db: Db, match: MatchFacts, *, withdrawn: bool) -> None:
    """Tells a helper that they are not needed: one who said yes, or whose question was taken back; not whose own offer is over or taken."""
    said_yes = match.offer_answer == "yes"
    if match.offer_free and match.asked and (said_yes or (withdrawn and match.offer_answer is None)):
        await _tell(db, match.helper_id, "match_thanks", match.id)


async def try_again(db: Db, event: MatchFailed) -> None:
    """Reaction to MatchFailed: both are free again; where the need may be over, its author is asked whether it still holds."""
    match = await get_match_facts(db, event.match_id)
    if match is None:
        return
    await drop_notices(db, match.id, at=now())
    if match.reason == "no_longer_needed":
        if match.need_open:
            await _tell(db, match.asker_id, "post_expiring", match.need_id)
    else:
        await actions.suggest_for_post(db, match.need_id, at=now())
    await actions.suggest_for_post(db, match.offer_id, at=now())


async def use_freed_room(db: Db, event: MatchCompleted) -> None:
    """Reaction to MatchCompleted: the helper has room again."""
    match = await get_match_facts(db, event.match_id)
    if match is not None:
        await drop_notices(db, match.id, at=now())
        await actions.suggest_for_post(db, match.offer_id, at=now())


async def go_on_without(db: Db, event: NeighbourLeft) -> None:
    """Reaction to NeighbourLeft: the one who stays hears of it kindly, an agreement that is off at once, and the search goes on."""
    neighbour = await find_neighbour(db, event.post_id)
    if neighbour is None:
        return
    if event.agreed:  # Also where the post is over: what was agreed stood all the same.
        await _tell(db, neighbour.person_id, "agreement_gone", event.post_id)
    elif event.heard and neighbour.open:
        await _tell(db, neighbour.person_id, "match_gone" if event.asks else "match_thanks", event.post_id)
    await actions.suggest_for_post(db, event.post_id, at=now())


async def lapse_questions(database: Database) -> None:
    """Cron: questions nobody answered in time, and helpers who have rested."""
    async with database.transaction() as db:
        await actions.lapse_matches(db, now())
    async with database.transaction() as db:
        await actions.end_rests(db, now())


async def wake_rested(database: Database) -> None:
    """Cron: "not now" was two weeks ago; the next round asks again where the two are still among the best."""
    async with database.transaction() as db:
        await actions.wake_matches(db, at=now())


async def open_round(database: Database) -> None:
    """Cron, each ten minutes: a round over all needs, unless the last one still runs."""
    at = now()
    async with database.transaction() as db:
        await rounds.stop_late(db, at=at)
    with suppress(rounds.RoundRuns):
        async with database.transaction() as db:
            await rounds.open_round(db, None, origin="clock", at=at)


async def clear_rounds(database: Database) -> None:
    """Cron, nightly: rounds that are no longer kept, and whom workers put first where that is over."""
    async with database.transaction() as db:
        await rounds.clear_rounds(db, at=now())
        await actions.forget_first(db, today())


def workers_bell(settings: Settings) -> Callable[[Db, RoundOpened], Awaitable[None]]:
    """The reaction to RoundOpened: rings for a worker who has time, as soon as the outbox is told."""

    async def ring_for_workers(db: Db, event: RoundOpened) -> None:
        queue = Queue(settings.redis_url)
        await queue.ring("rounds")
        await queue.close()

    return ring_for_workers


async def do_parts(database: Database, apart: Apart, *, round_id: UUID | None = None) -> int:
    """Does parts of rounds, or of one, until none is free, reckoning in the process apart; returns how many."""
    tries: Counter[UUID] = Counter()
    done = 0
    while await _do_next(database, apart, round_id, tries):
        done += 1
    return done


async def _ask_in_lots(database: Database, chosen: Sequence[Proposal]) -> int:
    """Asks what a round chose, some at a time, each lot in a transaction of its own; returns how many."""
    asked = 0
    for start in range(0, len(chosen), LOT):
        async with database.transaction() as db:
            await be_patient(db)
            asked += await actions.ask_chosen(db, chosen[start : start + LOT], at=now())
    return asked


async def _do_next(database: Database, apart: Apart, round_id: UUID | None, tries: Counter[UUID]) -> bool:
    """Takes a part that nobody holds and does it, held by one transaction; False where there is none. What cannot be done is noted."""
    part, problem = None, "error"
    try:
        async with database.transaction() as db:
            part = await take_part(db, round_id)
            if part is None:
                return False
            began = perf_counter()
            solved, peak = await find_best(db, part, apart)
            asked = 0 if part.dry_run else await _ask_in_lots(database, solved.chosen)
            await finish_part(db, part, solved, asked=asked, seconds=perf_counter() - began, peak_mib=peak)
            return True
    except Unavailable:
        raise
    except Exception as error:
        if part is None:
            raise
        tries[part.id] += 1
        if isinstance(error, (Conflict, Ended)) and tries[part.id] < TRIES:
            return True
        problem = "memory" if isinstance(error, (OutOfMemory, Ended)) else problem
        log.warning("part of a round failed", part=str(part.id), error=type(error).__name__, exc_info=True)
    async with database.transaction() as db:
        await rounds.fail_part(db, part.id, problem, at=now())
    return True
