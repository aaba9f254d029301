"""Helps become ties, and ties make components."""

from datetime import date
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.db import Database, Db
from buurtnet.ties.actions import mend_components, record_help
from buurtnet.ties.jobs import mend_ties
from buurtnet.ties.rules import find_components
from tests.made import Made

ON, LATER = date(2026, 3, 1), date(2026, 5, 1)


async def component(db: Db, person: UUID) -> UUID | None:
    return await db.fetchval("select component from tie_component where person_id = $1", person)


async def test_a_help_is_a_tie_and_a_second_one_counts_on(db: Db, made: Made) -> None:
    amina, hatice, theme = await made.person(), await made.person("Hatice"), await made.theme("home.repair")
    await record_help(db, amina, hatice, theme, LATER)
    await record_help(db, hatice, amina, None, ON)
    await record_help(db, amina, hatice, theme, ON)
    tie = dict(await db.fetchrow("select * from tie"))
    assert (tie["helps"], tie["first_on"], tie["last_on"], tie["themes"]) == (3, ON, LATER, [theme])
    assert (tie["a_helped"], tie["b_helped"]) == ((2, 1) if tie["a"] == amina else (1, 2))


async def test_helps_join_components(db: Db, made: Made) -> None:
    people = [await made.person(f"Buur {number}") for number in range(6)]
    for a, b in ((0, 1), (2, 3)):
        await record_help(db, people[a], people[b], None, ON)
    assert await component(db, people[0]) == await component(db, people[1]) != await component(db, people[2])
    assert await component(db, people[4]) is None
    await record_help(db, people[1], people[2], None, ON)
    await record_help(db, people[4], people[3], None, ON)
    assert len({await component(db, person) for person in people[:5]}) == 1


async def test_the_nightly_mending_parts_what_no_tie_joins_any_more(db: Db, made: Made, worker_database: Database) -> None:
    people = [await made.person(f"Buur {number}") for number in range(5)]
    for a, b in pairwise(people):
        await record_help(db, a, b, None, ON)
    await db.execute("delete from tie where $1 in (a, b)", people[2])
    await mend_ties(worker_database)
    assert await component(db, people[0]) == await component(db, people[1]) != await component(db, people[3])
    assert await component(db, people[2]) is None
    assert await mend_components(db) == 2
    await db.execute("delete from tie")
    assert await mend_components(db) == 0


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] != pair[1]), max_size=25))
def test_two_people_share_a_component_exactly_where_ties_join_them(pairs: list[tuple[int, int]]) -> None:
    found = find_components([(UUID(int=a), UUID(int=b)) for a, b in pairs])
    joined = {person: {person} for pair in pairs for person in pair}
    for a, b in pairs:
        whole = joined[a] | joined[b]
        for person in whole:
            joined[person] = whole
    for one in joined:
        for other in joined:
            assert (found[UUID(int=one)] == found[UUID(int=other)]) == (other in joined[one])
    assert set(found) == {UUID(int=person) for person in joined}
