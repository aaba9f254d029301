"""What may be told of counts: the small-number rules hold for every figure and for what can be worked out from them."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.counts import FLOOR
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.referrals.actions import freeze_counts
from buurtnet.referrals.queries import count_draft, find_frozen_day, list_frozen
from buurtnet.referrals.rules import tell_counts
from tests.made import Made

CELLS = st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from("abc")), st.integers(0, 60), min_size=1, max_size=12)


def with_totals(cells: dict[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    """The cells with the sums of their rows and columns, as where nobody stands in two."""
    counts = dict(cells)
    for (place, code), persons in cells.items():
        for total in ((place, ""), (0, code), (0, "")):
            counts[total] = counts.get(total, 0) + persons
    return counts


@given(CELLS)
def test_no_figure_is_small_and_none_can_be_worked_out(cells: dict[tuple[int, str], int]) -> None:
    counts = with_totals(cells)
    told = tell_counts(counts)
    places, codes = {place for place, _ in counts}, {code for _, code in counts}
    for (place, code), value in told.items():
        if value is not None:
            assert counts.get((place, code), 0) >= FLOOR
            assert value % 5 == 0
            assert not code or counts[place, ""] - counts[place, code] >= FLOOR
    lines = [[(place, ""), *((place, code) for code in codes if code)] for place in places]
    lines += [[(0, code), *((place, code) for place in places if place)] for code in codes]
    for total, *parts in lines:
        hidden = [part for part in parts if told.get(part) is None]
        if told.get(total) is not None and hidden:
            assert len(hidden) >= 2
            assert sum(counts.get(part, 0) for part in hidden) >= FLOOR


def test_what_is_large_enough_is_told() -> None:
    counts = with_totals({(1, "a"): 40, (1, "b"): 31, (2, "a"): 22, (2, "b"): 12})
    assert tell_counts(counts) == {
        (0, ""): 105,
        (0, "a"): 60,
        (0, "b"): 45,
        (1, ""): 70,
        (1, "a"): 40,
        (1, "b"): 30,
        (2, ""): 35,
        (2, "a"): 20,
        (2, "b"): 10,
    }


async def refer(made: Made, organisation_id: UUID, hood: int, right: str, people: int) -> None:
    for _ in range(people):
        person = await made.person(organisation_id=organisation_id)
        about = {"right": right, "barrier": "digital", "state": "proposed", "proposed_at": now().replace(day=1)}
        await made.insert("referral", id=new_id(), organisation_id=organisation_id, neighbourhood_id=hood, person_id=person, **about)


async def test_a_coordinator_reads_frozen_counts_alone_and_a_facilitator_the_draft_of_their_own(
    db: Db, worker_database: Database, made: Made
) -> None:
    home, hood = await made.home_organisation(), await made.hood()
    await refer(made, home, hood, "housing", 12)
    await refer(made, home, hood, "debt", 11)
    await refer(made, home, hood, "care", 1)
    coordinator, facilitator = await made.staff("Ines", role="coordinator"), await made.staff()
    far = await made.staff("Mehdi", hoods=["Helmet"])
    as_of = date(now().year + now().month // 12, now().month % 12 + 1, 1)
    async with worker_database.transaction() as worker_db:
        await freeze_counts(worker_db, as_of=as_of)
        await freeze_counts(worker_db, as_of=as_of)
    viewer = Viewer(person_id=coordinator, actor_id=coordinator, roles=("coordinator",))
    assert await find_frozen_day(db, viewer) == as_of
    cells = await list_frozen(db, viewer, as_of)
    found = {cell.code: cell.persons for cell in cells if cell.kind == "right" and cell.neighbourhood_id is None}
    assert found[""] == 25
    assert found["care"] is None
    assert None in (found["housing"], found["debt"]), "two are not told, or the third could be worked out"
    assert await list_frozen(db, Viewer(person_id=facilitator), as_of) == []
    draft = await count_draft(db, Viewer(person_id=facilitator, actor_id=facilitator, roles=("facilitator",)), as_of)
    assert {cell.code: cell.persons for cell in draft if cell.kind == "right" and cell.neighbourhood_id is None}["care"] == 1
    assert await count_draft(db, Viewer(person_id=far, actor_id=far, roles=("facilitator",)), as_of) == []
    assert await count_draft(db, viewer, as_of) == []
