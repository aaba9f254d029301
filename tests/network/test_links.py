"""Who holds a network together, what one help would join, who could meet: what NetworkX finds, and nobody who should not meet."""

from datetime import date
from itertools import combinations
from uuid import UUID

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.network.rules.links import LEAST, MOST, TRIED, WALKING, Member, Parts, Standing, find_circles, find_holders, find_joins

networks = st.integers(1, 14).flatmap(
    lambda people: st.tuples(
        st.just(people),
        st.lists(st.tuples(st.integers(0, people - 1), st.integers(0, people - 1)).filter(lambda tie: tie[0] != tie[1]), max_size=22),
        st.sets(st.integers(0, people - 1), max_size=3),
    )
)


@settings(max_examples=400, deadline=None)
@given(network=networks)
def test_who_would_be_cut_off_is_what_networkx_finds(network: tuple[int, list[tuple[int, int]], set[int]]) -> None:
    people, ties, elsewhere = network
    graph = nx.Graph([*ties, *((one, people) for one in elsewhere)])
    holders = find_holders(people, ties, elsewhere)
    assert set(holders.groups) == set(nx.articulation_points(graph)) - {people}
    for person in holders.groups:
        alone = graph.subgraph(nx.node_connected_component(graph, person) - {person})
        pieces = [set(piece) for piece in nx.connected_components(alone)]
        groups = [set(group) for group in holders.list_groups(person)]
        kept = [piece for piece in pieces if piece not in groups]
        assert sorted(map(sorted, [*groups, *kept])) == sorted(map(sorted, pieces))
        assert len(kept) == 1, "all others are cut off from one group"
        assert people in kept[0] or (people not in alone and len(kept[0]) == max(map(len, pieces)))
        assert holders.count(person) == sum(map(len, groups))


def test_a_long_chain_is_no_depth_of_calls() -> None:
    people = 30_000
    holders = find_holders(people, ((one, one + 1) for one in range(people - 1)), [0])
    assert holders.count(1) == people - 2
    assert holders.list_groups(people - 2) == [[people - 1]]


joins = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 9)).filter(lambda one: one[0] != one[1]), max_size=30)


@given(joins=joins)
def test_each_help_joins_what_those_before_it_do_not(joins: list[tuple[int, int, int]]) -> None:
    """Best first, that is a maximum spanning forest."""
    graph: nx.Graph = nx.Graph()
    for one, other, people in joins:
        if not graph.has_edge(one, other) or graph[one][other]["weight"] < people:
            graph.add_edge(one, other, weight=people)
    parts, chosen = Parts(), 0
    for one, other, people in sorted(joins, key=lambda join: -join[2]):
        if not parts.are_joined(one, other):
            parts.join(one, other)
            chosen += people
    assert chosen == sum(edge[2]["weight"] for edge in nx.maximum_spanning_edges(graph))
    for one, other in combinations(range(9), 2):
        assert parts.are_joined(one, other) == (one in graph and other in graph and nx.has_path(graph, one, other))


@st.composite
def standing(draw: st.DrawFn) -> list[Standing]:
    parts = [UUID(int=number) for number in range(4)]
    people = {part: draw(st.integers(2, 5)) for part in parts}
    days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9))
    posts = []
    for number in range(draw(st.integers(0, 14))):
        part = draw(st.sampled_from(parts))
        posts.append(
            Standing(
                id=UUID(int=100 + number),
                asks=draw(st.booleans()),
                theme=draw(st.integers(1, 2)),
                place=draw(st.integers(0, 2)),
                reach=draw(st.integers(0, 2)),
                slots=draw(st.none() | st.integers(1, 3)),
                from_on=draw(days),
                until_on=draw(days),
                tongues=draw(st.integers(1, 3)),
                part=part,
                people=people[part],
                asked=draw(st.booleans()),
            )
        )
    return posts


@settings(max_examples=200, deadline=None)
@given(posts=standing(), talk=st.booleans())
def test_each_two_parts_have_their_best_pairs_and_no_others(posts: list[Standing], talk: bool) -> None:
    fits = {1: [(1, talk), (2, talk)], 2: [(2, False)]}
    near = {one: {other: abs(one - other) for other in range(3)} for one in range(3)}

    def fit(need: Standing, offer: Standing) -> bool:
        theme = dict(fits[need.theme]).get(offer.theme)
        starts, ends = [need.from_on, offer.from_on], [need.until_on, offer.until_on]
        return (
            (need.asks, offer.asks) == (True, False)
            and theme is not None
            and need.part != offer.part
            and near[need.place][offer.place] <= min(need.reach, offer.reach) + 1
            and (not theme or need.tongues & offer.tongues != 0)
            and (need.slots is None or offer.slots is None or need.slots & offer.slots != 0)
            and all(start is None or end is None or start <= end for start, end in zip(starts, reversed(ends), strict=True))
        )

    def order(need: Standing, offer: Standing) -> tuple[bool, bool, int]:
        level = near[need.place][offer.place]
        return need.asked or offer.asked or level > min(need.reach, offer.reach), need.theme != offer.theme, level

    expected: dict[frozenset[UUID], list[tuple[bool, bool, int]]] = {}
    for need in posts:
        for offer in posts:
            if fit(need, offer):
                expected.setdefault(frozenset((need.part, offer.part)), []).append(order(need, offer))
    found = find_joins(posts, fits, near)
    assert [(-one.few, -one.many) for one in found] == sorted((-one.few, -one.many) for one in found)
    assert all(fit(one.need, one.offer) for one in found)
    for parts, orders in expected.items():
        theirs = [order(one.need, one.offer) for one in found if {one.need.part, one.offer.part} == parts]
        assert theirs == sorted(orders)[:TRIED]
    assert {frozenset((one.need.part, one.offer.part)) for one in found} == set(expected)


towns = st.tuples(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=40),
    st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=4, max_size=4),
    st.sets(st.tuples(st.integers(0, 39), st.integers(0, 39)).filter(lambda pair: pair[0] < pair[1]).map(frozenset), max_size=30),
)


@settings(max_examples=200, deadline=None)
@given(town=towns)
def test_a_circle_is_within_a_walk_of_all_who_may_meet(
    town: tuple[list[tuple[int, int]], list[list[int]], set[frozenset[int]]],
) -> None:
    where, levels, apart = town
    members = [Member(number, place, reach) for number, (place, reach) in enumerate(where)]
    near = {one: {other: 0 if one == other else levels[min(one, other)][max(one, other)] for other in range(4)} for one in range(4)}
    circles = list(find_circles(members, near, apart))
    seen: list[int] = []
    for circle in circles:
        assert LEAST <= len(circle.members) <= MOST
        for one in circle.members:
            assert near[circle.place][one.place] <= min(WALKING, one.reach)
        people = [one.person for one in circle.members]
        assert not any(frozenset(pair) in apart for pair in combinations(people, 2))
        distances = [near[circle.place][one.place] for one in circle.members]
        assert distances == sorted(distances)
        seen += people
    assert len(seen) == len(set(seen))
    assert len({circle.place for circle in circles}) == len(circles)


@given(size=st.integers(0, 30))
def test_four_who_can_walk_there_are_enough(size: int) -> None:
    members = [Member(number, number % 2, 2) for number in range(size)]
    circles = list(find_circles(members, {0: {0: 0, 1: 2}, 1: {1: 0, 0: 2}}, ()))
    assert bool(circles) == (size >= LEAST)
    if size >= MOST:
        assert len(circles[0].members) == MOST
