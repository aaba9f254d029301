"""What a round reads and which pairs it finds are what the pure rules say, pair by pair, and what the search for one post finds."""

from random import Random
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.matching.queries import candidates, find_candidates
from buurtnet.matching.queries.pool import read_pool, to_uuid
from buurtnet.matching.rules import buckets
from buurtnet.matching.rules.assignment import assign
from buurtnet.matching.rules.fit import PairFacts, compatible, compute_parts, must_review, score
from buurtnet.matching.rules.pairs import compute_parts as compute_all_parts
from buurtnet.matching.rules.pairs import find_pairs
from buurtnet.matching.rules.pairs import must_review as must_review_all
from buurtnet.matching.rules.pool import Pool
from tests.matching.test_candidates import World

Found = dict[tuple[UUID, UUID], tuple]


def expect(world: World) -> Found:
    """Every pair that may be proposed, by the pure rules: score, parts, metres, level, whether a worker looks first."""
    found: Found = {}
    for need in world.posts:
        for offer in world.posts:
            near = world.near.get((need["neighbourhood_id"], offer["neighbourhood_id"]))
            people = frozenset((need["author_id"], offer["author_id"]))
            if (need["kind"], offer["kind"]) != ("need", "offer") or near is None:
                continue
            pair = PairFacts(
                metres=near["metres"],
                level=near["level"],
                known=people in world.ties,
                remembered=people in world.remembered,
                kept_away=people in world.apart,
                matched=any(match["need"] is need and match["offer"] is offer and match["state"] != "withdrawn" for match in world.matches),
                partners=world.partners,
            )
            n, o, helper = world.facts(need), world.facts(offer), world.helper(offer)
            if compatible(n, o, helper, pair, world.today):
                weighed = world.weighing.at(n.organisation_id, n.neighbourhood_id)
                parts = compute_parts(n, o, helper, pair, weighed.bonds)
                found[n.id, o.id] = (score(parts, weighed.weights), *astuple(parts), near["metres"], near["level"], must_review(n, o))
    return found


def find(pool: Pool) -> Found:
    """The same, as a round finds it."""
    pairs = find_pairs(pool)
    assert (np.diff(pairs.need) >= 0).all()
    needs, offers = ([to_uuid(value) for value in posts.id.tolist()] for posts in (pool.needs, pool.offers))
    columns = (
        pairs.score.tolist(),
        compute_all_parts(pool, pairs.need, pairs.offer, pairs.near).tolist(),
        pool.near.metres[pairs.near].tolist(),
        pool.near.level[pairs.near].tolist(),
        must_review_all(pool, pairs.need, pairs.offer).tolist(),
    )
    keys = [(needs[need], offers[offer]) for need, offer in zip(pairs.need.tolist(), pairs.offer.tolist(), strict=True)]
    assert len(set(keys)) == len(keys)
    return {key: (whole, *parts, *rest) for key, whole, parts, *rest in zip(keys, *columns, strict=True)}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), role=st.sampled_from(["web", "worker"]), small=st.booleans())
async def test_finds_exactly_the_pairs_of_the_rules(connection: Db, seed: int, role: str, small: bool) -> None:
    savepoint = connection.transaction()
    await savepoint.start()
    before = buckets.RANGES, buckets.PIECE
    try:
        # Tiny pieces, so that every way to cut is taken.
        buckets.RANGES, buckets.PIECE = (3, 2) if small else before
        world = World(connection, Random(seed), now().astimezone(candidates.ZONE).date())
        await world.build()
        await connection.execute(f"set local role buurtnet_{role}")
        at, expected = now(), expect(world)
        found = find(await read_pool(connection, at=at))
        assert found.keys() == expected.keys()
        for key, values in expected.items():
            assert found[key] == pytest.approx(values, abs=1e-9)
        for need in world.posts:
            theirs = {key: values[0] for key, values in found.items() if key[0] == need["id"]}
            if theirs:
                for one in await find_candidates(connection, need["id"], 100, at=at):
                    assert one.score == pytest.approx(theirs.pop((need["id"], one.post_id)), abs=1e-9)
                assert theirs == {}
    finally:
        buckets.RANGES, buckets.PIECE = before
        await savepoint.rollback()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
async def test_a_part_of_the_town_has_the_pairs_of_the_whole(connection: Db, seed: int) -> None:
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        world = World(connection, Random(seed), now().astimezone(candidates.ZONE).date())
        await world.build()
        at = now()
        whole = find(await read_pool(connection, at=at))
        roots = [row["id"] for row in await connection.fetch("select id from theme where parent_id is null")]
        by_root: Found = {}
        for root in roots:
            some = find(await read_pool(connection, at=at, root=root))
            assert not by_root.keys() & some.keys()
            by_root |= some
        assert by_root == whole
        place, organisation = world.posts[0]["neighbourhood_id"], world.posts[0]["organisation_id"]
        here = {post["id"] for post in world.posts if (post["neighbourhood_id"], post["organisation_id"]) == (place, organisation)}
        part = find(await read_pool(connection, at=at, neighbourhoods=[place], organisation_id=organisation))
        assert part == {key: values for key, values in whole.items() if key[0] in here}
    finally:
        await savepoint.rollback()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
async def test_the_order_in_which_a_town_was_written_changes_nothing(connection: Db, seed: int) -> None:
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        random = Random(seed)
        world = World(connection, random, now().astimezone(candidates.ZONE).date())
        await world.build()
        at = now()
        before = await read_pool(connection, at=at)
        for table, rows in (("post", world.posts), ("person", world.people)):
            for row in random.sample(rows, len(rows)):
                await connection.execute(f"update {table} set language = 'fr' where id = $1", row["id"])  # A new version at the end.
        after = await read_pool(connection, at=at)
        assert assign(before, find_pairs(before)).need.tolist() == assign(after, find_pairs(after)).need.tolist()
        assert [array.tolist() for array in list_arrays(before)] == [array.tolist() for array in list_arrays(after)]
    finally:
        await savepoint.rollback()


def list_arrays(table: tuple) -> list[np.ndarray]:
    """Every column of a pool."""
    return [array for part in table for array in (list_arrays(part) if isinstance(part, tuple) else [np.asarray(part)])]


async def test_an_empty_town_has_no_pairs(worker_database) -> None:
    async with worker_database.transaction(readonly=True) as db:
        assert find(await read_pool(db, at=now())) == {}
