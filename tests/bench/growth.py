"""What the bond part of the score brings and costs: a seeded neighbourhood of 2,000 people through 52 weeks, with bond weight 0, .15 and .3.

The other weights keep their proportions. Each week people post, a round is made with the rules of the product (`find_pairs`, `assign`), helpers and
askers answer, and help that was agreed takes one, two or four weeks. When it is completed the two have a tie. Nobody has a tie at the beginning.

People, themes, dayparts, languages and dates are those of `_city`, all in one neighbourhood, so that nearness is the same for every pair. How often
somebody asks or offers differs from person to person (gamma): 50 needs and 16 offers a week together, by four in ten people the latter. A need stays open for
four weeks, an offer for thirteen. A helper says yes with 55 %, to somebody they know with 65 %; no with 15 % (the two are never proposed again), not
now or nothing else (the two rest for two weeks). An asker says yes with 85 %; nine in ten agreed helps are completed. One round a week stands for those
that come every ten minutes, and needs of one organisation alone are looked at.

The same seed draws the same people, the same posts and the same luck for each need at each weight, so that differences can be taken seed by seed.
`reached`: needs for which somebody was asked; `helped`: needs for which help was completed; `without_tie_share`: of those who asked, offered
or helped within the year; `largest_component_share`: of the same people; `load_gini`: of completed helps, over those who offered; `again_share`: of
completed helps, those between two who had a tie already; `fit`: mean of the other parts by their standard weights over all proposals, so that what a
better bond costs shows there. Each is the median over the seeds, with `_low` and `_high` the lowest and the highest; `_change` is the median of
the differences to weight 0 with the same seed, with their lowest and highest.

What it has shown with 25 seeds: at .15, the weight the product comes with, one or two of a hundred active people more have a tie after a year, with
every seed, and the largest component holds two of a hundred more; at .3 a little more of both. Load is spread slightly better. Needs reached and
helped do not differ beyond luck (2 to 4 reached of 2,290 fewer in the median). The cost is in the fit of the pairs: nothing to speak of at .15, 0.002 at
.3. The effect is real and small: how many offers there are decides far more on who has a tie.
"""

from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

import numpy as np
from tests.bench import _city
from tests.bench._methods import find_gini

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.assignment import Assignment, assign
from buurtnet.matching.rules.pairs import find_pairs
from buurtnet.matching.rules.pool import Near, People, Pool, Posts
from buurtnet.matching.rules.weighing import share_weights
from buurtnet.matching.schemas import Bonds, Weights

PEOPLE, WEEKS = 2_000, 52
BONDS = (0.0, 0.15, 0.3)
SEEDS, QUICK_SEEDS = 25, 2
NEEDS_A_WEEK, OFFERING = 50.0, 0.4
OFFERS_A_WEEK = {"plenty of offers": 16.0, "few offers": 7.0}
SHAPE = 0.6
"""Of the gamma distribution of how often somebody posts: a few post much, most seldom."""
NEED_WEEKS, OFFER_WEEKS = 4, 13
HELPER_YES, KNOWN_YES, HELPER_NO, ASKER_YES, COMPLETES = 0.55, 0.65, 0.15, 0.85, 0.9
REST_WEEKS, MONTH = 2, 4
LASTS, LASTS_SHARES = (1, 2, 4), (0.6, 0.3, 0.1)
METRES = 330
"""Between two people of a neighbourhood of 0.4 km²."""
WIDTH = 1 << 32
FOREVER = 10**6
STANDARD = Weights()


class Year(NamedTuple):
    """What a year brought."""

    without_tie_share: float
    largest_component_share: float
    reached: int
    helped: int
    load_gini: float
    again_share: float
    fit: float


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each weight of the bond part, with many offers and with few."""
    seeds = range(QUICK_SEEDS if quick else SEEDS)
    for supply, offers in OFFERS_A_WEEK.items():
        plain: list[Year] = []
        for bond in BONDS:
            years = [Neighbourhood(seed, bond, offers).live() for seed in seeds]
            plain = plain or years
            yield {"bench": "growth", "case": f"{supply}, bond weight {bond}", "bond": bond, "seeds": len(years), **sum_up(years, plain)}


def sum_up(years: list[Year], plain: list[Year]) -> dict[str, float]:
    """Of each figure the median, the lowest and the highest, and the median of the differences to the years without the bond part."""
    line: dict[str, float] = {}
    for name in Year._fields:
        values = [getattr(year, name) for year in years]
        line |= spread_out(name, values)
        if years is not plain:
            line |= spread_out(f"{name}_change", [value - getattr(other, name) for value, other in zip(values, plain, strict=True)])
    return line


def spread_out(name: str, values: list[float]) -> dict[str, float]:
    """The median, the lowest and the highest."""
    return {name: round(median(values), 4), f"{name}_low": round(min(values), 4), f"{name}_high": round(max(values), 4)}


def weigh(bond: float) -> Weights:
    """The standard weights with another one for the bond, the others in proportion."""
    rest = (1 - bond) / (1 - STANDARD.bond)
    values = (STANDARD.proximity * rest, STANDARD.theme * rest, STANDARD.time * rest, STANDARD.room * rest, bond)
    return share_weights(Weights(*values))


class Help(NamedTuple):
    """Help that was agreed, one row each."""

    offer: Array
    asker: Array
    helper: Array
    since: Array
    until: Array
    """The week at whose beginning it is over."""
    works: Array
    """Whether it will be completed."""


class Neighbourhood:
    """Two thousand people, what they posted, and what became of it. Posts are rows of what was ever posted."""

    def __init__(self, seed: int, bond: float, offers_a_week: float) -> None:
        self.offers_a_week = offers_a_week
        self.seed, self.weights = seed, np.array(_values(weigh(bond)))
        draw = np.random.default_rng((seed, 10))
        self.theme = _city.read_themes(seed)
        near = Near(np.array([0, 1]), np.array([0]), np.array([METRES]), np.array([0]))
        ground = _city.Ground("neighbourhood", np.zeros((1, 2)), near, np.ones(1, bool))
        self.crowd, self.partners = _city.gather_people(ground, PEOPLE, seed)
        self.near, self.organisation = near, _city.draw_ids(draw, 1)
        self.asks = draw.gamma(SHAPE, size=PEOPLE)
        self.offers_help = draw.gamma(SHAPE, size=PEOPLE) * (draw.random(PEOPLE) < OFFERING)
        self.monthly = draw.choice(_city.MONTHLY, PEOPLE, p=_city.MONTHLY_SHARES)
        self.checked = draw.random(PEOPLE) < 0.25
        self.needs, self.offers = (_nothing(draw, self.crowd, self.theme.asked, need=need) for need in (True, False))
        self.need_week, self.offer_week, self.capacity = (np.zeros(0, np.int64) for _ in range(3))
        self.met, self.reached = np.zeros(0, bool), np.zeros(0, bool)
        self.known = np.zeros(0, np.int64)
        self.apart, self.apart_until = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.matched = np.zeros(0, np.int64)
        self.helps = Help(*(np.zeros(0, np.int64) for _ in range(5)), np.zeros(0, bool))
        self.again, self.completed, self.fits = 0, np.zeros(PEOPLE, np.int64), np.zeros(0)

    def live(self, weeks: int = WEEKS) -> Year:
        """What so many weeks brought."""
        for week in range(weeks):
            self.finish_helps(self.helps.until == week)
            self.post(week)
            pool, needs, offers = self.read_pool(week)
            best = assign(pool, find_pairs(pool))
            self.answer(week, needs[best.need], offers[best.offer])
            self.fits = np.r_[self.fits, rate_rest(best)]
        self.finish_helps(self.helps.until >= weeks)
        return self.look_back()

    def post(self, week: int) -> None:
        """What people post this week; the same at each weight."""
        draw = np.random.default_rng((self.seed, 11, week))
        for kind, often, total in (("needs", self.asks, NEEDS_A_WEEK), ("offers", self.offers_help, self.offers_a_week)):
            author = np.repeat(np.arange(PEOPLE), draw.poisson(often / often.sum() * total))
            shares = self.theme.asked if kind == "needs" else self.theme.offered
            new = _city.draw_posts(draw, self.crowd, shares, author, need=kind == "needs", today=_day(week))
            setattr(self, kind, Posts(*(np.concatenate(both) for both in zip(getattr(self, kind), new, strict=True))))
            if kind == "needs":
                self.need_week = np.r_[self.need_week, np.full(len(author), week)]
                self.met, self.reached = (np.r_[flags, np.zeros(len(author), bool)] for flags in (self.met, self.reached))
            else:
                self.offer_week = np.r_[self.offer_week, np.full(len(author), week)]
                self.capacity = np.r_[self.capacity, draw.choice((1, 2, 3), len(author), p=_city.CAPACITY)]

    def read_pool(self, week: int) -> tuple[Pool, Array, Array]:
        """What a round reads this week, and which of all posts are open."""
        needs = np.flatnonzero((self.need_week > week - NEED_WEEKS) & ~self.met & (self.needs.last >= _day(week)))
        offers = np.flatnonzero((self.offer_week > week - OFFER_WEEKS) & (self.offers.last >= _day(week)))
        asked = Posts(*(column[needs] for column in self.needs))._replace(waited=7.0 * (week - self.need_week[needs]))
        offered = Posts(*(column[offers] for column in self.offers))
        going = self.helps.until > week
        engaged = np.bincount(self.helps.offer[going], minlength=len(self.capacity))
        load = np.bincount(self.helps.helper[going], minlength=PEOPLE)
        this_month = np.bincount(self.helps.helper[going | (self.helps.since >= week - week % MONTH)], minlength=PEOPLE)
        people = People(
            id=self.crowd.id,
            adult=self.crowd.adult,
            checked=self.checked,
            mediated=np.zeros(PEOPLE, bool),
            on_trial=np.zeros(PEOPLE, bool),
            shares=self.crowd.shares,
            component=_city.find_components(PEOPLE, self.known),
            load=load,
            capacity=np.bincount(offered.author, weights=self.capacity[offers], minlength=PEOPLE).astype(np.int64),
            room=np.maximum(self.monthly - this_month, 0),
        )
        pool = Pool(
            today=_day(week),
            needs=asked,
            offers=offered._replace(free=np.maximum(self.capacity[offers] - engaged[offers], 0)),
            people=people,
            themes=self.theme.rows,
            places=np.zeros(1, np.int64),
            organisations=self.organisation,
            near=self.near,
            partners=self.partners,
            known=self.known,
            apart=np.unique(self.apart[self.apart_until > week]),
            matched=np.sort(_city.renumber(self.matched, WIDTH, needs, offers, len(offers))),
            weights=np.tile(self.weights, (len(needs), 1)),
            bonds=np.tile(_values(Bonds()), (len(needs), 1)),
        )
        return pool, needs, offers

    def answer(self, week: int, need: Array, offer: Array) -> None:
        """What those say who are asked this week. Luck belongs to the need and the week, whoever is asked."""
        luck = np.random.default_rng((self.seed, 12, week)).random((len(self.needs.id), 4))[need]
        asker, helper = self.needs.author[need], self.offers.author[offer]
        pair = np.minimum(asker, helper) * PEOPLE + np.maximum(asker, helper)
        helper_yes = luck[:, 0] < np.where(np.isin(pair, self.known), KNOWN_YES, HELPER_YES)
        never = luck[:, 0] > 1 - HELPER_NO
        agreed = helper_yes & (luck[:, 1] < ASKER_YES)
        self.reached[need] = True
        self.matched = np.r_[self.matched, (need * WIDTH + offer)[agreed | never]]
        self.apart = np.r_[self.apart, pair[~agreed]]
        self.apart_until = np.r_[self.apart_until, np.where(never, FOREVER, week + 1 + REST_WEEKS)[~agreed]]
        lasts = np.array(LASTS)[np.searchsorted(np.cumsum(LASTS_SHARES), luck[:, 2]).clip(0, len(LASTS) - 1)]
        self.met[need[agreed]] = True
        columns = (offer, asker, helper, np.full(len(need), week), week + lasts, luck[:, 3] < COMPLETES)
        self.helps = Help(*(np.r_[old, new[agreed]] for old, new in zip(self.helps, columns, strict=True)))

    def finish_helps(self, over: Array) -> None:
        """Ties of those whose help is now completed."""
        over = over & self.helps.works
        asker, helper = self.helps.asker[over], self.helps.helper[over]
        pair = np.minimum(asker, helper) * PEOPLE + np.maximum(asker, helper)
        self.again += int(np.isin(pair, self.known).sum())
        np.add.at(self.completed, helper, 1)
        self.known = np.union1d(self.known, pair)

    def look_back(self) -> Year:
        """The figures of the year."""
        active = np.zeros(PEOPLE, bool)
        active[self.needs.author] = active[self.offers.author] = True
        component = _city.find_components(PEOPLE, self.known)[active]
        tied = component[component >= 0]
        offering = np.unique(self.offers.author)
        helped = int(self.helps.works.sum())
        return Year(
            without_tie_share=float(np.mean(component < 0)),
            largest_component_share=float(np.bincount(tied).max(initial=0) / np.count_nonzero(active)),
            reached=int(self.reached.sum()),
            helped=helped,
            load_gini=find_gini(self.completed[offering]),
            again_share=self.again / max(helped, 1),
            fit=float(self.fits.mean()),
        )


def rate_rest(best: Assignment) -> Array:
    """How well the two fit but for the bond, by the standard weights."""
    weights = np.array(_values(STANDARD))[:-1]
    return best.parts[:, :-1] @ weights / weights.sum()


def _values(struct: Weights | Bonds) -> tuple[float, ...]:
    return tuple(getattr(struct, name) for name in struct.__struct_fields__)


def _day(week: int) -> int:
    return _city.TODAY + 7 * week


def _nothing(draw: np.random.Generator, crowd: _city.Crowd, themes: Array, *, need: bool) -> Posts:
    """No post at all."""
    return _city.draw_posts(draw, crowd, themes, np.zeros(0, np.int64), need=need)
