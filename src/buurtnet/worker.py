"""The worker: the only place that lists jobs, crons and reactions. arq is the clock and the bell; the outbox is the truth."""

from typing import Any

import msgspec
import structlog
from arq import cron, func
from arq.worker import Worker

import buurtnet.matching.events as matching
import buurtnet.people.events as people
import buurtnet.posts.events as posts
from buurtnet.kit.db import Database
from buurtnet.kit.jobs import clear_kept, seal_the_audit
from buurtnet.kit.log import set_up_logs
from buurtnet.kit.outbox import Reactions, deliver
from buurtnet.kit.queue import QUEUE, pack, redis_settings, unpack
from buurtnet.kit.vault import Vault, read_vault
from buurtnet.matching import jobs as matching_jobs
from buurtnet.moderation import jobs as moderation_jobs
from buurtnet.network import jobs as network_jobs
from buurtnet.notices import jobs as notices_jobs
from buurtnet.people import jobs as people_jobs
from buurtnet.posts import jobs as posts_jobs
from buurtnet.settings import Settings, read_settings

log = structlog.get_logger("worker")
EVERY_MINUTE = set(range(60))
EVERY_FIVE = set(range(0, 60, 5))


class Parts(msgspec.Struct, frozen=True):
    """What the jobs of one process hold."""

    database: Database
    settings: Settings
    vault: Vault
    reactions: Reactions


def list_reactions(settings: Settings, vault: Vault) -> Reactions:
    """Which slice reacts to what: one line for each pairing."""
    return {
        people.CodeAsked: [notices_jobs.code_sender(settings, vault)],
        people.PersonChanged: [posts_jobs.refresh_copies],
        posts.PostOpened: [matching_jobs.suggest_matches],
        posts.PostClosed: [matching_jobs.withdraw_matches],
    }


async def deliver_events(context: dict[str, Any]) -> None:
    """Tells what happened to whoever reacts, and sends the notices that follow."""
    parts: Parts = context["parts"]
    await deliver(parts.database, parts.reactions)
    await notices_jobs.send_notices(parts.database, parts.settings, parts.vault)
