"""What counts for how much: the rules by which it is worked out, who may set it, what the pages say of it."""

import re
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions import weighing as actions
from buurtnet.matching.actions.weighing import NewEmphasis, NewHalving, NewWeights
from buurtnet.matching.queries import find_candidates, get_match
from buurtnet.matching.queries.matches import say
from buurtnet.matching.queries.weighing import get_distance, list_changes, read_weighing
from buurtnet.matching.rules.weighing import STEPS, AreaEmphasis, Weighing, list_percents, rank_example, share_weights, weigh
from buurtnet.matching.rules.words import part_phrases, reasons
from buurtnet.matching.schemas import Bond, Parts, Weights
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.web.language import speaking
from tests.made import Made
from tests.matching.conftest import Pair
from tests.matching.weighed import set_emphasis, set_halving, set_weights

DECIDED = {"decided_with": "De bewonersraad en Sara", "decided_on": date(2026, 3, 4)}
TYPED = {"decided_with": "De bewonersraad en Sara", "decided_on": "2026-03-04"}
SHARES = {"proximity": 30, "theme": 20, "time": 20, "room": 10, "bond": 20}
shares = st.lists(st.floats(0, 1), min_size=5, max_size=5).map(lambda values: Weights(*values))


# --- the rules -------------------------------------------------------------------------------------------------------------------


@given(shares, st.sampled_from(sorted(STEPS)))
def test_whatever_is_set_the_weights_are_parts_of_one_whole(weights: Weights, step: int) -> None:
    weighed = weigh(weights, step)
    values = [getattr(weighed.weights, name) for name in Weights.__struct_fields__]
    assert sum(values) == pytest.approx(1) and min(values) >= 0
    assert sum(list_percents(weights)) == 100


def test_without_a_word_of_anybody_the_weights_are_those_of_the_design() -> None:
    weighed = Weighing().at(new_id(), 1)
    assert weighed == weigh(Weights(0.35, 0.20, 0.20, 0.10, 0.15), 0)
    assert (weighed.bonds.first, weighed.bonds.bridging, weighed.bonds.present, weighed.bonds.known) == (1.0, 0.8, 0.6, 0.6)


def test_new_bonds_count_more_step_by_step_and_familiar_faces_are_worth_more() -> None:
    bond = [weigh(Weights(), step).weights.bond for step in (0, 1, 2)]
    assert bond == sorted(bond) and bond[0] < bond[2]
    for step in (-2, -1):
        assert weigh(Weights(), step).bonds.known == 1.0
    first = weigh(Weights(), -2).bonds
    assert first.known > max(first.first, first.bridging, first.present)


def test_the_example_shows_what_the_steps_do() -> None:
    best = [rank_example(weigh(Weights(), step))[0][0].name for step in (-2, 0, 2)]
    assert best == ["Aya", "Cem", "Bo"]
    assert {one.bond for one, _ in rank_example(weigh(Weights(), 0))} == {"known", "first", "present"}


def test_an_emphasis_holds_in_its_area_and_organisation_alone() -> None:
    ours, theirs = new_id(), new_id()
    weighing = Weighing(areas=[AreaEmphasis(ours, [1, 2], 2), AreaEmphasis(ours, [2, 3], -2)])
    assert weighing.at(ours, 1) == weighing.at(ours, 2) == weigh(Weights(), 2)
    assert weighing.at(ours, 3) == weigh(Weights(), -2)
    assert weighing.at(ours, 4) == weighing.at(theirs, 1) == weigh(Weights(), 0)


def test_a_distance_holds_for_the_themes_below_until_one_has_its_own() -> None:
    weighing = Weighing(halvings={1: 400, 11: 900, 12: None})
    assert [weighing.halving(theme, 1, 800) for theme in (11, 12, 13)] == [900, 400, 400]
    assert weighing.halving(1, None, 800) == 400 and weighing.halving(2, None, 800) == 800


def test_equal_weights_where_nothing_counts() -> None:
    assert share_weights(Weights(0, 0, 0, 0, 0)) == Weights(0.2, 0.2, 0.2, 0.2, 0.2)


# --- words -----------------------------------------------------------------------------------------------------------------------


NEGATIVE = re.compile(
    r"\b(no|not|none|nobody|never|only|few|little|less|lacks?|without|alone|bad|busy|poor|far|but|yet|just one)\b|\d", re.IGNORECASE
)


@given(
    st.lists(st.floats(0, 1), min_size=5, max_size=5),
    st.integers(0, 4),
    st.one_of(st.none(), st.integers(1, EVERY_SLOT)),
    st.sampled_from(list(Bond)),
    st.lists(st.sampled_from(["nl", "fr", "ar", "tr"]), unique=True),
    st.booleans(),
)
def test_every_reason_is_positive_and_true_and_counts_nobody(
    values: list[float], level: int, slots: int | None, bond: Bond, languages: list[str], worker: bool
) -> None:
    """Every part of the score, at the desk and for the two: no remark on what somebody lacks, no number but that of minutes on foot."""
    parts = Parts(*values)
    with speaking("en"):
        why = [say(one) for one in reasons(level=level, languages=languages, slots=slots, theme_part=parts.theme, worker=worker)]
        told = {label: say(words) for label, _, words in part_phrases(parts, level=level, slots=slots, bond=bond)}
        for sentence in (*why, *told.values()):
            assert not NEGATIVE.search(sentence.replace("20 minutes on foot", "")), sentence
    assert any("speak" in sentence for sentence in why) == bool(languages)
    assert not worker or not any(re.search(r"\byou\b|\byour\b", sentence, re.IGNORECASE) for sentence in why)
    assert ("What is asked is just what is offered" in why) == (parts.theme == 1) == (told["Theme"] == "Just this")
    assert (told["Room"] == "Has room") == (parts.room == 1)
    assert (told["Time"] == "Both are free to choose") == (slots is None)
    assert (told["Contact"] == "They know each other") == (bond is Bond.KNOWN)
    if slots is not None and slots != EVERY_SLOT and slots.bit_count() <= 3:
        assert sum("day" in sentence for sentence in why) == slots.bit_count()


# --- what they do to the search --------------------------------------------------------------------------------------------------


async def test_familiar_faces_first_asks_who_helped_before(made: Made, pair: Pair, connection: Db) -> None:
    known = await made.person("Rachid", "Collignon")
    offer = await made.post(known, "offer", text="Ik heb een kar", reach=4)
    await connection.execute("update post set reach = 4 where id = $1", pair.need)
    a, b = sorted((known, pair.asker))
    await made.insert("tie", a=a, b=b, first_on=date(2026, 1, 1), last_on=date(2026, 1, 2), a_helped=1)
    await made.component(known, known, pair.asker)
    area = await add_area(made)
    assert [one.post_id for one in await find_candidates(connection, pair.need, 2)] == [pair.offer, offer]
    await set_emphasis(connection, area, -2)
    assert [one.post_id for one in await find_candidates(connection, pair.need, 2)] == [offer, pair.offer]
    await set_emphasis(connection, area, 0)
    assert [one.post_id for one in await find_candidates(connection, pair.need, 2)] == [pair.offer, offer]


async def test_weights_and_distances_change_the_score(made: Made, pair: Pair, connection: Db) -> None:
    (before,) = await find_candidates(connection, pair.need, 1)
    await set_weights(connection, 100, 0, 0, 0, 0)
    (nearness,) = await find_candidates(connection, pair.need, 1)
    assert nearness.score == pytest.approx(before.parts.proximity)
    root = await connection.fetchval("select parent_id from theme where slug = 'transport.move'")
    await set_halving(connection, root, before.metres)
    (half,) = await find_candidates(connection, pair.need, 1)
    assert half.score == pytest.approx(0.5)


# --- setting them ----------------------------------------------------------------------------------------------------------------


async def add_area(made: Made, *hoods: str, organisation_id: UUID | None = None) -> UUID:
    identity = new_id()
    ids = [await made.hood(hood) for hood in hoods or ("Brabantwijk", "Collignon")]
    organisation_id = organisation_id or await made.home_organisation()
    await made.insert("area", id=identity, organisation_id=organisation_id, names={"nl": "Rond het plein"}, neighbourhoods=ids)
    return identity


async def worker_of(made: Made, role: str = "coordinator", hoods: tuple[str, ...] = ("Brabantwijk",)) -> Viewer:
    identity = await made.staff("Lien", role=role, hoods=hoods)
    areas = tuple([await made.hood(hood) for hood in hoods])
    return Viewer(person_id=identity, actor_id=identity, roles=(role,), areas=areas, organisation_id=await made.home_organisation())


async def test_what_was_set_last_holds_and_the_audit_says_what_was_before(made: Made, db: Db) -> None:
    viewer = await worker_of(made)
    await actions.set_weights(db, viewer, NewWeights(**SHARES, **DECIDED))
    await actions.set_weights(db, viewer, NewWeights(**SHARES | {"proximity": 40, "bond": 10}, **DECIDED))
    assert list_percents((await read_weighing(db)).weights or Weights()) == [40, 20, 20, 10, 10]
    told = [row["reason"] for row in await db.fetch("select reason from audit where action = 'weights set' order by at, id")]
    assert sorted(told) == sorted(["35 20 20 10 15 -> 30 20 20 10 20", "30 20 20 10 20 -> 40 20 20 10 10"])


async def test_nobody_rewrites_what_was_set(made: Made, db: Db) -> None:
    await actions.set_weights(db, await worker_of(made), NewWeights(**SHARES, **DECIDED))
    for table in ("weight", "halving", "emphasis"):
        for role in ("web", "worker"):
            for may in ("update", "delete"):
                assert not await db.fetchval("select has_table_privilege($1, $2, $3)", f"buurtnet_{role}", table, may)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"proximity": 31}, "proximity"),
        ({"decided_on": (now() + timedelta(days=2)).date()}, "decided_on"),
        ({"proximity": 35, "bond": 15}, ""),
    ],
)
async def test_shares_are_one_whole_decided_by_now_and_something_new(made: Made, db: Db, changed: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await actions.set_weights(db, await worker_of(made), NewWeights(**SHARES | DECIDED | changed))
    assert list(refused.value.errors) == [field]
    assert await db.fetchval("select count(*) from weight") == 0


async def test_a_distance_is_set_and_given_up_again(made: Made, db: Db) -> None:
    viewer, theme = await worker_of(made), await made.theme("transport.move")
    before = (await get_distance(db, theme)).metres
    await actions.set_halving(db, viewer, theme, NewHalving(metres=300, **DECIDED))
    assert (await get_distance(db, theme)).metres == 300
    await actions.set_halving(db, viewer, theme, NewHalving(**DECIDED))
    assert ((await get_distance(db, theme)).metres, (await get_distance(db, theme)).own) == (before, None)
    with pytest.raises(NotFound):
        await actions.set_halving(db, viewer, 32_000, NewHalving(metres=300, **DECIDED))


async def test_a_facilitator_sets_the_areas_they_work_in(made: Made, db: Db) -> None:
    here, elsewhere = await add_area(made), await add_area(made, "Helmet")
    others = await add_area(made, organisation_id=await made.organisation("Buurtwerk Noord"))
    viewer = await worker_of(made, "facilitator")
    await actions.set_emphasis(db, viewer, here, NewEmphasis(step=2, **DECIDED))
    assert [one.step for one in (await read_weighing(db)).areas] == [2]
    for area in (elsewhere, others):
        with pytest.raises(NotFound):
            await actions.set_emphasis(db, viewer, area, NewEmphasis(step=1, **DECIDED))
    coordinator = await worker_of(made)
    await actions.set_emphasis(db, coordinator, elsewhere, NewEmphasis(step=1, **DECIDED))
    with pytest.raises(NotFound):
        await actions.set_emphasis(db, coordinator, others, NewEmphasis(step=1, **DECIDED))


async def test_the_history_tells_what_was_before_who_set_it_and_nothing_of_others_areas(made: Made, db: Db) -> None:
    area, viewer = await add_area(made), await worker_of(made)
    others = await add_area(made, organisation_id=await made.organisation("Buurtwerk Noord"))
    await set_emphasis(made.db, others, 2)
    await actions.set_emphasis(db, viewer, area, NewEmphasis(step=1, **DECIDED))
    await actions.set_weights(db, viewer, NewWeights(**SHARES, **DECIDED))
    await actions.set_emphasis(db, viewer, area, NewEmphasis(step=-1, **DECIDED))
    changes = await list_changes(db, viewer)
    assert [(one.kind, one.before, one.after) for one in changes] == [
        ("emphasis", [1], [-1]),
        ("weights", None, [30, 20, 20, 10, 20]),
        ("emphasis", None, [1]),
    ]
    assert {one.set_by for one in changes} == {"Lien"}


# --- the pages -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def coordinator(made: Made, client: httpx.AsyncClient) -> Viewer:
    viewer = await worker_of(made)
    await made.sign_in(client, viewer.person_id, kind="staff")
    return viewer


async def test_a_coordinator_looks_at_the_example_first_and_then_sets(made: Made, client: httpx.AsyncClient, coordinator: Viewer) -> None:
    looked = await client.post("/desk/weights/shares", data=SHARES | {"look": "yes"})
    assert looked.status_code == 200 and "With what you typed" in looked.text
    assert await made.db.fetchval("select count(*) from weight") == 0
    done = await client.post("/desk/weights/shares", data=SHARES | TYPED)
    assert done.status_code == 303
    page = (await client.get("/desk/weights")).text
    assert "Decided with De bewonersraad en Sara" in page and "<b>30&nbsp;%</b>" in page
    assert "/desk/weights/shares?proximity=35&amp;theme=20&amp;time=20&amp;room=10&amp;bond=15" in page
    back = (await client.get("/desk/weights/shares?proximity=35&theme=20&time=20&room=10&bond=15")).text
    assert 'name="proximity" type="text" value="35"' in back


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"proximity": "90"}, "The five must be 100 together. Now they are 160."),
        ({"proximity": "many"}, "Please write a number here."),
        ({"proximity": "-1"}, "This must be 0 or more."),
        ({"decided_with": ""}, "Please fill this in."),
        ({"decided_on": "2999-01-01"}, "This day is still to come."),
        ({"decided_on": "soon"}, "Choose a day, or write it as 2026-11-28."),
    ],
)
async def test_what_was_typed_is_kept(client: httpx.AsyncClient, coordinator: Viewer, typed: dict, said: str) -> None:
    answer = await client.post("/desk/weights/shares", data=SHARES | TYPED | {"room": "10"} | typed)
    assert answer.status_code == 422 and said in answer.text
    for value in (SHARES | TYPED | typed).values():
        assert str(value) in answer.text


async def test_an_area_says_with_each_step_who_is_asked_first(made: Made, client: httpx.AsyncClient, coordinator: Viewer) -> None:
    area = await add_area(made)
    page = (await client.get(f"/desk/weights/areas/{area}")).text
    assert "First Aya, then Cem, then Bo" in page and "First Bo, then Cem, then Aya" in page
    wrong = await client.post(f"/desk/weights/areas/{area}", data=TYPED | {"step": "7"})
    assert wrong.status_code == 422 and "This must be 2 or less." in wrong.text and "De bewonersraad" in wrong.text
    assert (await client.post(f"/desk/weights/areas/{area}", data=TYPED | {"step": "2"})).status_code == 303
    again = (await client.get("/desk/weights")).text
    assert "New bonds first" in again and f"/desk/weights/areas/{area}?step=0" in again
    assert 'value="0" checked' in (await client.get(f"/desk/weights/areas/{area}?step=0")).text


async def test_a_distance_too_far_is_not_taken(made: Made, client: httpx.AsyncClient, coordinator: Viewer) -> None:
    address = f"/desk/weights/themes/{await made.theme('transport.move')}"
    wrong = await client.post(address, data=TYPED | {"metres": "50000"})
    assert wrong.status_code == 422 and "This must be 10000 or less." in wrong.text and 'value="50000"' in wrong.text
    assert (await client.post(address, data=TYPED | {"metres": "400"})).status_code == 303
    assert "400 m, about 5 minutes on foot" in (await client.get("/desk/weights")).text
    assert (await client.get("/desk/weights/themes/32000")).status_code == 404


async def test_the_desk_sees_the_parts_with_their_weights_and_reads_about_the_two(
    made: Made, pair: Pair, db: Db, connection: Db, client: httpx.AsyncClient
) -> None:
    area = await add_area(made)
    match_id = await made.match(pair.need, pair.offer, "suggested", parts=[0.8, 1.0, 1.0, 0.5, 0.6], languages=["nl", "fr"])
    await set_emphasis(connection, area, 2)
    sara = await made.staff()
    with speaking("en"):
        page = await get_match(db, Viewer(person_id=sara, actor_id=sara, roles=("facilitator",)), match_id)
    assert sum(bar.weight for bar in page.bars) == pytest.approx(1)
    assert page.bars[-1].weight == pytest.approx(weigh(Weights(), 2).weights.bond)
    assert page.need.languages == page.offer.languages == ["Nederlands", "Français"]
    assert page.reasons[:2] == ["In the same neighbourhood", "Both speak Nederlands and Français"]
    assert [bar.words for bar in page.bars] == [
        "In the same neighbourhood",
        "Just this",
        "Both are free to choose",
        "Helps somebody already",
        "Brings two people together",
    ]
    await made.sign_in(client, sara, kind="staff")
    shown = (await client.get(f"/desk/matches/{match_id}")).text
    assert "Both speak Nederlands and Français" in shown and "<b>26&nbsp;%</b>" in shown and "You both" not in shown
