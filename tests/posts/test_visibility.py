"""Who sees which post, and what of it. The condition stands in SQL; this walks through relations."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.made import Made

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.posts.queries import get_post, list_near_posts


def as_viewer(person_id: UUID | None) -> Viewer:
    return Viewer(person_id=person_id, actor_id=person_id)


async def sees(db: Db, person_id: UUID | None, post_id: UUID) -> bool:
    """By the single post; the list nearby must agree for everybody else's posts."""
    viewer = as_viewer(person_id)
    try:
        post = await get_post(db, viewer, post_id)
    except NotFound:
        post = None
    listed = {card.id for card in await list_near_posts(db, viewer, kind=None, size=100)}
    if post is None:
        assert post_id not in listed
    elif not (post.own or post.facilitated):
        assert post_id in listed
    return post is not None


async def test_an_open_offer_is_read_within_both_reaches(db: Db, made: Made) -> None:
    author = await made.person(reach=1)
    offer = await made.post(author, "offer", "home.repair", "Kleine herstellingen", reach=1)
    here = await made.hood()
    levels = {
        row["level"]: row["name"]
        for row in await db.fetch(
            "select n.level, h.names->>'nl' as name from neighbourhood_near n join neighbourhood h on h.id = n.b where n.a = $1 order by metres desc",
            here,
        )
    }
    assert {0, 1} <= set(levels)
    assert await sees(db, await made.person(hood=levels[0], reach=0), offer)
    assert await sees(db, await made.person(hood=levels[1], reach=1), offer)
    assert not await sees(db, await made.person(hood=levels[1], reach=0), offer)
    far = next(level for level in levels if level > 1)
    assert not await sees(db, await made.person(hood=levels[far], reach=4), offer)
    assert not await sees(db, await made.person(hood=None, reach=4), offer)


async def test_nobody_else_learns_who_wrote_it(db: Db, made: Made) -> None:
    offer = await made.post(
        await made.person("Amina"), "offer", "errands.foodaid", "Ik haal graag iets af", slots=1, changes_asked="Korter?"
    )
    seen = await get_post(db, as_viewer(await made.person("Buur")), offer, language="nl")
    for field in (
        "author_id",
        "organisation_id",
        "neighbourhood_id",
        "on_behalf_by",
        "capacity",
        "engaged",
        "changes_asked",
        "danger",
        "slots",
    ):
        assert getattr(seen, field) is None, field
    assert (seen.theme_label, seen.level, seen.own, seen.facilitated) == ("Iets afhalen", 0, False, False)


@pytest.mark.parametrize(
    ("values", "visible"),
    [
        ({"kind": "offer"}, True),
        ({"kind": "need", "quiet": True}, False),
        ({"kind": "need", "quiet": False}, True),
        ({"kind": "offer", "active": False}, False),
        ({"kind": "offer", "state": "waiting"}, False),
        ({"kind": "offer", "state": "withdrawn"}, False),
        ({"kind": "offer", "state": "expired"}, False),
        ({"kind": "offer", "state": "refused"}, False),
        ({"kind": "need", "quiet": False, "state": "met"}, False),
        ({"kind": "offer", "expires_at": now() - timedelta(hours=1)}, False),
    ],
)
async def test_which_posts_neighbours_read(db: Db, made: Made, values: dict, visible: bool) -> None:
    author, sara = await made.person(), await made.staff()
    post = await made.post(author, **values)
    assert await sees(db, await made.person("Buur"), post) is visible
    assert await sees(db, author, post)
    assert await sees(db, sara, post)
    assert not await sees(db, None, post)


async def test_whoever_keeps_somebody_away_stands_in_nobodys_list(db: Db, made: Made) -> None:
    one, other, third, sara = await made.person(), await made.person("Ander"), await made.person("Derde"), await made.staff()
    mine, theirs = await made.post(one, "offer"), await made.post(other, "offer")
    await made.insert("keep_away_wish", person_id=one, lookup=b"other")
    await made.insert("keep_away", person_id=one, other_id=other)
    await made.insert("keep_away", person_id=other, other_id=one)
    assert not await sees(db, other, mine) and not await sees(db, third, mine)
    assert await sees(db, one, mine) and await sees(db, sara, mine)
    assert await sees(db, one, theirs) and await sees(db, third, theirs)


async def test_organisations_are_apart_without_partnership_and_consent(db: Db, made: Made) -> None:
    away = await made.organisation("Andere")
    author = await made.person()
    reader = await made.person("Buur", organisation_id=away)
    offer = await made.post(author, "offer")
    assert not await sees(db, reader, offer)
    await made.insert("partnership", organisation_id=away, other_id=await made.home_organisation(), since=now().date() - timedelta(days=1))
    assert not await sees(db, reader, offer)
    await made.insert("consent", id=new_id(), person_id=author, what="partners", version="1", language="nl")
    assert await sees(db, reader, offer)
    await made.insert("block", id=new_id(), person_id=reader, by=await made.staff(), reason="x", until=now().date())
    await db.execute("set local role none")
    await db.execute("update person set state = 'blocked' where id = $1", reader)
    assert not await sees(db, reader, offer)
    await db.execute("update person set state = 'active' where id = $1", reader)
    await db.execute("update partnership set until = current_date")
    assert not await sees(db, reader, offer)


async def test_workers_see_their_area_and_organisation_and_nothing_else(db: Db, made: Made) -> None:
    author = await made.person()
    need = await made.post(author)
    debts = await made.post(author, theme="papers.debt", text="Rekeningen betalen lukt niet")
    unknown = await made.post(author, state="waiting", theme_id=None, text="Ik weet het niet")
    away = await made.organisation("Andere")
    rows = {
        "of the area": (await made.staff(), True, True),
        "without secrecy": (await made.staff(secrecy=None), True, False),
        "of another area": (await made.staff(hoods=("Helmet",)), False, False),
        "of another organisation": (await made.staff(organisation_id=away), False, False),
        "coordinator": (await made.staff(role="coordinator"), False, False),
        "mapper": (await made.staff(role="mapper"), False, False),
    }
    for who, (person, plain, sensitive) in rows.items():
        assert await sees(db, person, need) is plain, who
        assert await sees(db, person, debts) is sensitive, who
        assert await sees(db, person, unknown) is sensitive, who
    seen = await get_post(db, as_viewer(rows["of the area"][0]), debts, language="nl")
    assert (seen.author_id, seen.facilitated, seen.own, seen.sensitive) == (author, True, False, True)


async def test_the_list_is_by_band_then_newest_and_pages_without_gaps(db: Db, made: Made) -> None:
    reader = await made.person("Lezer", reach=4)
    posts = []
    for hood in ("Brabantwijk", "Collignon", "Helmet"):
        author = await made.person(hood=hood, reach=4)
        posts += [
            await made.post(author, "offer", theme, f"Ik help met {theme}") for theme in ("home.repair", "company.walk", "home.garden")
        ]
    viewer = as_viewer(reader)
    whole = await list_near_posts(db, viewer, size=100)
    assert {card.id for card in whole} == set(posts)
    assert [(card.level, card.id) for card in whole] == sorted(
        [(card.level, card.id) for card in whole], key=lambda key: (key[0], -key[1].int)
    )
    paged, after = [], None
    while True:
        page = await list_near_posts(db, viewer, size=2, after=after)
        if not page:
            break
        paged += page
        after = (page[-1].level, page[-1].id)
    assert [card.id for card in paged] == [card.id for card in whole]
    homes = await list_near_posts(db, viewer, theme="home", size=100)
    assert {card.theme_slug for card in homes} == {"home.repair", "home.garden"}
    assert {card.theme_slug for card in await list_near_posts(db, viewer, theme="home.garden", size=100)} == {"home.garden"}
    assert await list_near_posts(db, viewer, kind="need", size=100) == []
    assert await list_near_posts(db, viewer, theme="' or 1=1 --", size=100) == []
    mine = await made.post(reader, "offer")
    assert mine not in {card.id for card in await list_near_posts(db, viewer, size=100)}
