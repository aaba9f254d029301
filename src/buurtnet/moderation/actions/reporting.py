"""Reports: anybody says that something is wrong, a worker looks at it, and who said so hears what became of it."""

from datetime import datetime
from uuid import UUID

import structlog

from buurtnet.conversations.queries import read_reported
from buurtnet.conversations.schemas import Message
from buurtnet.kit.audit import grant_access
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.mail import Letter, Undeliverable, send_mail
from buurtnet.kit.outbox import record
from buurtnet.kit.resealing import Sealed
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions.claiming import refuse_decided, refuse_held
from buurtnet.moderation.actions.undoing import give_verdict
from buurtnet.moderation.events import ReportClosed, ReportMade
from buurtnet.moderation.queries import find_reply, find_report, get_report_open, list_open_reports
from buurtnet.moderation.rules import REPORT_OUTCOMES, check_closing, check_reply_address
from buurtnet.moderation.schemas import Due, NewReport, ReportDecision, Said
from buurtnet.people.rules import REASONS
from buurtnet.settings import Settings
from buurtnet.web.language import _, speaking
from buurtnet.web.templating import render_text

log = structlog.get_logger("moderation")

HOURLY_OF_VISITORS = {"most": 120, "seconds": 3600}
DAILY_OF_VISITORS = {"most": 500, "seconds": 86_400}
"""Reports of people without an account, from everywhere: what a town does not reach on its worst day, and a desk can still read."""

REPORTED_PLACE = """
select organisation_id, neighbourhood_id from post where $1 = 'post' and id = $2
union all select organisation_id, neighbourhood_id from person where $1 = 'person' and id = $2
union all select p.organisation_id, p.neighbourhood_id from participant a join person p on p.id = a.person_id
  where $1 = 'conversation' and a.conversation_id = $2 and a.person_id is distinct from $3
limit 1
"""
REPORT = """
insert into report (id, by, organisation_id, neighbourhood_id, object_kind, object_id, text, where_seen, language)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
KEEP_ADDRESS = "insert into report_address (id, sealed) values ($1, $2)"
CLOSE_REPORT = "update report set closed_at = now(), closed_by = $2, outcome = $3 where id = $1 and closed_at is null returning true"
REOPEN_REPORT = """
update report set closed_at = null, closed_by = null, outcome = null
 where id = $1 and closed_at is not null
   and not exists (select from decision d where d.object_kind = 'report' and d.object_id = $1 and d.appealed_at is not null)
returning true
"""
APPEAL_REPORT = "update decision set appealed_at = now() where object_kind = 'report' and object_id = $1 and appealed_at is null"
SIDES = "select person_id from participant where conversation_id = $1"
FORGET_ADDRESSES = "delete from report_address a using report r where r.id = a.id and r.closed_at < $1::timestamptz - interval '6 months'"
FORGET_REPORTS = "delete from report where closed_at < $1::timestamptz - interval '12 months'"
FORGET_REPORT_DECISIONS = """
delete from decision where object_kind = 'report' and at < $1::timestamptz - interval '12 months'
   and not exists (select from report r where r.id = decision.object_id)
"""
STALE_ADDRESSES = "select id, sealed from report_address where not starts_with(encode(sealed, 'hex'), encode($1::bytea, 'hex')) order by id limit $2 for update"
WRITE_ADDRESSES = (
    "update report_address set sealed = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where report_address.id = new.id"
)
ADDRESSES = Sealed("report_address", "sealed", STALE_ADDRESSES, WRITE_ADDRESSES)
"""Where answers to reports go, for the rotation of keys."""


async def send_report(db: Db, viewer: Viewer, vault: Vault, limits: Limits, new: NewReport, *, network: str, language: str) -> UUID:
    """Keeps what anybody says is wrong and, where they gave an address, sends word that it came; TooMany where too much comes from one
    network, from everybody without an account, or goes to one address."""
    await limits.spend("report", network, most=20, seconds=3600)
    if not viewer.known:
        await limits.spend("report-visitors", "all", **HOURLY_OF_VISITORS)
        await limits.spend("report-visitors-day", "all", **DAILY_OF_VISITORS)
    address = check_reply_address(new.address) if new.address else None
    if address is not None:
        await limits.spend("report-address", vault.blind("report", address.key).hex(), most=3, seconds=86_400)
    report_id = await make_report(db, viewer, new, language=language)
    if address is not None:
        await db.execute(KEEP_ADDRESS, report_id, vault.seal(address.value, "report_address", "sealed", report_id))
        await record(db, ReportMade(report_id))
    return report_id


async def make_report(db: Db, viewer: Viewer, new: NewReport, *, language: str) -> UUID:
    """Keeps that somebody says something is wrong, with or without an account; what it is about need not be visible to them any more."""
    place = await db.fetchrow(REPORTED_PLACE, new.object_kind, new.object_id, viewer.person_id) if new.object_id else None
    organisation_id, neighbourhood_id = (place[0], place[1]) if place else (viewer.organisation_id, viewer.neighbourhood_id)
    about = (new.object_kind, new.object_id if place else None, new.text, new.where_seen)
    report_id = new_id()
    await db.execute(REPORT, report_id, viewer.person_id, organisation_id, neighbourhood_id, *about, language)
    return report_id


async def close_report(db: Db, viewer: Viewer, report_id: UUID, decision: ReportDecision, *, batch: UUID | None = None) -> UUID:
    """Ends a report of the facilitator's areas with what was decided, ten seconds later, and returns the decision's id; who reported it is told
    after that."""
    stands = await get_report_open(db, viewer.person_id, report_id)
    await refuse_held(db, viewer, "report", report_id)
    await refuse_decided(db, "report", report_id, waits=stands)
    check_closing(decision)
    said = Said(verdict="closed", reason=decision.outcome, text=decision.text)
    return await give_verdict(db, viewer, "report", report_id, said, effect_report, batch=batch)


async def effect_report(db: Db, viewer: Viewer, due: Due) -> None:
    """Does what was decided about a report; refuses where it is closed already."""
    if not await db.fetchval(CLOSE_REPORT, due.object_id, viewer.person_id, due.reason):
        raise Conflict
    await record(db, ReportClosed(due.object_id, due.id))


async def appeal_report(db: Db, report_id: UUID) -> None:
    """Who reported something does not agree: it stands open again, once, for a worker who did not decide before. NotFound where there is no
    such report, Conflict where nothing was decided or this was done before."""
    if await find_report(db, report_id) is None:
        raise NotFound
    if not await db.fetchval(REOPEN_REPORT, report_id):
        raise Conflict
    await db.execute(APPEAL_REPORT, report_id)


async def open_reported(db: Db, vault: Vault, viewer: Viewer, report_id: UUID, reason: str) -> list[Message]:
    """The messages that a side reported, for ten minutes and with a reason that is written down; NotFound where the report is not theirs,
    Forbidden without a basis for professional secrecy."""
    found = await list_open_reports(db, viewer.person_id, "nl", report_id=report_id)
    if not found or found[0].object_kind != "conversation" or found[0].object_id is None or viewer.person_id is None:
        raise NotFound
    if not viewer.secrecy:
        raise Forbidden
    if reason not in REASONS:
        raise Invalid({"reason": N_("Choose why.")})
    for row in await db.fetch(SIDES, found[0].object_id):
        await grant_access(db, viewer, found[0].object_id, subject=row["person_id"], object_kind="conversation", reason=reason)
    return await read_reported(db, vault, found[0].object_id)


async def write_to_reporter(db: Db, settings: Settings, vault: Vault, report_id: UUID, *, decided: bool) -> None:
    """Mails who reported something that it came, or what was decided; nothing where they left no address or it takes no mail, nor where what was
    decided is looked at again."""
    reply = await find_reply(db, report_id)
    if reply is None or (decided and reply.outcome is None):
        return
    to, url = vault.open_text(reply.sealed, "report_address", "sealed", report_id), f"{settings.url}/reports/{report_id}"
    outcome = REPORT_OUTCOMES.get(reply.outcome or "", "") if decided else ""
    with speaking(reply.language):
        subject = _("We looked at what you told us") if decided else _("We have your message")
    text = render_text("moderation/mail/report.txt", reply.language, decided=decided, outcome=outcome, url=url)
    try:
        await send_mail(settings, Letter(to=to, subject=subject, text=text))
    except Undeliverable as error:
        log.warning("reporter not reached", report=str(report_id), error=str(error))


async def forget_reports(db: Db, at: datetime) -> None:
    """Removes addresses six months after a decision, the time in which one may object (DSA, article 20), and reports after twelve."""
    await db.execute(FORGET_ADDRESSES, at)
    await db.execute(FORGET_REPORTS, at)
    await db.execute(FORGET_REPORT_DECISIONS, at)
