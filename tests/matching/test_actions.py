"""The life of a match through the actions: success, each refusal, each role."""

from datetime import timedelta
from uuid import UUID

import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions
from buurtnet.matching.actions.ending import NobodySaidSo
from buurtnet.matching.actions.taking import QuestionIsOver
from buurtnet.matching.queries import find_candidates, get_match, list_matches, list_waiting_for
from buurtnet.matching.schemas import Answer, FailReason, RejectReason, Verdict
from buurtnet.moderation.queries.matches import list_waiting_matches
from tests.made import Made
from tests.matching.conftest import Pair, read_match, viewer, worker


async def suggest(db: Db, post: UUID) -> int:
    return await actions.suggest_for_post(db, post, at=now())


async def agree(db: Db, pair: Pair) -> UUID:
    """Asks, and both say yes."""
    await suggest(db, pair.need)
    match = await read_match(db, pair.need)
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    return match["id"]


async def sees(db: Db, who: Viewer, match_id: UUID) -> bool:
    try:
        await get_match(db, who, match_id)
    except NotFound:
        return False
    return True


async def test_the_helper_is_asked_first_then_the_asker_then_they_meet(db: Db, pair: Pair) -> None:
    assert await suggest(db, pair.need) == 1
    match = await read_match(db, pair.need)
    assert (match["state"], match["helper_id"], match["asker_id"]) == ("asked", pair.helper, pair.asker)
    assert now() + timedelta(hours=2) <= match["lapses_at"] <= now() + timedelta(days=7)
    card = await get_match(db, pair.as_helper, match["id"])
    assert card.role == "helper" and card.waits_for_me and card.need.text and card.need.name is None and card.reasons
    assert not await sees(db, pair.as_asker, match["id"]), "the asker hears of nobody who has not said yes"
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    card = await get_match(db, pair.as_asker, match["id"])
    assert card.state == "offered" and card.waits_for_me and card.offer.name is None and card.conversation_id is None
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    card = await get_match(db, pair.as_asker, match["id"])
    assert (card.state, card.offer.name, card.need.name) == ("agreed", "Hatice", "Amina") and card.conversation_id
    engaged = await db.fetch("select engaged from post where id = any($1)", [pair.need, pair.offer])
    assert [row["engaged"] for row in engaged] == [1, 1]


async def test_both_say_so_and_a_tie_stands(db: Db, pair: Pair) -> None:
    match_id = await agree(db, pair)
    assert not await actions.complete_match(db, pair.as_asker, match_id)
    assert (await get_match(db, pair.as_helper, match_id)).waits_for_me
    assert await actions.complete_match(db, pair.as_helper, match_id)
    tie = dict(await db.fetchrow("select * from tie"))
    helped = "a_helped" if tie["a"] == pair.helper else "b_helped"
    assert tie["helps"] == tie[helped] == 1 and len(tie["themes"]) == 1
    assert await db.fetchval("select state from post where id = $1", pair.need) == "met"
    assert await db.fetchval("select engaged from post where id = $1", pair.offer) == 0


async def test_one_says_so_and_a_worker_confirms(db: Db, pair: Pair, made: Made) -> None:
    match_id = await agree(db, pair)
    sara = worker(await made.staff())
    with pytest.raises(NobodySaidSo):
        await actions.confirm_completion(db, sara, match_id)
    await actions.complete_match(db, pair.as_helper, match_id)
    await actions.confirm_completion(db, sara, match_id)
    assert (await read_match(db, pair.need))["state"] == "completed"
    with pytest.raises(QuestionIsOver):
        await actions.confirm_completion(db, sara, match_id)


async def test_a_worker_of_elsewhere_or_another_organisation_neither_sees_nor_confirms(db: Db, pair: Pair, made: Made) -> None:
    match_id = await agree(db, pair)
    await actions.complete_match(db, pair.as_helper, match_id)
    other = await made.organisation("Andere")
    for stranger in (
        worker(await made.staff("Els", hoods=("Helmet",))),
        worker(await made.staff("Jan", organisation_id=other)),
        worker(await made.staff("Map", role="mapper")),
        viewer(await made.person("Buur")),
        Viewer(),
    ):
        assert not await sees(db, stranger, match_id)
        with pytest.raises(NotFound):
            await actions.confirm_completion(db, stranger, match_id)


@pytest.mark.parametrize("theme", ["errands.pharmacy", "care.presence"])
async def test_a_sensitive_theme_waits_for_a_worker_hides_the_text_and_leaves_no_theme(db: Db, made: Made, theme: str) -> None:
    asker, helper = await made.person("Amina"), await made.person("Hatice")
    need, offer = await made.post(asker, theme=theme, text="Iets teers"), await made.post(helper, "offer", theme)
    pair = Pair(asker, helper, need, offer)
    assert await suggest(db, need) == 1
    match = await read_match(db, need)
    assert match["state"] == "suggested" and not await sees(db, pair.as_helper, match["id"])
    without = worker(await made.staff("Zonder", secrecy=None))
    assert not await list_waiting_matches(db, without.person_id, "nl") and not await sees(db, without, match["id"])
    sara = worker(await made.staff())
    [waiting] = await list_waiting_matches(db, sara.person_id, "nl")
    assert waiting.id == match["id"] and waiting.sensitive and (waiting.asker, waiting.helper) == ("Amina", "Hatice")
    page = await get_match(db, sara, match["id"])
    assert page.role == "worker" and page.need.name == "Amina" and page.offer.neighbourhood and len(page.bars) == 5
    await actions.review_match(db, sara, match["id"], Verdict.CONFIRM)
    assert (await get_match(db, pair.as_helper, match["id"])).need.text is None
    await actions.answer_match(db, pair.as_helper, match["id"], Answer.YES)
    assert (await get_match(db, pair.as_helper, match["id"])).need.text is None
    await actions.answer_match(db, pair.as_asker, match["id"], Answer.YES)
    assert (await get_match(db, pair.as_helper, match["id"])).need.text == "Iets teers"
    await actions.complete_match(db, pair.as_helper, match["id"])
    await actions.complete_match(db, pair.as_asker, match["id"])
    assert await db.fetchval("select themes from tie") == []


@pytest.mark.parametrize("who", [{"posts_on_trial": 1}, {"mediated": True}, {"adult": False}])
@pytest.mark.parametrize("side", ["asker", "helper"])
async def test_newcomers_minors_and_mediated_people_go_to_a_worker_first(db: Db, made: Made, who: dict, side: str) -> None:
    asker = await made.person("Amina", **(who if side == "asker" else {}))
    helper = await made.person("Hatice", **(who if side == "helper" else {}))
    need = await made.post(asker)
    await made.post(helper, "offer")
    await suggest(db, need)
    assert (await read_match(db, need))["state"] == "suggested"


async def test_a_rejection_needs_a_reason_and_is_remembered_beyond_the_posts(db: Db, made: Made) -> None:
    asker, helper = await made.person("Amina", mediated=True), await made.person("Hatice")
    need = await made.post(asker)
    await made.post(helper, "offer")
    await suggest(db, need)
    match, sara = await read_match(db, need), worker(await made.staff())
    with pytest.raises(Invalid):
        await actions.review_match(db, sara, match["id"], Verdict.REJECT)
    with pytest.raises(NotFound):
        await actions.review_match(db, viewer(helper), match["id"], Verdict.CONFIRM)
    await actions.review_match(db, sara, match["id"], Verdict.REJECT, RejectReason.KNOWN_TROUBLE)
    with pytest.raises(QuestionIsOver):
        await actions.review_match(db, sara, match["id"], Verdict.CONFIRM)
    assert not await sees(db, viewer(helper), match["id"]) and not await sees(db, viewer(asker), match["id"])
    again = await made.post(asker, theme="home.repair")
    await made.post(helper, "offer", "home.repair")
    assert await find_candidates(db, again, 5) == []


@pytest.mark.parametrize("side", ["helper", "asker"])
async def test_a_no_is_remembered_and_not_seen_by_the_other(db: Db, pair: Pair, made: Made, side: str) -> None:
    await suggest(db, pair.need)
    match_id = (await read_match(db, pair.need))["id"]
    if side == "asker":
        await actions.answer_match(db, pair.as_helper, match_id, Answer.YES)
    await actions.answer_match(db, pair.as_helper if side == "helper" else pair.as_asker, match_id, Answer.NO)
    assert await db.fetchval("select person_id from pair_memory where what = 'declined'") == (
        pair.helper if side == "helper" else pair.asker
    )
    if side == "helper":
        assert not await sees(db, pair.as_asker, match_id)
    else:
        assert (await get_match(db, pair.as_helper, match_id)).state == "withdrawn"
        assert [card.state for card in (await list_matches(db, pair.as_helper)).items] == ["withdrawn"]
    assert await suggest(db, pair.need) == 0
    with pytest.raises(QuestionIsOver):
        await actions.answer_match(db, pair.as_helper, match_id, Answer.YES)


async def test_not_now_rests_two_weeks_and_may_be_asked_again(db: Db, pair: Pair) -> None:
    await suggest(db, pair.need)
    match_id = (await read_match(db, pair.need))["id"]
    await actions.answer_match(db, pair.as_helper, match_id, Answer.NOT_NOW)
    assert await suggest(db, pair.need) == 0
    assert await actions.wake_matches(db, at=now() + timedelta(days=13)) == []
    assert await actions.wake_matches(db, at=now() + timedelta(days=15)) == [pair.need]
    assert await suggest(db, pair.need) == 1
    match = await read_match(db, pair.need)
    assert (match["id"], match["state"], match["offer_answer"]) == (match_id, "asked", None)


async def test_only_who_is_asked_answers(db: Db, pair: Pair, made: Made) -> None:
    await suggest(db, pair.need)
    match_id = (await read_match(db, pair.need))["id"]
    for stranger in (pair.as_asker, viewer(await made.person("Buur")), worker(await made.staff()), Viewer()):
        with pytest.raises(NotFound):
            await actions.answer_match(db, stranger, match_id, Answer.YES)
    await actions.answer_match(db, pair.as_helper, match_id, Answer.YES)
    with pytest.raises(QuestionIsOver):
        await actions.answer_match(db, pair.as_helper, match_id, Answer.NO)
    with pytest.raises(QuestionIsOver):
        await actions.complete_match(db, pair.as_asker, match_id)


async def test_a_worker_answers_for_somebody_and_it_shows(db: Db, pair: Pair, made: Made) -> None:
    await suggest(db, pair.need)
    match_id = (await read_match(db, pair.need))["id"]
    sara = await made.staff()
    acting = Viewer(person_id=pair.helper, actor_id=sara, language="nl")
    await actions.answer_match(db, acting, match_id, Answer.YES)
    assert (await read_match(db, pair.need))["state"] == "offered"
    row = await db.fetchrow("select * from audit where action = 'match_answered_yes'")
    assert row["actor"] != row["on_behalf_of"] and row["on_behalf_of"] is not None


async def test_an_urgent_need_asks_three_and_thanks_the_others(db: Db, made: Made) -> None:
    asker = await made.person("Amina")
    need = await made.post(asker, urgency="urgent")
    helpers = [await made.person(f"Buur {n}") for n in range(5)]
    for helper in helpers:
        await made.post(helper, "offer")
    assert await suggest(db, need) == 3
    rows = await db.fetch("select id, helper_id from match where state = 'asked'")
    assert len(rows) == 3
    await actions.answer_match(db, viewer(rows[0]["helper_id"]), rows[0]["id"], Answer.YES)
    assert sorted(row["state"] for row in await db.fetch("select state from match")) == ["offered", "withdrawn", "withdrawn"]
    assert await suggest(db, need) == 0, "nobody else is asked while the asker decides"
    with pytest.raises(QuestionIsOver):
        await actions.answer_match(db, viewer(rows[1]["helper_id"]), rows[1]["id"], Answer.YES)


async def test_a_helper_is_asked_within_capacity_and_month(db: Db, made: Made) -> None:
    helper = await made.person("Hatice", monthly_max=2)
    offer = await made.post(helper, "offer", capacity=5)
    needs = [await made.post(await made.person(f"Buur {n}")) for n in range(4)]
    assert await suggest(db, offer) == 2, "two a month"
    assert [await suggest(db, need) for need in needs] == [0] * 4
    other = await made.post(await made.person("Jan"), "offer", capacity=1)
    assert await suggest(db, other) == 1, "one at a time"


async def test_a_failed_match_frees_both_and_not_right_stays_apart(db: Db, pair: Pair, made: Made) -> None:
    match_id = await agree(db, pair)
    with pytest.raises(NotFound):
        await actions.fail_match(db, viewer(await made.person("Buur")), match_id, FailReason.OTHER)
    await actions.fail_match(db, pair.as_asker, match_id, FailReason.NOT_RIGHT)
    assert (await get_match(db, pair.as_helper, match_id)).reason is None
    assert [row["engaged"] for row in await db.fetch("select engaged from post")] == [0, 0]
    assert await db.fetchval("select person_id from pair_memory where what = 'unhappy'") == pair.asker
    assert await db.fetchval("select closed_at is not null from conversation")
    assert await find_candidates(db, await made.post(pair.asker), 5) == []
    with pytest.raises(QuestionIsOver):
        await actions.fail_match(db, pair.as_helper, match_id, FailReason.OTHER)


async def test_no_longer_needed_ends_the_need(db: Db, pair: Pair) -> None:
    await db.execute("select set_config('app.viewer', $1, true)", str(pair.asker))
    await actions.fail_match(db, pair.as_asker, await agree(db, pair), FailReason.NO_LONGER_NEEDED)
    assert await db.fetchval("select state from post where id = $1", pair.need) == "withdrawn"


async def test_silence_lapses_but_for_people_a_worker_registered(db: Db, made: Made) -> None:
    sara = await made.staff()
    asker, managed, alone = await made.person("Amina"), await made.person("Fatma", managed_by=sara), await made.person("Jan")
    needs = [await made.post(asker, theme=theme) for theme in ("home.repair", "transport.move")]
    await made.post(managed, "offer", "home.repair")
    await made.post(alone, "offer", "transport.move")
    for need in needs:
        await suggest(db, need)
    assert await actions.lapse_matches(db, now()) == 0
    assert await actions.lapse_matches(db, now() + timedelta(days=8)) == 1
    assert [(await read_match(db, need))["state"] for need in needs] == ["asked", "lapsed"]


async def test_a_closed_post_takes_its_proposals_back(db: Db, pair: Pair) -> None:
    await suggest(db, pair.need)
    match_id = (await read_match(db, pair.need))["id"]
    await db.execute("update post set state = 'withdrawn', closed_at = now() where id = $1", pair.need)
    with pytest.raises(QuestionIsOver):
        await actions.answer_match(db, pair.as_helper, match_id, Answer.YES)
    assert await actions.withdraw_matches(db, pair.need, at=now()) == 1
    assert (await get_match(db, pair.as_helper, match_id)).state == "withdrawn"


async def test_a_taken_offer_refuses_the_second_agreement(db: Db, pair: Pair, made: Made) -> None:
    second = await made.person("Leila")
    other = await made.post(second)
    await suggest(db, pair.need)
    match_id = (await read_match(db, pair.need))["id"]
    await actions.answer_match(db, pair.as_helper, match_id, Answer.YES)
    await db.execute("update post set engaged = 1 where id = $1", pair.offer)
    with pytest.raises(Conflict):
        await actions.answer_match(db, pair.as_asker, match_id, Answer.YES)
    assert await suggest(db, other) == 0


async def test_the_start_page_lists_what_waits(db: Db, pair: Pair) -> None:
    await suggest(db, pair.need)
    assert [card.role for card in await list_waiting_for(db, pair.as_helper)] == ["helper"]
    assert await list_waiting_for(db, pair.as_asker) == []
