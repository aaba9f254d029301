"""Helps become ties, and ties make components."""

from datetime import date
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.posts.jobs import refresh_copies
from buurtnet.ties.actions import mend_components, record_help
from buurtnet.ties.events import ComponentChanged
from buurtnet.ties.jobs import mend_ties
from buurtnet.ties.rules import find_components
from tests.made import Made

ON, LATER = date(2026, 3, 1), date(2026, 5, 1)


async def heard(db: Db) -> list[UUID]:
    """Whose component is said to have changed since the last call."""
    role = await db.fetchval("select current_setting('role')")
    await db.execute("set local role none")
    rows = await db.fetch("delete from outbox where kind = 'ties.ComponentChanged' returning payload")
    await db.execute(f"set local role {role}")
    return sorted(UUID(row["payload"]["person_id"]) for row in rows)


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


async def test_who_changes_component_is_told_of_and_the_larger_part_keeps_its_name(db: Db, made: Made, worker_database: Database) -> None:
    """Also where somebody older joins it at night, and where the one who was first leaves for good."""
    oldest, *people = [await made.person(f"Buur {number}") for number in range(6)]
    for a, b in pairwise(people[:4]):
        await record_help(db, a, b, None, ON)
    assert await heard(db) == people[:4]
    name = await component(db, people[0])
    assert name not in people
    await record_help(db, people[0], people[1], None, LATER)
    assert await heard(db) == []
    await record_help(db, oldest, people[4], None, ON)
    await record_help(db, people[4], people[3], None, ON)
    assert await heard(db) == [oldest, oldest, people[4], people[4]]
    await mend_ties(worker_database)
    assert (await component(db, oldest), await heard(db)) == (name, [])
    await db.execute("delete from tie where $1 in (a, b)", people[2])
    await mend_ties(worker_database)
    assert (await component(db, oldest), await heard(db)) == (name, sorted([people[0], people[1], people[2]]))


async def test_posts_follow_whom_ties_join_their_author_with(db: Db, made: Made) -> None:
    amina, hatice = await made.person(), await made.person("Hatice")
    need, over = await made.post(amina), await made.post(amina, state="withdrawn", closed_at=now())
    await record_help(db, amina, hatice, None, ON)
    for person in (*await heard(db), new_id()):
        await refresh_copies(db, ComponentChanged(person))
    known = {row["id"]: row["component"] for row in await db.fetch("select id, component from post")}
    assert known == {need: await component(db, amina), over: None}


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
