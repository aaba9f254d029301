"""The large sample: so many people, posts and ties, over the chosen neighbourhoods, and the same again from the same seed."""

import pytest
from tests.committed import Committed

from buurtnet.sample.ground import CannotPlant
from buurtnet.sample.large import plant_large

SHAPE = """
select a.neighbourhood_id, a.languages::text as languages, p.kind, p.theme_id, p.reach, p.slots, p.language_bits
  from post p join person a on a.id = p.author_id order by p.id
"""


async def test_so_many_people_posts_and_ties(committed: Committed) -> None:
    planted = await plant_large(committed.worker, people=2000, posts=9000)
    assert (planted.people, planted.posts) == (2000, 9000)
    async with committed.worker.transaction() as db:
        counts = await db.fetchrow(
            "select (select count(*) from person) people, (select count(*) from post where state = 'open') posts, (select count(*) from tie) ties"
        )
        assert counts is not None
        assert tuple(counts) == (2000, 9000, planted.ties)
        assert planted.ties > 2500
        needs = await db.fetchval("select count(*) from post where kind = 'need'")
        assert 2700 < needs < 3300
        copied = await db.fetchval(
            "select count(*) from post p join person a on a.id = p.author_id left join tie_component k on k.person_id = a.id"
            " where p.neighbourhood_id <> a.neighbourhood_id or p.organisation_id <> a.organisation_id or p.component is distinct from k.component"
        )
        assert copied == 0
        loose = await db.fetchval(
            "select count(*) from tie t left join tie_component a on a.person_id = t.a left join tie_component b on b.person_id = t.b"
            " where a.component is distinct from b.component or a.component is null"
        )
        assert loose == 0


async def test_the_same_seed_draws_the_same_and_only_where_it_is_asked(committed: Committed) -> None:
    await plant_large(committed.worker, people=300, posts=900, code_prefix="21015W2", seed=7)
    async with committed.worker.transaction() as db:
        first = [tuple(row) for row in await db.fetch(SHAPE)]
        codes = await db.fetch("select distinct n.code from person p join neighbourhood n on n.id = p.neighbourhood_id")
        assert codes
        assert all(row["code"].startswith("21015W2") for row in codes)
        await db.execute("delete from post")
        await db.execute("delete from person")
    await plant_large(committed.worker, people=300, posts=900, code_prefix="21015W2", seed=7)
    async with committed.worker.transaction() as db:
        assert [tuple(row) for row in await db.fetch(SHAPE)] == first


async def test_it_needs_neighbourhoods_and_a_town_of_its_own(committed: Committed) -> None:
    with pytest.raises(CannotPlant, match="begins with 99"):
        await plant_large(committed.worker, people=10, code_prefix="99")
    async with committed.worker.transaction() as db:
        await db.execute('insert into organisation (id, names) values (gen_random_uuid(), \'{"nl": "Echt"}\')')
        await db.execute(
            "insert into person (id, organisation_id, given_name, picture, adult, language, languages)"
            " select gen_random_uuid(), id, 'Amina', 1, true, 'nl', '{nl}' from organisation"
        )
    with pytest.raises(CannotPlant, match="people of another town"):
        await plant_large(committed.worker, people=10)
