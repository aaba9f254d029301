"""A worker brings two together by hand, or chooses somebody else: what may be set aside and what never is, and who is asked by it: nobody."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions
from buurtnet.matching.actions.pairing import HurdlesFound, NotByHand, NotTogether
from buurtnet.matching.queries.pairing import list_choices
from buurtnet.matching.queries.reviewing import find_pairing, get_review, list_alternatives
from buurtnet.matching.rules.fit import HelperFacts, PairFacts, PostFacts, ThemeFacts, compatible
from buurtnet.matching.rules.hurdles import HURDLES, STOPS, Hurdle, Stop, find_stop, list_hurdles
from buurtnet.matching.schemas import RejectReason, Verdict
from tests.made import Made
from tests.matching.conftest import Pair, read_match, viewer, worker

ONE, TWO, HERE = new_id(), new_id(), new_id()
TODAY = date(2026, 11, 20)
DAYS = st.one_of(st.none(), st.dates(date(2026, 11, 15), date(2026, 11, 25)))
SLOTS = st.one_of(st.none(), st.integers(1, 15))
THEMES = st.builds(
    ThemeFacts,
    id=st.integers(1, 4),
    parent_id=st.sampled_from([None, 1, 2]),
    talk=st.booleans(),
    halving_m=st.just(800),
    review=st.just("new"),
    safeguard=st.sampled_from([None, "checked-helper"]),
)


def posts(kind: str, author: UUID) -> st.SearchStrategy[PostFacts]:
    return st.builds(
        PostFacts,
        id=st.just(new_id()),
        kind=st.just(kind),
        author_id=st.just(author),
        organisation_id=st.just(HERE),
        theme=THEMES,
        neighbourhood_id=st.just(1),
        open=st.just(True),
        active=st.just(True) if kind == "need" else st.booleans(),
        reach=st.integers(0, 4),
        slots=SLOTS,
        from_on=DAYS,
        until_on=DAYS,
        language_bits=st.integers(1, 7),
        capacity=st.integers(1, 2),
        engaged=st.just(0) if kind == "need" else st.integers(0, 2),
        again=st.booleans(),
        urgent=st.booleans(),
        adult=st.booleans(),
        checked=st.booleans(),
        mediated=st.booleans(),
        on_trial=st.booleans(),
        shares=st.booleans(),
        component=st.none(),
        standing=st.integers(0, 3),
        offered=st.booleans(),
    )


HELPERS = st.builds(
    HelperFacts,
    load=st.integers(0, 3),
    capacity=st.integers(1, 3),
    this_month=st.integers(0, 4),
    monthly_max=st.integers(1, 4),
    rests=st.booleans(),
)
PAIRS = st.builds(
    PairFacts,
    metres=st.integers(0, 9000),
    level=st.integers(0, 4),
    known=st.booleans(),
    remembered=st.just(False),
    kept_away=st.just(False),
    matched=st.just(False),
    partners=st.just(False),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(posts("need", ONE), posts("offer", TWO), HELPERS, PAIRS)
def test_where_nothing_stands_in_the_way_the_engine_would_propose_the_two_and_nowhere_else(
    need: PostFacts, offer: PostFacts, helper: HelperFacts, pair: PairFacts
) -> None:
    clear = not list_hurdles(need, offer, helper, pair, TODAY) and find_stop(need, offer) is None
    assert clear is compatible(need, offer, helper, pair, TODAY)


def test_each_hurdle_and_each_stop_has_its_words() -> None:
    assert set(HURDLES) == set(Hurdle) and set(STOPS) == set(Stop)


@pytest.fixture
async def sara(made: Made) -> Viewer:
    return worker(await made.staff(), areas=(await made.hood(),))


async def told(db: Db) -> list[str]:
    return [row["kind"] for row in await db.fetch("select kind from outbox order by id")]


async def test_a_pair_chosen_by_hand_waits_for_a_look_and_nobody_is_asked(db: Db, pair: Pair, sara: Viewer) -> None:
    match_id = await actions.make_match(db, sara, pair.need, pair.offer)
    match = await read_match(db, pair.need)
    assert (match["id"], match["state"], match["origin"], match["asked_at"]) == (match_id, "suggested", "facilitator", None)
    assert match["score"] > 0.5 and match["languages"] == ["nl", "fr"]
    assert await told(db) == []
    review = await get_review(db, sara, match_id)
    assert (review.chosen_by, review.asker, review.helper) == ("Sara", "Amina", "Hatice")
    assert await db.fetchval("select count(*) from audit where action = 'match_made' and object_id = $1", match_id) == 1
    await actions.review_match(db, sara, match_id, Verdict.CONFIRM)
    assert (await read_match(db, pair.need))["state"] == "asked" and await told(db) == ["matching.MatchAsked"]


async def hinder(made: Made, pair: Pair, hurdle: Hurdle) -> None:
    """Puts one thing between the two."""
    other = await made.person("Ilse")
    change = {
        Hurdle.THEME: ("update post set theme_id = (select id from theme where slug = 'home.repair') where id = $1", pair.offer),
        Hurdle.LANGUAGE: (
            "update post set language_bits = 1 << 20, theme_id = (select id from theme where slug = 'company.walk') where id = $1",
            pair.offer,
        ),
        Hurdle.MOMENT: ("update post set slots = case when kind = 'need' then 1 else 2 end where id = any($1)", [pair.need, pair.offer]),
        Hurdle.DATES: ("update post set until_on = current_date - 1 where id = $1", pair.need),
        Hurdle.OFTEN: ("update person set monthly_max = 1 where id = $1", pair.helper),
        Hurdle.RESTS: (
            "insert into rest (person_id, since, until, away) values ($1, now(), now() + interval '3 days', false)",
            pair.helper,
        ),
    }.get(hurdle)
    if change is not None:
        await made.db.execute("set local role none")
        await made.db.execute(*change)
        await made.db.execute("set local role buurtnet_web")
    if hurdle is Hurdle.OFTEN:
        need, offer = await made.post(other, state="met"), await made.post(pair.helper, "offer", state="withdrawn")
        await made.match(need, offer, "completed", agreed_at=now())
    if hurdle is Hurdle.ASKED:
        await made.match(pair.need, await made.post(other, "offer"), "asked", asked_at=now())
    elif hurdle is Hurdle.PROMISED:
        await made.match(await made.post(other), pair.offer, "asked", asked_at=now())
    elif change is None:
        far = pair.offer if hurdle is Hurdle.HELPER_REACH else pair.need
        await made.db.execute("update post set neighbourhood_id = $2 where id = $1", pair.offer, await made.hood("Terdelt"))
        await made.db.execute(
            "update post set reach = case when id = $1 then 0 else 4 end where id = any($2)", far, [pair.need, pair.offer]
        )


@pytest.mark.parametrize("hurdle", Hurdle)
async def test_what_the_worker_sets_aside_is_asked_for_first_and_then_holds_nobody_back(
    db: Db, made: Made, pair: Pair, hurdle: Hurdle
) -> None:
    sara = worker(await made.staff(hoods=("Brabantwijk", "Terdelt")))
    await hinder(made, pair, hurdle)
    found, _more = await list_choices(db, sara, pair.need, words="Hatice", at=now())
    mine = next(one for one in found if one.post.id == pair.offer)
    assert hurdle in mine.hurdles and mine.stop is None
    with pytest.raises(HurdlesFound):
        await actions.make_match(db, sara, pair.need, pair.offer, confirmed=[one for one in mine.hurdles if one is not hurdle])
    match_id = await actions.make_match(db, sara, pair.need, pair.offer, confirmed=mine.hurdles)
    found = await find_pairing(db, await get_review(db, sara, match_id), at=now())
    assert found is not None and hurdle in found.hurdles(now().date()), "who looks at it later reads the same"


@pytest.mark.parametrize("stop", Stop)
async def test_a_safeguard_is_never_set_aside(db: Db, made: Made, sara: Viewer, stop: Stop) -> None:
    asker, helper = await made.person("Amina"), await made.person("Hatice")
    theme = "children.mind" if stop is Stop.UNCHECKED else "transport.move"
    need = await made.post(asker, theme=theme)
    offer = await made.post(helper, "offer", theme, engaged=int(stop is Stop.FULL), active=stop is not Stop.PAUSED)
    [listed] = (await list_choices(db, sara, need, at=now()))[0]
    assert listed.stop is stop
    with pytest.raises(NotTogether) as refusal:
        await actions.make_match(db, sara, need, offer, confirmed=list(Hurdle))
    assert refusal.value.text == STOPS[stop] and refusal.value.values == {"helper": "Hatice"}


@pytest.mark.parametrize(
    "between", ["rejected", "declined", "unhappy", "not_now", "keep_away", "same person", "matched", "another organisation"]
)
async def test_two_who_should_not_meet_are_in_no_list_and_look_as_if_they_were_not_there(
    db: Db, made: Made, pair: Pair, sara: Viewer, between: str
) -> None:
    offer = pair.offer
    match between:
        case "keep_away":
            await made.insert("keep_away", person_id=pair.helper, other_id=pair.asker)
        case "same person":
            offer = await made.post(pair.asker, "offer")
        case "matched":
            await made.match(pair.need, offer, "declined")
        case "another organisation":
            offer = await made.post(await made.person("Guus", organisation_id=await made.organisation("Andere")), "offer")
        case what:
            until = now() + timedelta(days=3) if what == "not_now" else None
            await made.insert("pair_memory", id=new_id(), person_id=pair.helper, other_id=pair.asker, theme_id=303, what=what, until=until)
    assert offer not in {one.post.id for one in (await list_choices(db, sara, pair.need, at=now()))[0]}
    with pytest.raises(NotFound):
        await actions.make_match(db, sara, pair.need, offer, confirmed=list(Hurdle))
    assert {one.post_id for one in await alternatives(db, made, sara, pair)} & {offer} == set()


async def alternatives(db: Db, made: Made, who: Viewer, pair: Pair) -> list:
    """Whom a worker could choose instead of somebody who is suggested for the need."""
    other = await made.post(await made.person("Ilse"), "offer")
    match_id = await made.match(pair.need, other, "suggested")
    return (await list_alternatives(db, who, await get_review(db, who, match_id), at=now())).offers


async def test_only_a_facilitator_of_the_place_and_organisation_chooses(db: Db, made: Made, pair: Pair) -> None:
    others = (
        worker(await made.staff("Els", hoods=("Helmet",))),
        worker(await made.staff("Jan", organisation_id=await made.organisation("Andere"))),
        worker(await made.staff("Map", role="mapper")),
        worker(await made.staff("Coo", role="coordinator")),
        viewer(pair.asker),
        Viewer(),
    )
    match_id = await made.match(pair.need, pair.offer, "suggested", origin="facilitator")
    other = await made.post(await made.person("Ilse"), "offer")
    for stranger in others:
        for deed in (
            actions.make_match(db, stranger, pair.need, other, confirmed=list(Hurdle)),
            actions.swap_match(db, stranger, match_id, other),
            actions.drop_match(db, stranger, match_id),
            get_review(db, stranger, match_id),
        ):
            with pytest.raises(NotFound):
                await deed
    assert (await read_match(db, pair.need))["state"] == "suggested"


async def test_somebody_else_takes_the_place_of_the_helper_and_the_first_one_can_come_back(
    db: Db, made: Made, pair: Pair, sara: Viewer
) -> None:
    first = await made.match(pair.need, pair.offer, "suggested")
    other = await made.post(await made.person("Ilse"), "offer")
    shown = await list_alternatives(db, sara, await get_review(db, sara, first), at=now())
    assert [(one.post_id, one.name) for one in shown.offers] == [(other, "Ilse")] and shown.needs == []
    assert shown.offers[0].reasons and len(shown.offers[0].bars) == 5
    with pytest.raises(Conflict):
        await actions.swap_match(db, sara, first, other, version=99)
    second = await actions.swap_match(db, sara, first, other, version=1)
    states = dict(await db.fetch("select offer_id, state from match where need_id = $1", pair.need))
    assert states == {pair.offer: "withdrawn", other: "suggested"}
    with pytest.raises(Conflict):
        await actions.swap_match(db, sara, first, other)
    assert await actions.swap_match(db, sara, second, pair.offer) == first, "nobody refused, so nothing is remembered"
    assert await told(db) == []


async def test_somebody_else_takes_the_place_of_the_asker_and_the_search_goes_on_for_the_first(
    db: Db, made: Made, pair: Pair, sara: Viewer
) -> None:
    await db.execute("update person set monthly_max = 1 where id = $1", pair.helper)
    first = await made.match(pair.need, pair.offer, "suggested")
    other = await made.post(await made.person("Bilal"))
    shown = await list_alternatives(db, sara, await get_review(db, sara, first), at=now())
    assert [(one.post_id, one.name) for one in shown.needs] == [(other, "Bilal")]
    await actions.swap_match(db, sara, first, other)
    assert (await read_match(db, other))["state"] == "suggested" and (await read_match(db, pair.need))["state"] == "withdrawn"
    assert await told(db) == ["matching.MatchWithdrawn"]


async def test_what_was_chosen_by_hand_is_taken_back_without_a_trace_between_the_two(db: Db, made: Made, pair: Pair, sara: Viewer) -> None:
    match_id = await actions.make_match(db, sara, pair.need, pair.offer)
    await actions.drop_match(db, sara, match_id)
    assert (await read_match(db, pair.need))["state"] == "withdrawn" and await db.fetchval("select count(*) from pair_memory") == 0
    assert await actions.make_match(db, sara, pair.need, pair.offer) == match_id
    await actions.review_match(db, sara, match_id, Verdict.CONFIRM)
    with pytest.raises(Conflict):
        await actions.drop_match(db, sara, match_id)
    other = await made.match(await made.post(pair.asker), await made.post(await made.person("Ilse"), "offer"), "suggested")
    with pytest.raises(NotByHand):
        await actions.drop_match(db, sara, other)


async def test_rejecting_is_remembered_by_hand_too(db: Db, pair: Pair, sara: Viewer) -> None:
    match_id = await actions.make_match(db, sara, pair.need, pair.offer)
    await actions.review_match(db, sara, match_id, Verdict.REJECT, RejectReason.KNOWN_TROUBLE)
    with pytest.raises(NotFound):
        await actions.make_match(db, sara, pair.need, pair.offer, confirmed=list(Hurdle))


async def test_a_helper_from_elsewhere_has_no_name_and_a_need_from_elsewhere_is_not_shown(
    db: Db, made: Made, pair: Pair, sara: Viewer
) -> None:
    far = await made.person("Godelieve", "Collignon", reach=4)
    offer, need = await made.post(far, "offer", reach=4), await made.post(far, reach=4)
    await db.execute("update post set reach = 4 where id = any($1)", [pair.need, pair.offer])
    match_id = await made.match(pair.need, pair.offer, "suggested")
    shown = await list_alternatives(db, sara, await get_review(db, sara, match_id), at=now())
    assert [(one.post_id, one.name, one.person_id, one.neighbourhood) for one in shown.offers] == [(offer, None, None, "Collignon")]
    assert need not in {one.post_id for one in shown.needs}
    await db.execute("update post set language_bits = 1 << 20 where id = $1", offer)
    await db.execute("update post set theme_id = (select id from theme where slug = 'company.walk') where id = any($1)", [offer, pair.need])
    with pytest.raises(NotFound):
        await actions.swap_match(db, sara, match_id, offer, confirmed=list(Hurdle))


async def test_a_sensitive_offer_is_for_those_with_a_basis_for_secrecy(db: Db, made: Made) -> None:
    asker = await made.person("Amina")
    need = await made.post(asker, theme="care")
    match_id = await made.match(need, await made.post(await made.person("Hatice"), "offer", "care"), "suggested")
    for secrecy, seen in (("art. 458", True), (None, False)):
        who = worker(await made.staff("Wie", secrecy=secrecy))
        try:
            await get_review(db, who, match_id)
        except NotFound:
            assert not seen
        else:
            assert seen


async def test_words_find_whoever_is_meant(db: Db, made: Made, pair: Pair, sara: Viewer) -> None:
    await made.post(await made.person("Ilse"), "offer", text="Ik kan timmeren")
    for words, names in (("hat", ["Hatice"]), ("TIMMER", ["Ilse"]), ("%", []), ("", ["Hatice", "Ilse"])):
        assert sorted(one.post.name for one in (await list_choices(db, sara, pair.need, words=words, at=now()))[0]) == names


async def test_without_words_only_offers_of_the_same_branch_are_listed(db: Db, made: Made, pair: Pair, sara: Viewer) -> None:
    wide, other = (
        await made.post(await made.person("Ilse"), "offer", "transport"),
        await made.post(await made.person("Omar"), "offer", "home.repair"),
    )
    found, more = await list_choices(db, sara, pair.need, at=now())
    assert {one.post.id for one in found} == {pair.offer, wide} and not more
    [found] = (await list_choices(db, sara, pair.need, words="omar", at=now()))[0]
    assert found.post.id == other and found.hurdles == [Hurdle.THEME]
