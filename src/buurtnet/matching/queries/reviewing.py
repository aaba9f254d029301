"""What a facilitator reads of a match beside its two sides: why it is here, who else fits each side, what stands in the way of one chosen by hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import astuple, replace

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.candidates import get_subject, search
from buurtnet.matching.queries.matches import FACILITATED as REVIEWED
from buurtnet.matching.queries.matches import LABELS, say
from buurtnet.matching.queries.pairing import ELSEWHERE, Pairing, read_pairs
from buurtnet.matching.rules.cells import Subject
from buurtnet.matching.rules.words import part_phrases, reasons
from buurtnet.matching.schemas import Bar, Bond, Candidate, State
from buurtnet.posts.queries import FACILITATED
from buurtnet.web.language import _, current_language

SHOWN, READ = 4, 24
"""Alternatives that are shown for each side, and how many are read, some of whom are not for this worker."""
REVIEW = f"""
select match.id, match.state, match.need_id, match.offer_id, match.version, match.origin, match.proposed_at, chosen.given_name as chosen_by,
       asker.given_name as asker, helper.given_name as helper,
       asker.posts_on_trial > 0 as asker_new, helper.posts_on_trial > 0 as helper_new,
       asker.mediated as asker_mediated, helper.mediated as helper_mediated, not asker.adult as asker_minor, not helper.adult as helper_minor,
       array(select words.label from theme {LABELS} where theme.id in (need.theme_id, offer.theme_id) and theme.review = 'always') as sensitive
  from match
       join post need on need.id = match.need_id join post offer on offer.id = match.offer_id
       join person asker on asker.id = match.asker_id join person helper on helper.id = match.helper_id
       left join person chosen on chosen.id = match.reviewer_id and match.origin = 'facilitator'
 where match.id = $3 and {REVIEWED}
"""
DETAILS = f"""
select post.id, case when own.own then author.id end as person_id, case when own.own then author.given_name end as name,
       words.label as theme, theme.icon, post.text, post.language, hood.names as hood_names, post.slots, post.from_on, post.until_on,
       post.kind = 'offer' and exists (select from helper_check h where h.person_id = author.id and h.kind = 'minors') as checked,
       exists (select from tie where tie.a = least(post.author_id, $4::uuid) and tie.b = greatest(post.author_id, $4)) as known,
       exists (select from tie_component one join tie_component other using (component)
                where one.person_id = post.author_id and other.person_id = $4) as present
  from post join person author on author.id = post.author_id
       join neighbourhood hood on hood.id = post.neighbourhood_id
       join theme on theme.id = post.theme_id
       {LABELS}
       cross join lateral (select {FACILITATED} as own) own
 where post.id = any($3::uuid[]) and (own.own or (post.kind = 'offer' and {ELSEWHERE}))
"""
"""Needs of the viewer's own areas alone; offers from elsewhere too, since a neighbour in reach reads them, but then without a name."""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A match as it waits for a look: why, and since when."""

    id: UUID
    state: State
    need_id: UUID
    offer_id: UUID
    version: int
    origin: str
    proposed_at: datetime
    chosen_by: str | None
    """The worker who chose the two by hand."""
    asker: str
    helper: str
    asker_new: bool
    helper_new: bool
    asker_mediated: bool
    helper_mediated: bool
    asker_minor: bool
    helper_minor: bool
    sensitive: list[str]
    """The sensitive themes of the two, by name."""


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else for one side of a match; without a name where they live outside the viewer's areas."""

    post_id: UUID
    person_id: UUID | None
    name: str | None
    theme: str
    icon: str
    text: str
    language: str
    neighbourhood: str
    checked: bool
    reasons: list[str]
    bars: list[Bar]


class Alternatives(msgspec.Struct, frozen=True):
    """Who else could help with the need, and whom else the helper could help; the best first."""

    offers: list[Alternative]
    needs: list[Alternative]


async def get_review(db: Db, viewer: Viewer, match_id: UUID) -> Review:
    """Why the match waits for a look; NotFound for everybody but a facilitator of the need's area."""
    found = await fetch_one(db, Review, REVIEW, viewer.person_id, current_language().code, match_id)
    if found is None:
        raise NotFound
    return found


async def find_pairing(db: Db, review: Review, *, at: datetime) -> Pairing | None:
    """The two of the match as the rules look at them, as if it were not there itself; None where they live too far apart by now."""
    return (await read_pairs(db, review.need_id, [review.offer_id], at=at, but=review.id)).get(review.offer_id)


async def list_alternatives(db: Db, viewer: Viewer, review: Review, *, at: datetime) -> Alternatives:
    """Who fits each side as well and is free, for a worker who would choose somebody else."""
    return Alternatives(
        offers=await _list_for(db, viewer, await get_subject(db, review.need_id, at), at),
        needs=await _list_for(db, viewer, await get_subject(db, review.offer_id, at), at),
    )


async def _list_for(db: Db, viewer: Viewer, subject: Subject | None, at: datetime) -> list[Alternative]:
    if subject is None:
        return []
    if subject.kind == "offer":  # The match that is looked at would give way, and the helper would have its place again.
        subject = replace(subject, load=max(subject.load - 1, 0), this_month=max(subject.this_month - 1, 0))
    found = await search(db, subject, READ, at)
    language = current_language().code
    rows = await db.fetch(DETAILS, viewer.person_id, language, [one.post_id for one in found], subject.author_id)
    shown = {row["id"]: row for row in rows}
    return [_to_alternative(subject, one, dict(shown[one.post_id]), language) for one in found if one.post_id in shown][:SHOWN]


def _to_alternative(subject: Subject, found: Candidate, row: dict[str, Any], language: str) -> Alternative:
    bond = Bond.KNOWN if row["known"] else Bond.PRESENT if row["present"] else Bond.NEW
    weights = subject.weighing.at(subject.organisation_id, subject.neighbourhood_id).weights
    said = part_phrases(found.parts, level=found.level, slots=found.slots, bond=bond)
    why = reasons(
        level=found.level, languages=found.languages, slots=found.slots, theme_part=found.parts.theme, reader=language, worker=True
    )
    return Alternative(
        post_id=found.post_id,
        person_id=row["person_id"],
        name=row["name"],
        theme=row["theme"],
        icon=row["icon"],
        text=row["text"],
        language=row["language"],
        neighbourhood=name_in(row["hood_names"], language),
        checked=row["checked"],
        reasons=[say(phrase) for phrase in why],
        bars=[Bar(_(label), share, say(words), weight) for (label, share, words), weight in zip(said, astuple(weights), strict=True)],
    )
