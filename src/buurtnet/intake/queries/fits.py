"""What people of the worker's own areas ask and offer, who fits it, what stands between them already, and who could be asked where nobody offers."""

from typing import Any, cast
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.intake.schemas import Fitting, Near, OwnPost, Standing
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.candidates import get_subject, search
from buurtnet.matching.queries.matches import say
from buurtnet.matching.rules.words import level_phrase, reasons
from buurtnet.people.queries.people import RESPONSIBLE
from buurtnet.people.rules import LANGUAGES
from buurtnet.posts.queries import FACILITATED, LABEL_2, get_post
from buurtnet.posts.schemas import Post

MOST = 10
FITTING = f"""
select post.id, post.author_id as person_id, author.given_name as name, hood.names as hood_names, label.label as theme, post.text, post.language,
       author.languages
  from post
  join person author on author.id = post.author_id
  join neighbourhood hood on hood.id = post.neighbourhood_id
  join theme on theme.id = post.theme_id
  {LABEL_2}
 where post.id = any($3::uuid[]) and {FACILITATED}
"""
STANDING = """
select match.id, match.state, asker.given_name as asker, helper.given_name as helper
  from match join person asker on asker.id = match.asker_id join person helper on helper.id = match.helper_id
 where (match.need_id = $1 or match.offer_id = $1) and match.state in ('suggested', 'asked', 'offered', 'agreed')
   and exists (select from post where post.id = match.need_id and {FACILITATED})
 order by match.proposed_at desc limit 10
""".replace("{FACILITATED}", FACILITATED.replace("$1", "$2"))
OF_PERSON = f"""
select post.id, post.kind, post.state, label.label as theme, theme.icon, post.text, post.language, post.created_at,
       coalesce(theme.review = 'always', true) as sensitive
  from post
  left join theme on theme.id = post.theme_id
  {LABEL_2}
 where post.author_id = $3 and post.state in ('waiting', 'open') and {FACILITATED}
 order by post.state = 'open' desc, post.created_at desc, post.id
"""
NEAR = f"""
select p.id, p.given_name as name, near.level, hood.names as hood_names,
       array(select unnest(p.languages) intersect select unnest(author.languages)) as languages
  from post
  join person author on author.id = post.author_id
  join neighbourhood_near near on near.a = post.neighbourhood_id and near.level <= post.reach
  join person p on p.neighbourhood_id = near.b
  join neighbourhood hood on hood.id = p.neighbourhood_id
 where post.id = $2 and post.kind = 'need' and {RESPONSIBLE} and p.state = 'active' and p.adult and p.id <> post.author_id
   and p.languages && author.languages
   and not exists (select from staff own where own.person_id = p.id)
   and not exists (select from post theirs where theirs.author_id = p.id and theirs.kind = 'offer' and theirs.state in ('open', 'waiting')
                     and theirs.theme_id = post.theme_id)
   and not exists (select from keep_away k where (k.person_id, k.other_id) in ((p.id, author.id), (author.id, p.id)))
   and not exists (select from pair_memory r where (r.person_id, r.other_id) in ((p.id, author.id), (author.id, p.id))
                     and (r.until is null or r.until > now()))
   and not exists (select from rest where rest.person_id = p.id and rest.until > now())
 order by near.level, lower(p.given_name), p.id limit 8
"""
"""Who could be asked: they live near enough, speak a language of the one who asks, and nobody has said no. Nearest first, never by what they did."""


async def get_facilitated(db: Db, viewer: Viewer, post_id: UUID, *, language: str) -> Post:
    """A post of the worker's own areas; NotFound for any other, also for one that anybody may read."""
    post = await get_post(db, viewer, post_id, language=language)
    if not post.facilitated:
        raise NotFound
    return post


AUTHOR = "select given_name from person where id = $1"


async def get_author(db: Db, post: Post) -> str:
    """The first name of who wrote it, for who has seen that they may read the post as a worker."""
    return cast("str", await db.fetchval(AUTHOR, post.author_id))


async def list_posts_of(db: Db, viewer: Viewer, person_id: UUID, *, language: str) -> list[OwnPost]:
    """What somebody of the worker's areas asks and offers now: what is open first, the latest first."""
    return await fetch(db, OwnPost, OF_PERSON, viewer.person_id, language, person_id)


async def list_fitting(db: Db, viewer: Viewer, post: Post, *, language: str) -> tuple[list[Fitting], bool]:
    """Posts that fit and are free now, best first, each with why; and whether somebody fits whom the worker may not read. Of a post that waits: who
    would fit it."""
    at = now()
    subject = await get_subject(db, post.id, at)
    waits = subject is not None and post.state == "waiting" and post.expires_at > at and not post.danger
    found = await search(db, msgspec.structs.replace(subject, open=True) if waits else subject, MOST, at) if subject else []
    rows = {row["id"]: row for row in await db.fetch(FITTING, viewer.person_id, language, [one.post_id for one in found])}
    fitting = [
        _to_fitting(
            rows[one.post_id],
            [
                say(phrase)
                for phrase in reasons(
                    level=one.level, languages=one.languages, slots=one.slots, theme_part=one.parts.theme, reader=language, worker=True
                )
            ],
            language,
        )
        for one in found
        if one.post_id in rows
    ]
    return fitting, len(fitting) < len(found)


def _to_fitting(row: Any, why: list[str], language: str) -> Fitting:
    return Fitting(
        id=row["id"],
        person_id=row["person_id"],
        name=row["name"],
        neighbourhood=name_in(row["hood_names"], language),
        theme=row["theme"],
        text=row["text"],
        language=row["language"],
        languages=[LANGUAGES[code] for code in row["languages"] if code in LANGUAGES],
        why=why,
    )


async def list_standing(db: Db, viewer: Viewer, post: Post) -> list[Standing]:
    """What stands between this post and others already."""
    return await fetch(db, Standing, STANDING, post.id, viewer.person_id)


async def list_near(db: Db, viewer: Viewer, post: Post, *, language: str) -> list[Near]:
    """People who live near and could be asked, because they understand each other."""
    return [
        Near(
            id=row["id"],
            name=row["name"],
            neighbourhood=name_in(row["hood_names"], language),
            how_near=say(level_phrase(row["level"])),
            languages=[LANGUAGES[code] for code in row["languages"] if code in LANGUAGES],
        )
        for row in await db.fetch(NEAR, viewer.person_id, post.id)
    ]
