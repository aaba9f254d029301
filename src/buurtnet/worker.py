"""The worker: the only place that lists jobs, crons and reactions. arq is the clock and the bell; the outbox is the truth."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import redis
import structlog
from arq import cron, func
from arq.cron import CronJob
from arq.worker import Worker

import buurtnet.conversations.events as conversations
import buurtnet.geography.events as geography
import buurtnet.matching.events as matching
import buurtnet.moderation.events as moderation
import buurtnet.network.events as network
import buurtnet.notices.events as notices
import buurtnet.people.events as people
import buurtnet.posts.events as posts
import buurtnet.privacy.events as privacy
import buurtnet.referrals.events as referrals
import buurtnet.ties.events as ties
from buurtnet.conversations import jobs as conversations_jobs
from buurtnet.downloads import jobs as downloads_jobs
from buurtnet.intake import jobs as intake_jobs
from buurtnet.kit import jobs as kit_jobs
from buurtnet.kit.apart import Apart
from buurtnet.kit.db import LONG, Database
from buurtnet.kit.log import set_up_logs
from buurtnet.kit.news import News
from buurtnet.kit.outbox import Reactions, deliver
from buurtnet.kit.queue import QUEUE, pack, redis_settings, unpack
from buurtnet.kit.vault import Vault, read_vault
from buurtnet.local.entrances import FILES
from buurtnet.matching import jobs as matching_jobs
from buurtnet.moderation import jobs as moderation_jobs
from buurtnet.network import jobs as network_jobs
from buurtnet.notices import jobs as notices_jobs
from buurtnet.people import jobs as people_jobs
from buurtnet.posts import jobs as posts_jobs
from buurtnet.privacy import jobs as privacy_jobs
from buurtnet.referrals import jobs as referrals_jobs
from buurtnet.screening import jobs as screening_jobs
from buurtnet.settings import Settings, read_settings
from buurtnet.ties import jobs as ties_jobs
from buurtnet.voice import jobs as voice_jobs

log = structlog.get_logger("worker")
EVERY_FIVE = set(range(0, 60, 5))
EVERY_TEN = set(range(0, 60, 10))


class Parts(msgspec.Struct, frozen=True):
    """What the jobs of one process hold."""

    database: Database
    settings: Settings
    vault: Vault
    reactions: Reactions
    at_rounds: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)
    """Held while this worker does parts of rounds: one at a time, so that its memory is bounded."""


def list_reactions(settings: Settings, vault: Vault) -> Reactions:
    """Which slice reacts to what: one line for each pairing."""
    return {
        # People first: workers have their new places when posts arrive there.
        geography.NeighbourhoodsReplaced: [
            people_jobs.follow_boundaries,
            posts_jobs.follow_boundaries,
            moderation_jobs.follow_boundaries,
            referrals_jobs.follow_boundaries,
            screening_jobs.follow_boundaries,
        ],
        people.PlaceAsked: [moderation_jobs.ask_where],
        people.CodeAsked: [notices_jobs.code_sender(settings, vault)],
        people.PersonChanged: [posts_jobs.refresh_copies, matching_jobs.part_kept_apart, notices_jobs.silence_devices],
        people.PersonAbsent: [moderation_jobs.ask_absent],
        people.ErasureAsked: [privacy_jobs.eraser(settings, vault, FILES)],
        privacy.MergeAsked: [privacy_jobs.merger(settings, vault)],
        people.StaffInvited: [notices_jobs.invitation_sender(settings, vault)],
        people.WorkerLeft: [moderation_jobs.pass_work_on],
        people.PersonBlocked: [posts_jobs.refresh_copies, matching_jobs.part_blocked],
        ties.ComponentChanged: [posts_jobs.refresh_copies],
        notices.AddressFailed: [moderation_jobs.call_unreached],
        posts.PostWaiting: [matching_jobs.withdraw_matches, moderation_jobs.warn_of_danger],
        posts.PostOpened: [matching_jobs.suggest_matches],
        posts.PostClosed: [matching_jobs.withdraw_matches],
        posts.PostExpiring: [posts_jobs.ask_author, moderation_jobs.ask_for_renewal],
        matching.MatchAsked: [matching_jobs.tell_helper, moderation_jobs.ask_in_person],
        matching.MatchOffered: [matching_jobs.tell_asker, moderation_jobs.ask_in_person],
        matching.MatchAgreed: [matching_jobs.tell_both],
        matching.MatchQuiet: [matching_jobs.ask_outcome],
        matching.MatchSilent: [moderation_jobs.ask_about_silence],
        matching.MatchDeclined: [matching_jobs.ask_next],
        matching.MatchRested: [matching_jobs.ask_next],
        matching.MatchRejected: [matching_jobs.ask_next],
        matching.MatchLapsed: [matching_jobs.ask_next],
        matching.MatchWithdrawn: [matching_jobs.ask_next],
        matching.NeighbourLeft: [matching_jobs.go_on_without],
        matching.MatchCompleted: [matching_jobs.use_freed_room, network_jobs.refresh_draft],
        matching.MatchFailed: [matching_jobs.try_again, moderation_jobs.call_unhappy],
        matching.RoundOpened: [matching_jobs.workers_bell(settings)],
        conversations.MessageSent: [conversations_jobs.tell_reader],
        conversations.MessageFlagged: [moderation_jobs.look_at_message],
        conversations.ConversationReported: [moderation_jobs.keep_report],
        moderation.DecisionDue: [moderation_jobs.carry_out_decision],
        referrals.ReferralMoved: [moderation_jobs.follow_referral],
        moderation.Decided: [moderation_jobs.tell_decided, moderation_jobs.learn_from_decision],
        moderation.ReportMade: [moderation_jobs.receipt_sender(settings, vault)],
        moderation.ReportClosed: [
            moderation_jobs.answer_sender(settings, vault),
            moderation_jobs.tell_reporter,
            moderation_jobs.learn_from_report,
        ],
        network.DraftAsked: [network_jobs.make_draft],
    }


async def try_job(name: str, work: Awaitable[Any]) -> None:
    """Does the work; what fails is logged here, because arq would log the error's own words, in which people's words may stand."""
    try:
        await work
    except Exception:
        log.exception("job failed", job=name)


async def deliver_events(ctx: dict[str, Any]) -> None:
    """Tells what happened to whoever reacts, and sends the notices that follow."""
    parts: Parts = ctx["parts"]
    await try_job("kit.deliver", deliver(parts.database, parts.reactions))
    await try_job("notices.send_notices", notices_jobs.send_notices(parts.database, parts.settings, parts.vault))


async def do_rounds(ctx: dict[str, Any]) -> None:
    """Does parts of rounds until none is free; nothing where this worker is at it already."""
    parts: Parts = ctx["parts"]
    if not parts.at_rounds.locked():
        async with parts.at_rounds, Apart(most_mib=parts.settings.round_mib) as apart:
            await try_job("matching.do_parts", matching_jobs.do_parts(parts.database, apart))


async def make_downloads(ctx: dict[str, Any]) -> None:
    """Makes the files of months that lack them, in a process apart."""
    parts: Parts = ctx["parts"]
    await try_job("downloads.make_files", downloads_jobs.make_files(parts.database, parts.settings))


async def reapply_ledger(ctx: dict[str, Any]) -> None:
    """Forgets again whoever came back with a restored backup."""
    parts: Parts = ctx["parts"]
    await try_job("privacy.reapply_ledger", privacy_jobs.reapply_ledger(parts.database, parts.settings, parts.vault, FILES))


def _cron(job: Callable[[Database], Awaitable[Any]], *, timeout: float = 600, **at: Any) -> CronJob:
    """A job of a slice at its times, once over all workers."""

    name = f"{job.__module__.split('.')[-2]}.{job.__name__}"

    async def run(ctx: dict[str, Any]) -> None:
        await try_job(name, job(ctx["parts"].database))

    return cron(run, name=name, second=0, max_tries=1, timeout=timeout, keep_result=0, **at)


CRONS = [
    cron(deliver_events, name="kit.deliver", second=EVERY_FIVE, max_tries=1, timeout=50, keep_result=0),
    _cron(kit_jobs.seal_the_audit, minute=EVERY_FIVE),
    _cron(posts_jobs.expire_posts, minute=EVERY_FIVE),
    _cron(matching_jobs.lapse_questions, minute=EVERY_FIVE),
    _cron(matching_jobs.wake_rested, hour={8}, minute={5}),
    _cron(matching_jobs.open_round, minute=EVERY_TEN),
    # Each worker looks by itself, so that all share the parts of a long round, and those of a worker that was killed.
    cron(do_rounds, name="matching.do_parts", second=EVERY_TEN, unique=False, max_tries=1, timeout=LONG, keep_result=0),
    _cron(matching_jobs.clear_rounds, hour={2}, minute={35}),
    _cron(voice_jobs.clear_drafts, minute=EVERY_TEN),
    _cron(intake_jobs.clear_pasted, minute=EVERY_TEN),
    _cron(people_jobs.clear_people, minute={7, 27, 47}),
    _cron(kit_jobs.clear_kept, hour={2}, minute={20}),
    _cron(people_jobs.forget_absent, hour={2}, minute={10}),
    _cron(privacy_jobs.forget_over, hour={2}, minute={50}),
    _cron(privacy_jobs.forget_audit, day={2}, hour={3}, minute={30}),
    cron(make_downloads, name="downloads.make_files", minute=EVERY_FIVE, second=30, max_tries=1, timeout=LONG, keep_result=0),
    cron(reapply_ledger, name="privacy.reapply_ledger", minute={17}, second=0, max_tries=1, timeout=600, keep_result=0),
    _cron(moderation_jobs.clear_reports, hour={2}, minute={45}),
    _cron(referrals_jobs.clear_referrals, hour={2}, minute={55}),
    _cron(referrals_jobs.freeze_last_month, day={1}, hour={4}, minute={10}),
    _cron(notices_jobs.clear_notices, hour={2}, minute={30}),
    _cron(screening_jobs.clear_sums, hour={2}, minute={25}),
    _cron(ties_jobs.mend_ties, hour={2}, minute={40}),
    _cron(network_jobs.draft_nightly, timeout=LONG, hour={3}, minute={10}),
    _cron(network_jobs.freeze_last_month, timeout=LONG, day={1}, hour={4}, minute={0}),
]


def _import_measuring() -> None:
    """What a draft needs: NumPy and SciPy take a second to import, aside and before the first help waits for them."""
    for name in ("network.actions.measuring", "network.rules.programs"):
        importlib.import_module(f"buurtnet.{name}")


async def _start(ctx: dict[str, Any]) -> None:
    settings = read_settings()
    database = Database(settings.worker_url, name="buurtnet worker", tell=News(settings.redis_url).tell)
    await database.open()
    vault = read_vault(settings.keys)
    ctx["parts"] = Parts(database, settings, vault, list_reactions(settings, vault))
    ctx["imported"] = asyncio.get_running_loop().run_in_executor(None, _import_measuring)
    await reapply_ledger(ctx)
    log.info("worker ready")


async def _stop(ctx: dict[str, Any]) -> None:
    await ctx["parts"].database.close()


def run_worker() -> None:
    """Works until it is told to stop."""
    set_up_logs()
    settings = read_settings()
    Worker(
        functions=[
            func(deliver_events, name="deliver", max_tries=1, timeout=50, keep_result=0),
            func(do_rounds, name="rounds", max_tries=1, timeout=LONG, keep_result=0),
        ],
        cron_jobs=CRONS,
        redis_settings=redis_settings(settings.redis_url),
        queue_name=QUEUE,
        job_serializer=pack,
        job_deserializer=unpack,
        on_startup=_start,
        on_shutdown=_stop,
        keep_result=0,
        health_check_interval=30,
        max_jobs=4,
        poll_delay=0.1,
        allow_abort_jobs=False,
        log_results=False,
    ).run()


def is_working() -> bool:
    """Whether a worker has shown itself in the queue in the last half minute."""
    with redis.Redis.from_url(read_settings().redis_url) as queue:
        return bool(queue.exists(f"{QUEUE}:health-check"))
