"""Random small networks as lists of helps, as the arrays that the measures take, and as NetworkX graphs."""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from buurtnet.network.rules.measures import People
from buurtnet.network.rules.measures_window import Helps, Ties, over_edge

AREAS = 3
SINCE, UNTIL = 100, 200


class Help(NamedTuple):
    """One completed help."""

    giver: int
    taker: int
    day: int
    theme: int


class Town(NamedTuple):
    """People and everything they did for one another."""

    places: list[int]
    tongues: list[int]
    seen: list[int]
    joined: list[int]
    helps: list[Help]

    def graph(self, area: int | None = None) -> nx.Graph:
        """Who has a tie with whom in the window; only the own network of an area where one is named."""
        graph = nx.Graph()
        graph.add_nodes_from(self.active(area))
        for help_ in self.helps:
            if SINCE <= help_.day <= UNTIL and (area is None or self.places[help_.giver] == self.places[help_.taker] == area):
                graph.add_edge(help_.giver, help_.taker)
        return graph

    def active(self, area: int | None = None) -> set[int]:
        """Who did anything in the window."""
        helping = {one for help_ in self.helps if SINCE <= help_.day <= UNTIL for one in help_[:2]}
        everybody = {one for one, day in enumerate(self.seen) if SINCE <= day <= UNTIL} | helping
        return {one for one in everybody if area is None or self.places[one] == area}

    def inside(self) -> list[Help]:
        """The helps of the window."""
        return [one for one in self.helps if SINCE <= one.day <= UNTIL]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    many = draw(st.integers(2, 12))
    people = st.integers(0, many - 1)
    days = st.sampled_from([40, 90, 99, 100, 101, 130, 150, 180, 200, 201, 240])
    helps = draw(st.lists(st.builds(Help, people, people, days, st.integers(1, 5)), max_size=30))
    return Town(
        draw(st.lists(st.integers(-1, AREAS - 1), min_size=many, max_size=many)),
        draw(st.lists(st.integers(0, 2), min_size=many, max_size=many)),
        draw(st.lists(st.sampled_from([-1, 50, 99, 100, 150, 200, 201]), min_size=many, max_size=many)),
        draw(st.lists(st.sampled_from([10, 99, 100, 120, 160, 199, 200, 230]), min_size=many, max_size=many)),
        [one for one in helps if one.giver != one.taker],
    )


def as_arrays(town: Town, *, forgotten: bool = False) -> tuple[People, Ties, Helps, np.ndarray]:
    """As the database gives it: a row for each tie over all time, and the helps of ties over an edge, unless these are forgotten."""
    rows = defaultdict(list)
    for one in town.helps:
        rows[min(one[:2]), max(one[:2])].append(one)
    pairs = sorted(rows)
    kinds = np.zeros((len(pairs), 8), np.int16)
    for row, pair in enumerate(pairs):
        themes = sorted({one.theme for one in rows[pair]})
        kinds[row, : len(themes)] = themes
    ties = Ties(
        *(np.array([pair[end] for pair in pairs], int) for end in (0, 1)),
        np.array([min(one.day for one in rows[pair]) for pair in pairs], int),
        np.array([max(one.day for one in rows[pair]) for pair in pairs], int),
        *(np.array([sum(one.giver == pair[end] for one in rows[pair]) for pair in pairs], int) for end in (0, 1)),
        kinds,
    )
    edge = set(np.flatnonzero(over_edge(ties, SINCE, UNTIL)).tolist())
    told = [(at, one) for at, pair in enumerate(pairs) if at in edge for one in rows[pair] if SINCE <= one.day <= UNTIL and not forgotten]
    helps = Helps(
        np.array([at for at, _ in told], int),
        np.array([one.day for _, one in told], int),
        np.array([one.giver == pairs[at][0] for at, one in told], bool),
        np.array([one.theme for _, one in told], int),
    )
    return People(np.array(town.tongues), np.array(town.seen), np.array(town.joined)), ties, helps, np.array(town.places)


def month_of(day: int) -> tuple[int, int]:
    """Year and month of a day number."""
    on = date(2000, 1, 1) + timedelta(days=day)
    return on.year, on.month
