"""Reachability against the definition, pair by pair."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.network.rules import reach
from buurtnet.network.rules.reach import Finder, Near, Offers, Seekers, Theme

THEMES = {1: Theme(None, True), 2: Theme(1, True), 3: Theme(1, False), 4: Theme(None, False)}
LEVELS = {(0, 0): 0, (1, 1): 0, (2, 2): 0, (0, 1): 1, (1, 0): 1, (1, 2): 3, (2, 1): 3}
NEAR = Near(*(np.array(column) for column in zip(*((a, b, level) for (a, b), level in sorted(LEVELS.items())), strict=True)))
ALLIED = np.array([[False, True, False], [True, False, False], [False, False, False]])

one_seeker = st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans(), st.integers(0, 4), st.integers(1, 7), st.integers(1, 15))
one_offer = st.tuples(
    st.integers(-1, 9),
    st.integers(0, 2),
    st.integers(1, 4),
    st.integers(0, 2),
    st.booleans(),
    st.integers(0, 4),
    st.integers(1, 7),
    st.integers(1, 15),
)
demands = st.dictionaries(st.integers(0, 2), st.dictionaries(st.integers(1, 4), st.integers(1, 5), min_size=1), min_size=1)


def fits(seeker, person: int, offer, theme: int) -> bool:
    place, house, shares, own_reach, tongues, slots = seeker
    author, where, offered, its_house, its_shares, its_reach, its_tongues, its_slots = offer
    related = offered == theme or THEMES[theme].parent == offered or THEMES[offered].parent == theme
    level = LEVELS.get((place, where))
    together = house == its_house or (ALLIED[house, its_house] and shares and its_shares)
    speak = not THEMES[theme].talk or tongues & its_tongues
    return bool(
        related
        and level is not None
        and level <= min(own_reach, its_reach)
        and speak
        and slots & its_slots
        and author != person
        and together
    )


@settings(max_examples=150)
@given(st.lists(one_seeker, max_size=10), st.lists(one_offer, max_size=40), demands)
def test_who_would_find_an_offer(seekers, offers, demand) -> None:
    columns = [np.array(column, int) for column in zip(*seekers, strict=True)] if seekers else [np.zeros(0, int)] * 6
    place, house, shares, own_reach, tongues, slots = columns
    given_offers = [np.array(column, int) for column in zip(*offers, strict=True)] if offers else [np.zeros(0, int)] * 8
    given_offers[4] = given_offers[4].astype(bool)
    active = np.array([number % 4 != 3 for number in range(len(seekers))], bool)
    finder = Finder(
        Seekers(place, house, shares.astype(bool), own_reach, tongues, slots),
        Offers(*given_offers),
        NEAR,
        THEMES,
        allied=ALLIED,
        areas=3,
    )
    finder.measure_reach(~active, demand)  # Another window before leaves no trace.
    found = finder.measure_reach(active, demand)
    for area in range(3):
        own = [one for one, seeker in enumerate(seekers) if seeker[0] == area]
        if area not in demand or not own:
            assert np.isnan(found[area])
            continue
        asked = demand[area]
        lucky = sum(
            needs * sum(any(fits(seekers[one], one, offer, theme) for offer in offers) for one in own if active[one])
            for theme, needs in asked.items()
        )
        assert found[area] == pytest.approx(lucky / sum(asked.values()))


def test_a_general_offer_serves_a_specific_need_and_the_other_way_round_but_not_a_sibling() -> None:
    assert reach.fits_for(2, THEMES) == [1, 2]
    assert reach.fits_for(1, THEMES) == [1, 2, 3]
    assert reach.fits_for(4, THEMES) == [4]


def test_many_offers_that_do_not_fit_before_one_that_does() -> None:
    many = 5000
    offers = Offers(
        np.full(many, -1), np.zeros(many, int), np.full(many, 4), np.zeros(many, int), np.zeros(many, bool), np.full(many, 4), np.ones(many, int),
        np.r_[np.full(many - 1, 2), 1],
    )  # fmt: skip
    one = np.zeros(1, int)
    seekers = Seekers(one, one, one.astype(bool), one + 4, one + 1, one + 1)
    finder = Finder(seekers, offers, NEAR, THEMES, allied=ALLIED, areas=3)
    assert finder.measure_reach(np.ones(1, bool), {0: {4: 1}})[0] == 1


def test_two_windows_may_ask_at_the_same_time() -> None:
    luck = np.random.default_rng(3)
    many, themes = 3000, {one: Theme(None, False) for one in range(1, 200)}
    place, house = luck.integers(0, 3, many), np.zeros(many, int)
    offers = luck.integers(0, many, 600)
    parts = (
        place[offers],
        luck.integers(1, 200, 600),
        house[offers],
        house[offers] > 0,
        house[offers] + 4,
        house[offers] + 1,
        luck.integers(1, 1 << 20, 600),
    )
    finder = Finder(
        Seekers(place, house, house > 0, house + 4, house + 1, luck.integers(1, 1 << 20, many)),
        Offers(offers, *parts),
        NEAR,
        themes,
        allied=ALLIED,
        areas=3,
    )
    demands = [{area: {int(one): 1 for one in luck.permutation(np.arange(1, 200))[:150]} for area in range(3)} for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        at_once = list(pool.map(lambda demand: finder.measure_reach(np.ones(many, bool), demand), demands))
    assert [found.tolist() for found in at_once] == [finder.measure_reach(np.ones(many, bool), demand).tolist() for demand in demands]
