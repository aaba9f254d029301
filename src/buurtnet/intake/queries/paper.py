"""What may stand on paper: open offers, and needs that their authors show; nothing sensitive, and nothing of whose it is."""

from uuid import UUID

from buurtnet.intake.rules.paper import choose_for_sheet
from buurtnet.intake.schemas import PaperPost
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.posts.queries import FACILITATED, LABEL_2

MOST_CODES = 20_000
TELLABLE = """post.state = 'open' and post.active and post.expires_at > now() and theme.review <> 'always'
   and not exists (select from keep_away_wish w where w.person_id = post.author_id)
   and not exists (select from flag where flag.object_id = post.id and flag.object_kind = 'post' and flag.leads_to = 'danger')"""
"""As for the lists of neighbours: who is looked for stands on no paper."""
ON_PAPER = f"""
select post.id, post.kind, coalesce(label.shown, label.label) as theme, theme.icon, post.text, post.language,
       case when post.own_slots then post.slots end as slots, post.from_on, post.until_on
  from post join theme on theme.id = post.theme_id
  {LABEL_2}
 where post.neighbourhood_id = $3 and {TELLABLE} and (post.kind = 'offer' or not post.quiet) and post.engaged < post.capacity and {FACILITATED}
 order by post.kind = 'offer', post.id desc limit $4
"""
CODED = f"""
select post.id from post join theme on theme.id = post.theme_id
 where post.neighbourhood_id = any($2::int[]) and {TELLABLE} and {FACILITATED} order by post.id desc limit $3
"""


def paper_code(vault: Vault, post_id: UUID) -> str:
    """The six digits by which a post is named on paper: always the same, and nobody else can tell whose they are."""
    return vault.digits("paper", str(post_id), 6)


async def list_on_paper(db: Db, viewer: Viewer, neighbourhood_id: int, *, language: str) -> list[PaperPost]:
    """What stands on the sheet of a neighbourhood of the worker."""
    found = await fetch(db, PaperPost, ON_PAPER, viewer.person_id, language, neighbourhood_id, 200)
    needs, offers = ([post for post in found if post.kind == kind] for kind in ("need", "offer"))
    return choose_for_sheet(needs, offers)


async def list_codes(db: Db, vault: Vault, viewer: Viewer) -> list[tuple[UUID, str]]:
    """The posts of the worker's neighbourhoods that may stand on paper or be told to a group, the newest first, with their codes."""
    rows = await db.fetch(CODED, viewer.person_id, list(viewer.areas), MOST_CODES)
    return [(row["id"], paper_code(vault, row["id"])) for row in rows]
