"""The desk's navigation: every line with the length of the list it leads to."""

from datetime import date

from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries import POST_VISIBLE, count_work
from buurtnet.moderation.schemas import Work
from buurtnet.web.language import _, current_language
from buurtnet.web.shell import DeskLink, DeskSection

AREAS = f"""
select n.id, coalesce(n.names->>$2, n.names->>'nl') as name, a.backup,
       (select count(*) from post p where p.state = 'waiting' and p.neighbourhood_id = n.id and {POST_VISIBLE}) as waiting
  from staff_area a join staff f on f.person_id = a.person_id and f.role = 'facilitator' join neighbourhood n on n.id = a.neighbourhood_id
 where a.person_id = $1 order by a.backup, name limit 40
"""


def _work(counts: Work) -> DeskSection:
    return DeskSection(
        _("Waits for you"),
        [
            DeskLink(label=_("Posts"), href="/desk/posts", count=counts.posts),
            DeskLink(label=_("Matches"), href="/desk/matches", count=counts.matches),
            DeskLink(label=_("Not matched yet"), href="/desk/unmatched"),
            DeskLink(label=_("Reports"), href="/desk/reports", count=counts.reports),
            DeskLink(label=_("Today"), href="/desk/tasks", count=counts.tasks),
        ],
    )


def _rights(viewer: Viewer) -> DeskSection:
    links = [DeskLink(label=_("Rights and barriers"), href="/desk/rights")]
    if "facilitator" in viewer.roles:
        links = [DeskLink(label=_("Under way"), href="/desk/referrals"), DeskLink(label=_("Partners"), href="/desk/partners"), *links]
    return DeskSection(_("A right or a service"), links)


def _network(viewer: Viewer) -> DeskSection:
    links = [DeskLink(label=_("Map"), href="/map")]
    if "coordinator" in viewer.roles:
        links.insert(0, DeskLink(label=_("Which maps are shown"), href="/desk/network/areas"))
    if "facilitator" in viewer.roles:
        links.insert(0, DeskLink(label=_("My neighbourhoods"), href="/desk/network"))
    return DeskSection(_("Network"), links)


async def list_sections(db: Db, viewer: Viewer, on: date) -> list[DeskSection]:
    """The desk's navigation for what the worker is: a facilitator's work, a mapper's map, a coordinator's organisation."""
    sections: list[DeskSection] = []
    if not viewer.staff:
        return sections
    if "facilitator" in viewer.roles:
        sections.append(_work(await count_work(db, viewer.person_id, on)))
        people = [
            DeskLink(label=_("People"), href="/desk/people"),
            DeskLink(label=_("Register"), href="/desk/people/new"),
            DeskLink(label=_("Paste a list"), href="/desk/intake"),
            DeskLink(label=_("Cards"), href="/desk/cards"),
            DeskLink(label=_("Flyers"), href="/desk/flyers"),
        ]
        sections.append(DeskSection(_("People"), people))
    if {"facilitator", "coordinator"} & set(viewer.roles):
        sections.append(_rights(viewer))
        links = [DeskLink(label=_("Looking for matches"), href="/desk/rounds"), DeskLink(label=_("What counts"), href="/desk/weights")]
        sections.append(DeskSection(_("Matching"), links))
    if {"facilitator", "mapper", "coordinator"} & set(viewer.roles):
        sections.append(_network(viewer))
    rows = await db.fetch(AREAS, viewer.person_id, current_language().code)
    if rows:
        links = [
            DeskLink(label=row["name"], href=f"/desk/posts?area={row['id']}", count=row["waiting"], pale=row["backup"]) for row in rows
        ]
        sections.append(DeskSection(_("Neighbourhoods"), links))
    return sections
