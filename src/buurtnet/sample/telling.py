"""Telling what happened inside the planting's own transaction: the pairings of the worker that shape a town, and none that sends anybody anything."""

from collections.abc import Mapping, Sequence

import msgspec

import buurtnet.conversations.events as conversations
import buurtnet.matching.events as matching
import buurtnet.people.events as people
import buurtnet.posts.events as posts
import buurtnet.referrals.events as referrals
import buurtnet.ties.events as ties
from buurtnet.kit.db import Db
from buurtnet.kit.outbox import Reaction, event_kind
from buurtnet.matching import jobs as matching_jobs
from buurtnet.moderation import jobs as moderation_jobs
from buurtnet.moderation.events import DecisionDue
from buurtnet.posts import jobs as posts_jobs

REACTIONS: Mapping[type, Sequence[Reaction]] = {
    people.PersonChanged: [posts_jobs.refresh_copies],
    people.PersonBlocked: [posts_jobs.refresh_copies],
    ties.ComponentChanged: [posts_jobs.refresh_copies],
    posts.PostWaiting: [matching_jobs.withdraw_matches, moderation_jobs.warn_of_danger],
    posts.PostOpened: [matching_jobs.suggest_matches],
    posts.PostClosed: [matching_jobs.withdraw_matches],
    matching.MatchAsked: [moderation_jobs.ask_in_person],
    matching.MatchOffered: [moderation_jobs.ask_in_person],
    matching.MatchSilent: [moderation_jobs.ask_about_silence],
    matching.MatchDeclined: [matching_jobs.ask_next],
    matching.MatchRested: [matching_jobs.ask_next],
    matching.MatchRejected: [matching_jobs.ask_next],
    matching.MatchLapsed: [matching_jobs.ask_next],
    matching.MatchWithdrawn: [matching_jobs.ask_next],
    matching.MatchCompleted: [matching_jobs.use_freed_room],
    matching.MatchFailed: [matching_jobs.try_again, moderation_jobs.call_unhappy],
    referrals.ReferralMoved: [moderation_jobs.follow_referral],
    conversations.MessageFlagged: [moderation_jobs.look_at_message],
    conversations.ConversationReported: [moderation_jobs.keep_report],
}
KINDS = {event_kind(event): (event, told) for event, told in REACTIONS.items()}
DUE = "select id, kind, payload from outbox where done_at is null and parked_at is null and due_at <= now() order by id"
DONE = "update outbox set done_at = now() where id = any($1::uuid[])"
CARRIED_OUT = "update outbox set done_at = now() where kind = $1 and done_at is null"
NO_NOTICES = "delete from notice where state = 'due'"


async def tell_reactions(db: Db) -> None:
    """Tells everything that is due to those who react, in the order in which it happened, until nothing is due; notices that were planned go,
    and so does the wait of verdicts, which the planting carries out itself."""
    while rows := await db.fetch(DUE):
        await db.execute(DONE, [row["id"] for row in rows])
        for row in rows:
            event, told = KINDS.get(row["kind"], (None, ()))
            for reaction in told:
                await reaction(db, msgspec.convert(row["payload"], event))
    await db.execute(CARRIED_OUT, event_kind(DecisionDue))
    await db.execute(NO_NOTICES)
