"""Placing, changing, deciding, taking part, ending: through the actions, on the real database."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.committed import Committed
from tests.made import Made

from buurtnet.kit import outbox
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules import language_bits
from buurtnet.posts import actions, rules
from buurtnet.posts.queries import get_post, list_own_posts
from buurtnet.posts.schemas import NewPost, PostChange

MOVE = NewPost(kind="need", theme="transport.move", text="Mijn kast moet naar het derde verdiep.", when="week", reach=2, language="nl")
COFFEE = NewPost(kind="offer", theme="language.practice", text="Nederlands oefenen bij koffie", when="regularly", slots=1 << 12, reach=1)


async def resident(made: Made, *args: object, **values: object) -> Viewer:
    identity = await made.person(*args, **values)
    return Viewer(person_id=identity, actor_id=identity)


async def worker(made: Made, **values: object) -> Viewer:
    identity = await made.staff(**values)
    return Viewer(person_id=identity, actor_id=identity, roles=("facilitator",))


async def events(db: Db, post_id: UUID) -> list[str]:
    rows = await db.fetch("select kind from outbox where payload->>'post_id' = $1::text order by id", str(post_id))
    return [row["kind"].removeprefix("posts.") for row in rows]


async def stored(db: Db, post_id: UUID):
    return await db.fetchrow("select * from post where id = $1", post_id)


async def test_a_need_opens_at_once_with_a_copy_of_its_author(db: Db, made: Made) -> None:
    viewer = await resident(made, languages=["tr", "nl"], slots=0b1111)
    placed = await actions.publish_post(db, viewer, MOVE, at=now())
    row = await stored(db, placed.id)
    assert (placed.state, placed.own, placed.theme_slug, row["quiet"]) == ("open", True, "transport.move", True)
    assert row["language_bits"] == language_bits(["tr", "nl"])
    assert (row["slots"], row["own_slots"], row["reach"], row["active"]) == (0b1111, False, 2, True)
    assert row["neighbourhood_id"] == await made.hood()
    assert row["until_on"] - row["from_on"] == timedelta(days=6)
    assert row["expires_at"] <= now() + timedelta(days=7, hours=1)
    assert row["asks_at"] < row["expires_at"]
    assert row["on_behalf_by"] is None
    assert await events(db, placed.id) == ["PostOpened"]


async def test_an_offer_keeps_its_own_days_and_the_theme_says_how_long(db: Db, made: Made) -> None:
    viewer = await resident(made, monthly_max=4)
    at = now()
    placed = await actions.publish_post(db, viewer, NewPost(kind="offer", theme="things.food", text="Ik heb soep over", monthly=2), at=at)
    row = await stored(db, placed.id)
    assert row["expires_at"] == at + timedelta(days=14)
    assert row["slots"] is None
    assert await db.fetchval("select monthly_max from person where id = $1", viewer.person_id) == 2
    coffee = await actions.publish_post(db, viewer, COFFEE, at=at)
    assert ((await stored(db, coffee.id))["slots"], coffee.slots) == (1 << 12, 1 << 12)


@pytest.mark.parametrize(
    ("person", "new"),
    [
        ({"posts_on_trial": 2}, MOVE),
        ({"mediated": True}, MOVE),
        ({}, NewPost(kind="need", theme="papers.debt", text="Ik heb rekeningen die ik niet kan betalen.")),
        ({}, NewPost(kind="need", theme=None, text="Ik weet niet goed hoe ik het moet zeggen")),
        ({}, NewPost(kind="need", theme="company.walk", text="Bel mij op 0471 32 65 98 om te wandelen", language="nl")),
    ],
)
async def test_what_waits_for_a_worker(db: Db, made: Made, person: dict, new: NewPost) -> None:
    placed = await actions.publish_post(db, await resident(made, **person), new, at=now())
    assert placed.state == "waiting"
    assert await events(db, placed.id) == ["PostWaiting"]


async def test_danger_waits_and_is_never_opened(db: Db, made: Made) -> None:
    viewer, sara = await resident(made), await worker(made)
    placed = await actions.publish_post(
        db, viewer, NewPost(kind="need", theme="company.walk", text="Mijn man slaat mij. Ik wil zelfmoord plegen.", language="nl"), at=now()
    )
    assert (placed.state, placed.danger) == ("waiting", True)
    with pytest.raises(rules.DangerStays):
        await actions.approve_post(db, sara, placed.id)
    await actions.ask_for_change(db, sara, placed.id, "Zullen we eerst samen praten?")
    assert (await get_post(db, viewer, placed.id)).changes_asked == "Zullen we eerst samen praten?"
    changed = await actions.change_post(
        db, viewer, placed.id, PostChange(version=2, text="Wie wandelt mee in het park?", reach=1), at=now()
    )
    assert (changed.state, changed.danger, changed.changes_asked) == ("waiting", False, None)
    await actions.approve_post(db, sara, placed.id)
    assert (await get_post(db, viewer, placed.id)).state == "open"


@pytest.mark.parametrize(
    ("person", "refusal"),
    [({"adult": False}, rules.OnlyForAdults), ({"hood": None}, rules.NeighbourhoodFirst), ({"state": "blocked"}, rules.OnlyWithYourWorker)],
)
async def test_who_cannot_place_anything(db: Db, made: Made, person: dict, refusal: type[Exception]) -> None:
    viewer = await resident(made, **person)
    with pytest.raises(refusal):
        await actions.publish_post(db, viewer, MOVE, at=now())
    assert await db.fetchval("select count(*) from post where author_id = $1", viewer.person_id) == 0


async def test_five_offers_are_enough(db: Db, made: Made) -> None:
    viewer = await resident(made)
    for _n in range(rules.OFFERS_AT_ONCE):
        last = await actions.publish_post(db, viewer, COFFEE, at=now())
    with pytest.raises(rules.TooManyOffers):
        await actions.publish_post(db, viewer, COFFEE, at=now())
    await actions.publish_post(db, viewer, MOVE, at=now())
    await actions.withdraw_post(db, viewer, last.id)
    assert (await actions.publish_post(db, viewer, COFFEE, at=now())).state == "open"


async def test_what_is_wrong_is_said_and_nothing_is_stored(db: Db, made: Made) -> None:
    viewer = await resident(made)
    before = await db.fetchval("select count(*) from outbox")
    for new, field in (
        (NewPost(kind="need", theme="transport.move", text="x" * 1_000_000), "text"),
        (NewPost(kind="need", theme="transport.move", text="a\x00b c d"), "text"),
        (NewPost(kind="need", theme="transport.teleport", text="Wie beamt mij?"), "theme"),
        (NewPost(kind="offer", theme="transport.move", text="Ik help graag", urgency="urgent"), "urgency"),
        (NewPost(kind="offer", theme="transport.move", text="Ik help graag", when="regularly"), "slots"),
    ):
        with pytest.raises(Invalid) as refused:
            await actions.publish_post(db, viewer, new, at=now())
        assert field in refused.value.errors
    assert await db.fetchval("select count(*) from post where author_id = $1", viewer.person_id) == 0
    assert await db.fetchval("select count(*) from outbox") == before


async def test_a_worker_places_it_on_behalf_and_both_stand_in_the_audit(db: Db, made: Made) -> None:
    amina, sara = await made.person(posts_on_trial=2), await made.staff()
    placed = await actions.publish_post(db, Viewer(person_id=amina, actor_id=sara), MOVE, at=now())
    assert (placed.state, placed.on_behalf_by, placed.author_id) == ("open", sara, amina)
    row = await db.fetchrow("select * from audit where object_id = $1", placed.id)
    assert row["action"] == "post placed"
    assert row["actor"] is not None and row["on_behalf_of"] is not None and row["actor"] != row["on_behalf_of"]


async def test_approval_opens_names_the_theme_and_shortens_the_trial(db: Db, made: Made) -> None:
    viewer, sara = await resident(made, posts_on_trial=2), await worker(made)
    placed = await actions.publish_post(db, viewer, NewPost(kind="need", text="Kan iemand mij helpen alstublieft", quiet=False), at=now())
    with pytest.raises(Invalid):
        await actions.approve_post(db, sara, placed.id)
    with pytest.raises(Invalid):
        await actions.approve_post(db, sara, placed.id, theme="no.such")
    await actions.approve_post(db, sara, placed.id, theme="papers.letter")
    after = await get_post(db, viewer, placed.id)
    assert (after.state, after.theme_slug, after.quiet) == ("open", "papers.letter", True)
    assert await db.fetchval("select posts_on_trial from person where id = $1", viewer.person_id) == 1
    assert await events(db, placed.id) == ["PostWaiting", "PostOpened"]
    with pytest.raises(rules.PostIsClosed):
        await actions.approve_post(db, sara, placed.id)


async def test_refusing_and_redirecting_end_a_post(db: Db, made: Made) -> None:
    viewer, sara = await resident(made, mediated=True), await worker(made)
    for decide, state in ((actions.refuse_post, "refused"), (actions.redirect_post, "redirected")):
        placed = await actions.publish_post(db, viewer, MOVE, at=now())
        await decide(db, sara, placed.id)
        row = await stored(db, placed.id)
        assert (row["state"], row["closed_at"] is not None) == (state, True)
        assert await events(db, placed.id) == ["PostWaiting", "PostClosed"]
        with pytest.raises(rules.PostIsClosed):
            await decide(db, sara, placed.id)


async def test_only_the_facilitator_of_the_area_decides(db: Db, made: Made) -> None:
    viewer = await resident(made, posts_on_trial=2)
    placed = await actions.publish_post(db, viewer, MOVE, at=now())
    elsewhere = await made.organisation("Andere")
    others = [
        viewer,
        await resident(made, "Buur"),
        await worker(made, hoods=("Helmet",)),
        await worker(made, organisation_id=elsewhere),
        await worker(made, role="coordinator"),
        await worker(made, role="mapper"),
        Viewer(),
    ]
    for other in others:
        for decide in (actions.approve_post, actions.refuse_post, actions.redirect_post):
            with pytest.raises(NotFound):
                await decide(db, other, placed.id)
        with pytest.raises(NotFound):
            await actions.ask_for_change(db, other, placed.id, "Kan het korter?")
    assert (await stored(db, placed.id))["state"] == "waiting"


async def test_without_a_basis_for_secrecy_no_sensitive_post(db: Db, made: Made) -> None:
    viewer, sara = await resident(made), await worker(made, secrecy=None)
    debts = await actions.publish_post(db, viewer, NewPost(kind="need", theme="papers.debt", text="Rekeningen betalen lukt niet"), at=now())
    unknown = await actions.publish_post(db, viewer, NewPost(kind="need", text="Ik weet het niet goed"), at=now())
    for post in (debts, unknown):
        with pytest.raises(NotFound):
            await actions.approve_post(db, sara, post.id, theme="papers.debt")


async def test_others_cannot_touch_my_post(db: Db, made: Made) -> None:
    viewer, other = await resident(made), await resident(made, "Buur")
    placed = await actions.publish_post(db, viewer, MOVE, at=now())
    for who in (other, await worker(made), Viewer()):
        with pytest.raises(NotFound):
            await actions.withdraw_post(db, who, placed.id)
        with pytest.raises(NotFound):
            await actions.renew_post(db, who, placed.id, at=now())
        with pytest.raises(NotFound):
            await actions.change_post(db, who, placed.id, PostChange(version=1, text="Iets anders dan dit", reach=0), at=now())


async def test_changing_words_is_looked_at_again_changing_days_is_not(db: Db, made: Made) -> None:
    viewer = await resident(made)
    placed = await actions.publish_post(db, viewer, MOVE, at=now())
    later = await actions.change_post(
        db, viewer, placed.id, PostChange(version=1, text=MOVE.text, when="regularly", slots=1 << 20, reach=0, quiet=False), at=now()
    )
    assert (later.state, later.version, later.slots, later.until_on, later.reach, later.quiet) == ("open", 2, 1 << 20, None, 0, False)
    with pytest.raises(rules.PostHasChanged):
        await actions.change_post(db, viewer, placed.id, PostChange(version=1, text="Oude versie van de tekst", reach=0), at=now())
    flagged = await actions.change_post(db, viewer, placed.id, PostChange(version=2, text="Mail mij op jan@example.be", reach=0), at=now())
    assert (flagged.state, flagged.slots) == ("waiting", 1 << 20)
    again = await actions.change_post(db, viewer, placed.id, PostChange(version=3, text="Een kast verhuizen", reach=0), at=now())
    assert again.state == "open"
    assert await events(db, placed.id) == ["PostOpened", "PostOpened", "PostWaiting", "PostOpened"]


async def test_words_stay_while_somebody_helps(db: Db, made: Made) -> None:
    viewer = await resident(made)
    placed = await actions.publish_post(db, viewer, MOVE, at=now())
    await actions.engage_post(db, placed.id)
    with pytest.raises(rules.HelpIsUnderWay):
        await actions.change_post(db, viewer, placed.id, PostChange(version=1, text="Toch iets heel anders", reach=0), at=now())
    same = await actions.change_post(db, viewer, placed.id, PostChange(version=1, text=MOVE.text, reach=0), at=now())
    assert (same.reach, same.state) == (0, "open")


async def test_room_is_never_exceeded(db: Db, made: Made) -> None:
    post_id = await made.post(await made.person(), kind="offer", capacity=2)
    await actions.release_post(db, post_id)
    for _n in range(2):
        await actions.engage_post(db, post_id)
    with pytest.raises(rules.PostIsFull):
        await actions.engage_post(db, post_id)
    await actions.release_post(db, post_id)
    await actions.engage_post(db, post_id)
    assert (await stored(db, post_id))["engaged"] == 2
    closed = await made.post(await made.person(), kind="offer", state="withdrawn")
    with pytest.raises(rules.PostIsClosed):
        await actions.engage_post(db, closed)


async def test_many_at_once_take_what_room_there_is(committed: Committed, vault) -> None:
    import asyncio

    import asyncpg

    from buurtnet.kit.db import _set_up

    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    made = Made(connection, vault)
    amina = await made.person()
    post_id = await made.post(amina, kind="offer", capacity=3)
    await connection.close()

    async def engage() -> bool:
        try:
            async with committed.web.transaction() as db:
                await actions.engage_post(db, post_id)
        except rules.PostIsFull:
            return False
        return True

    async def offer() -> bool:
        viewer = Viewer(person_id=amina, actor_id=amina)
        try:
            async with committed.web.transaction(amina) as db:
                await actions.publish_post(db, viewer, COFFEE, at=now())
        except rules.TooManyOffers:
            return False
        return True

    assert sum(await asyncio.gather(*(engage() for _n in range(12)))) == 3
    assert sum(await asyncio.gather(*(offer() for _n in range(12)))) == rules.OFFERS_AT_ONCE - 1


async def test_met_once(db: Db, made: Made) -> None:
    post_id = await made.post(await made.person())
    assert await actions.meet_post(db, post_id)
    assert not await actions.meet_post(db, post_id)
    assert await events(db, post_id) == ["PostClosed"]


async def test_nothing_ends_without_a_question(worker_database, connection: Db, made: Made) -> None:
    author = await made.person()
    await made.contact(author, "amina@example.org")
    at = now()
    soon = await made.post(author, expires_at=at + timedelta(days=2))
    late = await made.post(author, expires_at=at - timedelta(days=1))
    far = await made.post(author, expires_at=at + timedelta(days=9))
    today = await made.post(author, expires_at=at + timedelta(hours=10), asks_at=at + timedelta(hours=6), until_on=at.date())
    from buurtnet.posts import jobs
    from buurtnet.posts.events import PostExpiring

    assert await jobs.expire_posts(worker_database) == 2
    assert {post: (await stored(connection, post))["renewal_asked_at"] is not None for post in (soon, late, far, today)} == {
        soon: True,
        late: True,
        far: False,
        today: False,
    }
    assert (await stored(connection, late))["state"] == "open"  # only just asked: half a day to answer
    await outbox.deliver(worker_database, {PostExpiring: [jobs.ask_author]})
    rows = await connection.fetch("select object_id from notice where person_id = $1 and kind = 'post_expiring'", author)
    assert {row["object_id"] for row in rows} >= {soon, late}
    async with worker_database.transaction() as db:
        assert await actions.expire_posts(db, at=at + timedelta(hours=13)) == 1
    assert (await stored(connection, late))["state"] == "expired"
    assert await events(connection, late) == ["PostExpiring", "PostClosed"]
    await actions.renew_post(connection, Viewer(person_id=author, actor_id=author), soon, at=at)
    row = await stored(connection, soon)
    assert (row["renewal_asked_at"], row["expires_at"]) == (None, at + timedelta(days=30))


async def test_a_day_that_was_named_moves_on_when_it_still_holds(db: Db, made: Made) -> None:
    viewer = await resident(made)
    placed = await actions.publish_post(
        db, viewer, NewPost(kind="need", theme="errands.post", text="Een pakje afhalen", when="today"), at=now()
    )
    assert placed.urgency == "urgent"
    await actions.renew_post(db, viewer, placed.id, at=now())
    row = await stored(db, placed.id)
    assert row["until_on"] - row["from_on"] == timedelta(days=6)
    await actions.withdraw_post(db, viewer, placed.id)
    with pytest.raises(rules.PostIsClosed):
        await actions.renew_post(db, viewer, placed.id, at=now())
    with pytest.raises(rules.PostIsClosed):
        await actions.withdraw_post(db, viewer, placed.id)


async def test_copies_follow_the_author(worker_database, connection: Db, made: Made) -> None:
    from buurtnet.people.events import PersonChanged
    from buurtnet.posts.jobs import refresh_copies

    author = await made.person()
    open_one, waiting, over = await made.post(author), await made.post(author, state="waiting"), await made.post(author, state="met")
    own = await made.post(author, kind="offer", slots=1, own_slots=True)
    helmet = await made.hood("Helmet")

    async def change(**values: object) -> None:
        for name, value in values.items():
            await connection.execute(f"update person set {name} = $2 where id = $1", author, value)
        async with worker_database.transaction() as db:
            await refresh_copies(db, PersonChanged(author))

    await change(state="paused", languages=["ar"], slots=6)
    for post in (open_one, waiting, own):
        row = await stored(connection, post)
        assert (row["active"], row["language_bits"]) == (False, language_bits(["ar"]))
    assert (await stored(connection, open_one))["slots"] == 6
    assert (await stored(connection, own))["slots"] == 1
    assert (await stored(connection, over))["active"] is True
    assert await events(connection, open_one) == []
    await change(state="active")
    assert await events(connection, open_one) == ["PostOpened"]
    assert await events(connection, waiting) == []
    await change(neighbourhood_id=helmet)
    assert (await stored(connection, open_one))["neighbourhood_id"] == helmet
    assert await events(connection, open_one) == ["PostOpened", "PostOpened"]


async def test_my_list_is_mine_and_newest_first(db: Db, made: Made) -> None:
    viewer, other = await resident(made), await resident(made, "Buur")
    mine = [await made.post(viewer.person_id), await made.post(viewer.person_id, state="met")]
    await made.post(other.person_id)
    listed = await list_own_posts(db, viewer, language="nl")
    assert [post.id for post in listed] == mine[::-1]
    assert listed[0].theme_label == "Verhuizen, iets zwaars dragen"
    assert [post.id for post in await list_own_posts(db, viewer, running=True)] == mine[:1]
    assert [post.id for post in await list_own_posts(db, viewer, before=mine[1])] == mine[:1]
    assert await list_own_posts(db, Viewer()) == []
