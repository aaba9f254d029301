"""Reading the lists, partners, referrals and counts. What a worker may see is decided here, by `VISIBLE`."""

from datetime import date
from uuid import UUID

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.referrals.schemas import Cell, Listed, Lists, Moved, OwnReferral, Partner, Referral

LISTS = "select code, labels, retired, kind from listed order by retired, position, code"
VISIBLE = """exists (select from staff f join staff_area fa on fa.person_id = f.person_id
  where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = r.organisation_id and fa.neighbourhood_id = r.neighbourhood_id
    and (f.secrecy_basis is not null or r.worker_id = f.person_id))"""
"""Whether `r` is a referral of an area of the viewer, a facilitator with a basis for professional secrecy, or who made it themself."""
OWN_ORGANISATION = "p.organisation_id = (select f.organisation_id from staff f where f.person_id = $1::uuid and f.role = 'facilitator')"
PARTNER = "select p.id, p.name, p.about, p.phone, p.email, p.url, p.address, p.rights, p.checked_on, p.ended_on from partner p"
PARTNERS = f"{PARTNER} where {OWN_ORGANISATION} and ($2::text is null or $2 = any(p.rights)) order by p.ended_on is not null, lower(p.name), p.id limit 500"
ONE_PARTNER = f"{PARTNER} where {OWN_ORGANISATION} and p.id = $2"
RIGHT_LABELS = """(select l.labels from listed l where l.kind = 'right' and l.code = r."right")"""
BARRIER_LABELS = "(select l.labels from listed l where l.kind = 'barrier' and l.code = r.barrier)"
REFERRAL = f"""
select r.id, r.state, r.person_id, a.given_name as name, a.language as person_language, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood,
       r."right", {RIGHT_LABELS} as right_labels, r.barrier, {BARRIER_LABELS} as barrier_labels, r.partner_id, p.name as partner, r.post_id,
       r.worker_id, w.given_name as worker, r.proposed_at, r.asked_at, r.consented_at, r.consent_how, r.sent_at, r.sent_how, r.answered_at,
       r.closed_at, r.due_on, r.version
  from referral r join person a on a.id = r.person_id
  left join person w on w.id = r.worker_id left join partner p on p.id = r.partner_id left join neighbourhood n on n.id = r.neighbourhood_id
 where {VISIBLE}
"""
REFERRALS = f"""{REFERRAL} and (r.closed_at is null) = not $3::bool and ($4::uuid is null or r.person_id = $4)
 order by case when r.closed_at is null then r.due_on end nulls last, r.closed_at desc nulls last, r.id desc limit 200
"""
ONE_REFERRAL = f"{REFERRAL} and r.id = $3"
WORDS = "select sealed from referral_words where id = $1"
OWN = f"""
select r.id, r.state, {RIGHT_LABELS} as right_labels, p.name as partner, p.about, p.phone as partner_phone, w.given_name as worker,
       r.asked_at, r.consented_at, r.sent_at, r.post_id
  from referral r left join partner p on p.id = r.partner_id left join person w on w.id = r.worker_id
 where r.person_id = $1::uuid and r.partner_id is not null and r.asked_at is not null
"""
ONE_OWN = f"{OWN} and r.id = $2"
OWN_ASKED = f"{OWN} and r.state = 'proposed' order by r.asked_at limit 10"
OWN_OF_POST = f"{OWN} and r.post_id = $2 order by r.asked_at desc limit 5"
MOVED = "select id, state, organisation_id, neighbourhood_id, person_id, worker_id, asked_at, due_on from referral where id = $1"
CODED = """referral r cross join lateral (values ('right', r."right"), ('barrier', r.barrier)) as coded (kind, code)"""
CELLS = "r.neighbourhood_id, coded.kind, coalesce(coded.code, '') as code, count(distinct r.person_id)::int as persons"
SETS = "coded.kind, grouping sets ((r.neighbourhood_id, coded.code), (r.neighbourhood_id), (coded.code), ())"
DRAFT = f"""
select {CELLS} from {CODED}
 where r.proposed_at >= $2::date - interval '12 months' and r.proposed_at < $2::date + 1 and {VISIBLE} group by {SETS}
"""
OF_ORGANISATION = f"""
select {CELLS} from {CODED}
 where r.proposed_at >= $2::date - interval '12 months' and r.proposed_at < $2::date and r.organisation_id = $1 and r.neighbourhood_id is not null
 group by {SETS}
"""
COUNTING = "select distinct organisation_id from referral where proposed_at >= $1::date - interval '12 months' and proposed_at < $1::date"
FROZEN = """
select c.neighbourhood_id, c.kind, c.code, c.persons from right_count c
 where c.organisation_id = (select f.organisation_id from staff f where f.person_id = $1::uuid and f.role = 'coordinator') and c.as_of = $2
"""
LAST = """
select max(c.as_of) from right_count c
 where c.organisation_id = (select f.organisation_id from staff f where f.person_id = $1::uuid and f.role = 'coordinator')
"""


async def find_lists(db: Db) -> Lists:
    """The rights and barriers of this installation, those that cannot be chosen any more at the end."""
    found: dict[str, list[Listed]] = {"right": [], "barrier": []}
    for row in await db.fetch(LISTS):
        found[row["kind"]].append(Listed(row["code"], row["labels"], row["retired"]))
    return Lists(found["right"], found["barrier"])


async def list_partners(db: Db, viewer: Viewer, *, right: str | None = None) -> list[Partner]:
    """The partners of the facilitator's organisation by name, or those for one right; those that ended come last."""
    return await fetch(db, Partner, PARTNERS, viewer.person_id, right)


async def find_partner(db: Db, viewer: Viewer, partner_id: UUID) -> Partner | None:
    """One partner of the facilitator's organisation; None where it is another's."""
    return await fetch_one(db, Partner, ONE_PARTNER, viewer.person_id, partner_id)


async def list_referrals(db: Db, viewer: Viewer, language: str, *, over: bool = False, person_id: UUID | None = None) -> list[Referral]:
    """The open referrals of the facilitator's areas, those to look at first; or those that are over, the latest first."""
    return await fetch(db, Referral, REFERRALS, viewer.person_id, language, over, person_id)


async def get_referral(db: Db, viewer: Viewer, referral_id: UUID, language: str = "nl") -> Referral:
    """One referral of the facilitator's areas; NotFound where it is not theirs."""
    referral = await fetch_one(db, Referral, ONE_REFERRAL, viewer.person_id, language, referral_id)
    if referral is None:
        raise NotFound
    return referral


async def read_words(db: Db, vault: Vault, referral_id: UUID) -> str | None:
    """What the partner may be told; None where nothing was written yet, or row-level security hides it from the viewer."""
    sealed = await db.fetchval(WORDS, referral_id)
    return None if sealed is None else vault.open_text(sealed, "referral_words", "sealed", referral_id)


async def get_own_referral(db: Db, viewer: Viewer, referral_id: UUID) -> OwnReferral:
    """A referral about which the viewer was asked; NotFound where it is somebody else's."""
    referral = await fetch_one(db, OwnReferral, ONE_OWN, viewer.person_id, referral_id)
    if referral is None:
        raise NotFound
    return referral


async def list_asked_referrals(db: Db, viewer: Viewer) -> list[OwnReferral]:
    """What the viewer is asked about partners now, the oldest first."""
    return await fetch(db, OwnReferral, OWN_ASKED, viewer.person_id)


async def list_referrals_of_post(db: Db, viewer: Viewer, post_id: UUID) -> list[OwnReferral]:
    """The referrals about the viewer's own post of which they were asked, the latest first."""
    return await fetch(db, OwnReferral, OWN_OF_POST, viewer.person_id, post_id)


async def find_moved(db: Db, referral_id: UUID) -> Moved | None:
    """What tasks and notices need to know of a referral; None where it is gone."""
    return await fetch_one(db, Moved, MOVED, referral_id)


async def count_draft(db: Db, viewer: Viewer, on: date) -> list[Cell]:
    """How many people each right and barrier concerned in the facilitator's areas in the last twelve months: as it is, for their own desk alone."""
    return await fetch(db, Cell, DRAFT, viewer.person_id, on)


async def count_of_organisation(db: Db, organisation_id: UUID, as_of: date) -> list[Cell]:
    """The same of a whole organisation before the day, as it is: to be told only by `rules.tell_counts`."""
    return await fetch(db, Cell, OF_ORGANISATION, organisation_id, as_of)


async def list_counting(db: Db, as_of: date) -> list[UUID]:
    """The organisations that referred somebody in the twelve months before the day."""
    return [row["organisation_id"] for row in await db.fetch(COUNTING, as_of)]


async def find_frozen_day(db: Db, viewer: Viewer) -> date | None:
    """The day of the latest counts of the coordinator's organisation; None where there are none yet."""
    return await db.fetchval(LAST, viewer.person_id)


async def list_frozen(db: Db, viewer: Viewer, as_of: date) -> list[Cell]:
    """The counts of that day of the coordinator's organisation, as they may be told."""
    return await fetch(db, Cell, FROZEN, viewer.person_id, as_of)
