"""Reading matches. What may be seen is decided here: which match by `VISIBLE`, what of its sides by the columns of `SIDES`."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import astuple

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.weighing import read_weighing
from buurtnet.matching.rules.words import Phrase, part_phrases, reasons
from buurtnet.matching.schemas import Bar, Bond, MatchCard, MatchPage, Parts, Side, State
from buurtnet.people.rules import LANGUAGES
from buurtnet.voice.queries import SealedNote, open_note
from buurtnet.voice.schemas import Note
from buurtnet.web.language import _, current_language

HELPER = "(match.helper_id = $1::uuid and match.asked_at is not null)"
"""The helper, once asked."""
ASKER = "(match.asker_id = $1::uuid and match.offered_at is not null)"
"""The asker, once the helper said yes: what was refused before is never seen."""
FACILITATED = """exists (
  select from post asked join staff f on f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = asked.organisation_id
         join staff_area fa on fa.person_id = f.person_id and fa.neighbourhood_id = asked.neighbourhood_id
   where asked.id = match.need_id
     and (f.secrecy_basis is not null
          or not exists (select from post side join theme on theme.id = side.theme_id
                          where side.id in (match.need_id, match.offer_id) and theme.review = 'always')))"""
"""A facilitator of the need's area and organisation, who for that match sees both sides; sensitive themes need a basis for secrecy."""
VISIBLE = f"({HELPER} or {ASKER} or {FACILITATED})"
"""The condition on `match` under which the viewer `$1` may read it."""
ROLE = f"case when {HELPER} then 'helper' when {ASKER} then 'asker' else 'worker' end"
WAITS = f"""((match.state = 'asked' and {HELPER}) or (match.state = 'offered' and {ASKER})
  or (match.state = 'agreed' and (({HELPER} and match.offer_done_at is null and match.need_done_at is not null)
                               or ({ASKER} and match.need_done_at is null and match.offer_done_at is not null))))"""
"""Whether the match waits for the viewer: for an answer, or to say that it worked out where the other one already did."""
STATE = f"""case when {HELPER} and match.offer_answer = 'yes' and match.state in ('declined', 'resting', 'lapsed')
            then 'withdrawn' else match.state end"""
"""The state as the viewer may know it: what the asker refused or left lying looks to the helper like what was withdrawn."""
LAPSES = "case when match.state in ('asked', 'offered') then match.lapses_at end"
BOTH = "match.state in ('agreed', 'completed', 'failed')"
"""Both said yes, so that they know each other."""
LABELS = """cross join lateral (select label, shown from theme_label where theme_id = theme.id and language in ($2, 'nl', 'en')
                            order by language = $2 desc, language = 'nl' desc limit 1) words"""


class MatchRow(msgspec.Struct, frozen=True, kw_only=True):
    """A match as it is stored, with the viewer's part in it."""

    id: UUID
    state: State
    role: str
    waits_for_me: bool
    score: float
    parts: list[float]
    level: int
    languages: list[str]
    slots: int | None
    lapses_at: datetime | None
    agreed_at: datetime | None
    need_done: bool
    offer_done: bool
    conversation_id: UUID | None
    needs_review: bool
    reason: str | None
    bond: Bond
    organisation_id: UUID
    """Of the need, as the neighbourhood: what counts there decides."""
    neighbourhood_id: int


class SideRow(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a match, where what the viewer may not see is None already."""

    kind: str
    post_id: UUID
    theme: str
    theme_id: int
    icon: str
    advice: str | None
    text: str | None
    language: str
    slots: int | None
    from_on: date | None = None
    until_on: date | None = None
    urgent: bool
    person_id: UUID | None
    name: str | None
    picture: int | None
    neighbourhood: dict[str, str] | None
    checked: bool | None
    languages: list[str] | None
    voice: int | None


MATCH = f"""
select match.id, {STATE} as state, {ROLE} as role, {WAITS} as waits_for_me, match.score, match.parts, match.level, match.languages, match.slots,
       {LAPSES} as lapses_at, match.agreed_at, match.need_done_at is not null as need_done, match.offer_done_at is not null as offer_done,
       match.conversation_id, match.needs_review, match.reason,
       case when exists (select from tie where tie.a = least(match.asker_id, match.helper_id)
                            and tie.b = greatest(match.asker_id, match.helper_id)) then 'known'
            when exists (select from tie_component one join tie_component other using (component)
                          where one.person_id = match.asker_id and other.person_id = match.helper_id) then 'present'
            else 'new' end as bond,
       need.organisation_id, need.neighbourhood_id
  from match join post need on need.id = match.need_id
 where match.id = $2 and {VISIBLE}
"""
SIDES = f"""
select p.kind, p.id as post_id, case when plain.said then words.label else words.shown end as theme,
       case when plain.said then theme.id else coalesce(root.id, theme.id) end as theme_id,
       case when plain.said then theme.icon else coalesce(root.icon, theme.icon) end as icon,
       theme.advice, case when sees.text then p.text end as text, p.language,
       p.slots, p.from_on, p.until_on, p.urgency = 'urgent' as urgent,
       case when sees.person then a.id end as person_id, case when sees.person then a.given_name end as name,
       case when sees.person then a.picture end as picture, case when sees.desk then hood.names end as neighbourhood,
       case when sees.desk then a.languages end as languages,
       case when sees.desk then p.kind = 'offer' and exists (select from helper_check h where h.person_id = a.id and h.kind = 'minors') end as checked,
       case when p.author_id = $1::uuid or match.state = 'agreed' then voice.seconds end as voice
  from match
       join post p on p.id in (match.need_id, match.offer_id)
       join person a on a.id = p.author_id
       join neighbourhood hood on hood.id = p.neighbourhood_id
       join theme on theme.id = p.theme_id
       left join theme root on root.id = theme.parent_id
       left join post_voice voice on voice.post_id = p.id
       {LABELS}
       cross join lateral (select {ROLE} = 'worker' as desk) who
       cross join lateral (select who.desk or p.author_id = $1::uuid or words.shown is null as said) plain
       cross join lateral (
         select who.desk, who.desk or {BOTH} as person,
                who.desk or {BOTH} or p.author_id = $1::uuid
                or (p.kind = 'offer' or theme.review <> 'always') and p.state <> 'waiting' as text) sees
 where match.id = $3 and {VISIBLE}
"""
"""Of a theme that others know by a wider word alone they hear its root. Names for the desk and once both said yes; the words of a need with a
sensitive theme only then, too, and none that a worker has yet to read."""


async def get_match(db: Db, viewer: Viewer, match_id: UUID) -> MatchPage:
    """The match as this viewer may see it: helper, asker or facilitator; NotFound for everybody else."""
    language = current_language().code
    row = await fetch_one(db, MatchRow, MATCH, viewer.person_id, match_id)
    if row is None:
        raise NotFound
    sides = {side.kind: side for side in await fetch(db, SideRow, SIDES, viewer.person_id, language, match_id)}
    parts, desk = Parts(*row.parts), row.role == "worker"
    why = reasons(level=row.level, languages=row.languages, slots=row.slots, theme_part=parts.theme, reader=language, worker=desk)
    done = (row.offer_done, row.need_done) if row.role == "helper" else (row.need_done, row.offer_done)
    return MatchPage(
        id=row.id,
        state=row.state,
        role=row.role,
        waits_for_me=row.waits_for_me,
        need=_to_side(sides["need"], language),
        offer=_to_side(sides["offer"], language),
        level=row.level,
        reasons=[say(phrase) for phrase in why],
        score=row.score if desk else None,
        bars=await _list_bars(db, row, parts) if desk else [],
        lapses_at=row.lapses_at,
        agreed_at=row.agreed_at,
        my_done=done[0],
        other_done=done[1],
        conversation_id=None if desk else row.conversation_id,
        advice=sides["need"].advice or sides["offer"].advice,
        needs_review=row.needs_review if desk else False,
        reason=row.reason if desk else None,
    )


async def _list_bars(db: Db, row: MatchRow, parts: Parts) -> list[Bar]:
    """The parts of the score with what each counts for at present in the need's area."""
    weighed = (await read_weighing(db)).at(row.organisation_id, row.neighbourhood_id)
    said = part_phrases(parts, level=row.level, slots=row.slots, bond=row.bond)
    return [Bar(_(label), share, say(words), weight) for (label, share, words), weight in zip(said, astuple(weighed.weights), strict=True)]


def say(phrase: Phrase) -> str:
    """The phrase in the current language."""
    return _(phrase.text, **{name: say(value) if isinstance(value, Phrase) else value for name, value in phrase.values.items()})


def _to_side(row: SideRow, language: str) -> Side:
    names = row.neighbourhood
    given = {name: getattr(row, name) for name in Side.__struct_fields__ if name not in ("neighbourhood", "checked", "languages")}
    return Side(
        **given,
        neighbourhood=name_in(names, language) if names else None,
        checked=bool(row.checked),
        languages=[LANGUAGES[code] for code in row.languages or () if code in LANGUAGES],
    )


AGREED = f"select match.id from match where match.conversation_id = $2 and ({HELPER} or {ASKER}) order by match.agreed_at desc limit 1"


VOICE = f"""
select voice.post_id, voice.sound, voice.seconds
  from match join post_voice voice on voice.post_id = case when match.helper_id = $1::uuid then match.need_id else match.offer_id end
 where match.id = $2 and match.state = 'agreed' and ({HELPER} or {ASKER})
"""


async def get_voice(db: Db, viewer: Viewer, vault: Vault, match_id: UUID) -> Note:
    """What the other side of the viewer's match said instead of typing, once both said yes; NotFound before, and for everybody else."""
    row = await db.fetchrow(VOICE, viewer.person_id, match_id)
    if row is None:
        raise NotFound
    return open_note(vault, SealedNote(row["sound"], row["seconds"]), "post_voice", row["post_id"])


async def find_agreed(db: Db, viewer: Viewer, conversation_id: UUID) -> UUID | None:
    """The match that opened the conversation, for its two sides; None for everybody else."""
    return await db.fetchval(AGREED, viewer.person_id, conversation_id)


ABOUT = f"""join post p on p.id = match.need_id
       join theme on theme.id = p.theme_id
       left join theme root on root.id = theme.parent_id
       {LABELS}
       cross join lateral (select p.author_id = $1::uuid or words.shown is null as said) plain"""
"""What a match is about, in the words that the viewer may read."""
TOPICS = f"""
select distinct on (match.conversation_id) match.conversation_id, case when plain.said then words.label else words.shown end as theme
  from match
       {ABOUT}
 where match.conversation_id = any($3::uuid[]) and ({HELPER} or {ASKER})
 order by match.conversation_id, match.agreed_at desc
"""


async def find_topics(db: Db, viewer: Viewer, conversation_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What the viewer's conversations are about: the theme of the last agreement of each that had one."""
    rows = await db.fetch(TOPICS, viewer.person_id, current_language().code, conversation_ids)
    return {row["conversation_id"]: row["theme"] for row in rows}


LIST = f"""
select match.id, {STATE} as state, {ROLE} as role, {WAITS} as waits_for_me,
       case when plain.said then words.label else words.shown end as theme,
       case when plain.said then theme.icon else coalesce(root.icon, theme.icon) end as icon, match.level, match.slots,
       case when {BOTH} then other.given_name end as name, {LAPSES} as lapses_at,
       coalesce(match.closed_at, match.agreed_at, match.offered_at, match.asked_at) as changed_at, match.conversation_id
  from match
       {ABOUT}
       join person other on other.id = case when match.helper_id = $1::uuid then match.asker_id else match.helper_id end
 where ({HELPER} or {ASKER})
   and ($3::text is null or ($3 = 'waiting' and {WAITS}) or ($3 = 'agreed' and match.state = 'agreed' and not {WAITS}))
   and ($4::timestamptz is null or (coalesce(match.closed_at, match.agreed_at, match.offered_at, match.asked_at), match.id) < ($4, $5::uuid))
 order by changed_at desc, match.id desc limit $6
"""


async def list_matches(db: Db, viewer: Viewer, *, after: str | None = None, size: int = 20) -> Page[MatchCard]:
    """The viewer's own matches, of both sides, last changed first."""
    last = read_cursor(after, tuple[datetime, UUID]) or (None, None)
    rows = await fetch(db, MatchCard, LIST, viewer.person_id, current_language().code, None, *last, size + 1)
    return make_page(rows, size, "changed_at", "id")


async def list_waiting_for(db: Db, viewer: Viewer, *, size: int = 20) -> list[MatchCard]:
    """The viewer's matches that wait for the viewer: the first thing on the start page."""
    return await fetch(db, MatchCard, LIST, viewer.person_id, current_language().code, "waiting", None, None, size)


async def list_agreed(db: Db, viewer: Viewer, *, size: int = 20) -> list[MatchCard]:
    """The viewer's matches to which both said yes and that are still to happen, without those that wait for the viewer."""
    return await fetch(db, MatchCard, LIST, viewer.person_id, current_language().code, "agreed", None, None, size)
