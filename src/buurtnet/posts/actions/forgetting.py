"""What is left of posts that are not kept any more: counts, without a place and without anybody. Privacy removes the rows."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db

BATCH = 1000
COUNT = """
insert into post_count (year, organisation_id, kind, theme_id, state, posts)
select extract(year from coalesce(closed_at, $2))::smallint, organisation_id, kind, theme_id, case when closed_at is null then 'withdrawn' else state end,
       count(*) from post where id = any($1::uuid[]) and theme_id is not null group by 1, 2, 3, 4, 5
on conflict (year, organisation_id, kind, theme_id, state) do update set posts = post_count.posts + excluded.posts
"""
OF_AUTHOR = "select id from post where author_id = $1"
OVER = "select id from post where closed_at < $1 order by closed_at, id limit $2 for update skip locked"


async def count_posts_of(db: Db, author_id: UUID, *, at: datetime) -> None:
    """Keeps of the posts of somebody who leaves how many ended how, before they go; what was open counts as taken back."""
    await db.execute(COUNT, [row["id"] for row in await db.fetch(OF_AUTHOR, author_id)], at)


async def count_over_posts(db: Db, *, before: datetime) -> list[UUID]:
    """Counts posts that ended before the moment, some at a time; returns their ids, locked, so that they go in the same transaction."""
    over = [row["id"] for row in await db.fetch(OVER, before, BATCH)]
    await db.execute(COUNT, over, before)
    return over
