"""What privacy does by itself, in the worker: forgetting people who asked, and what is kept no longer."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from buurtnet.conversations.actions import find_silent_conversations
from buurtnet.kit.audit import drop_old_audit
from buurtnet.kit.clock import months_before, now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.outbox import Reaction
from buurtnet.kit.vault import Vault
from buurtnet.matching.actions import count_matches_of_posts, count_over_matches
from buurtnet.people.events import ErasureAsked
from buurtnet.posts.actions import count_over_posts
from buurtnet.privacy.actions.forgetting import Forgets, find_unforgotten, forget_person
from buurtnet.privacy.actions.merging import merge_people
from buurtnet.privacy.events import MergeAsked
from buurtnet.settings import Settings

log = structlog.get_logger("privacy")
MONTHS_KEPT = 12
"""Posts and matches after their end, conversations after their last message."""


def eraser(settings: Settings, vault: Vault, forgets: Sequence[Forgets]) -> Reaction:
    """The reaction to ErasureAsked with this installation's keys, counters and files."""

    async def erase_person(db: Db, event: ErasureAsked) -> None:
        await _erase(db, settings, vault, event.person_id, forgets)

    return erase_person


async def _erase(db: Db, settings: Settings, vault: Vault, person_id: UUID, forgets: Sequence[Forgets]) -> bool:
    limits = Limits(settings.redis_url)
    try:
        return await forget_person(db, settings, vault, limits, person_id, at=now(), forgets=forgets)
    finally:
        await limits.close()


def merger(settings: Settings, vault: Vault) -> Reaction:
    """The reaction to MergeAsked with this installation's keys and counters."""

    async def merge(db: Db, event: MergeAsked) -> None:
        limits = Limits(settings.redis_url)
        try:
            await merge_people(db, vault, limits, event, at=now())
        finally:
            await limits.close()

    return merge


async def reapply_ledger(
    database: Database, settings: Settings, vault: Vault, forgets: Sequence[Forgets], *, thorough: bool = False
) -> int:
    """Erases again whoever asked to be forgotten and is back, because an older backup was restored; returns how many. Costs next to nothing where
    nothing was restored; `thorough` compares everybody with the ledger."""
    async with database.transaction() as db:
        found = await find_unforgotten(db, settings, vault, at=now(), thorough=thorough)
    for person_id in found:
        async with database.transaction() as db:
            await _erase(db, settings, vault, person_id, forgets)
    if found:
        log.warning("erased again after a restore", people=len(found))
        async with database.transaction() as db:
            await find_unforgotten(db, settings, vault, at=now())
    return len(found)


async def forget_over(database: Database) -> None:
    """Cron, nightly: of posts and matches that ended a year ago counts and ties are left, of conversations without a message for a year nothing."""
    from buurtnet.privacy.actions.erasing import remove_rows  # SQLAlchemy takes half a second, which other jobs need not wait for.

    before, found = months_before(now(), MONTHS_KEPT), 1
    while found:
        async with database.transaction() as db:
            over = await count_over_matches(db, before=before)
            await remove_rows(db, "match", over)
            posts = await count_over_posts(db, before=before)
            await count_matches_of_posts(db, posts, at=before)
            await remove_rows(db, "post", posts)
            silent = await find_silent_conversations(db, before=before)
            await remove_rows(db, "conversation", silent)
            found = len(over) + len(posts) + len(silent)


async def forget_audit(database: Database) -> None:
    """Cron, monthly: the audit is kept for three years, by months; the owner's function drops what is older."""
    async with database.transaction() as db:
        await drop_old_audit(db)
