"""Seeded towns as a round reads them (`Pool`), without a database. The same seed is the same town.

Ground. The synthetic city is a sunflower of neighbourhoods around a centre, shaken by a sixth of a step: 0.25 km² each in the middle, 0.75 km² at
the edge of a city of a thousand. The other ground is the 204 neighbourhoods of Brussels from the publisher's file, of which 167 are lived in and the
others parks, works and railways. Both get their nearness from the rule by which an import gets it (`measure_nearness`), the synthetic one over
Voronoi cells. A neighbourhood has some 2,500 adults (gamma, half of them between 1,700 and 3,100). The synthetic city has one neighbourhood for
each hundred open needs (an open need for one adult in 25: a lively platform), so that it grows and does not thicken.

People. One person in five who asks also offers. Languages as in Brussels (BRIO language barometer: French at home for 41 %; nearly nine in ten speak
French, four in ten English, two in ten Dutch; one in ten none of the three), by first language and by neighbourhood, because people who speak the
same live near one another. One organisation for each 50 neighbourhoods around it; two in three pairs of organisations are partners, and 60 % of people agreed
to be seen by partners. 97 % are adults, 25 % of helpers are checked (60 % of those who offer what asks for it). 45 % have no tie yet; the others' ties
are mostly within their neighbourhood.

Posts. Themes are the real tree; demand falls as 1/rank over the leaves; offers follow it by half, and by half a ranking of their own, because people
like to offer other things than are asked. 12 % of needs and 18 % of offers name a root alone. Reach: 40 % next to it, 32 % walking, 14 % cycling, 6 %
the whole town, 8 % the own neighbourhood. Half of the needs name one to four dayparts, 60 % of the offers about a third of the week. 40 % of needs and
20 % of offers have dates. Offers take one (70 %), two or three at a time, each place is taken already with 20 %; a helper has up to five offers and
mostly takes four helps a month, of which some are spent. Some needs wait for an answer, some are urgent, some prefer somebody they know; waiting
times are exponential with ten days. One person in fifty keeps somebody of the neighbourhood away, or has been refused by them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from buurtnet.geography.actions import find_source, read_file
from buurtnet.geography.rules import coverage
from buurtnet.geography.rules.nearness import measure_nearness
from buurtnet.kit.arrays import Array, find_places
from buurtnet.matching.rules import fit, weighing
from buurtnet.matching.rules.pool import NO_END, NO_START, Near, People, Pool, Posts, Themes
from buurtnet.matching.schemas import Weights
from buurtnet.people.rules import language_bits
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.themes.actions import read_tree

REAL = Path(__file__).parents[3] / "shared" / "geo" / "wijken-2025" / "ggw7.shp"
BRUSSELS = "21"
"""What the codes of the 204 neighbourhoods of the Brussels region begin with."""
NEEDS_A_PLACE = 100
ADULTS = 2_500
TODAY = 9_800
CORE_KM2, GROWTH_KM2 = 0.25, 0.0005
"""Ground of the middlemost neighbourhood, and how much more each next one has."""
GOLDEN = np.pi * (3 - 5**0.5)
FIRST: dict[str, tuple[float, float, float, float]] = {
    "fr": (0.41, 1.0, 0.40, 0.15),
    "nl": (0.08, 0.90, 0.70, 1.0),
    "ar": (0.15, 0.82, 0.20, 0.14),
    "tr": (0.05, 0.68, 0.15, 0.14),
    "en": (0.05, 0.55, 1.0, 0.12),
    "es": (0.05, 0.78, 0.40, 0.08),
    "pt": (0.04, 0.75, 0.22, 0.06),
    "it": (0.04, 0.85, 0.40, 0.08),
    "ro": (0.04, 0.65, 0.30, 0.06),
    "pl": (0.03, 0.55, 0.35, 0.10),
    "bg": (0.02, 0.40, 0.20, 0.08),
    "ps": (0.015, 0.30, 0.35, 0.16),
    "so": (0.015, 0.45, 0.35, 0.20),
    "ti": (0.01, 0.35, 0.35, 0.16),
}
"""First languages: the share of people, and with what probability they also speak French, English and Dutch."""
LIKE_TOWN = 8.0
"""How much the mixture of languages of a neighbourhood is like that of the town (Dirichlet)."""
REACH = (0.08, 0.40, 0.32, 0.14, 0.06)
OFFERS_OF_ONE, NEEDS_OF_ONE = (0.50, 0.25, 0.13, 0.07, 0.05), (0.80, 0.15, 0.05)
CAPACITY = (0.70, 0.20, 0.10)
TAKEN = 0.2
MONTHLY, MONTHLY_SHARES = (1, 2, 3, 4, 8), (0.06, 0.12, 0.06, 0.70, 0.06)
STEPS, STEP_SHARES = (-2, -1, 0, 1, 2), (0.02, 0.06, 0.84, 0.06, 0.02)
Random = np.random.Generator


class Ground(NamedTuple):
    """Where people can live."""

    name: str
    points: Array
    """Metres, [place, 2]."""
    near: Near
    lived: Array
    """Whether somebody lives there."""


class Crowd(NamedTuple):
    """People before they have posted anything: rows in the order of their ids."""

    id: Array
    place: Array
    organisation: Array
    tongues: Array
    reach: Array
    adult: Array
    shares: Array
    component: Array
    known: Array
    """Keys of two people with a tie."""


class Theme(NamedTuple):
    """The themes of the tree, and how often each is asked and offered."""

    rows: Themes
    asked: Array
    offered: Array


# --- ground ----------------------------------------------------------------------------------------------------------------------


def spread_ground(places: int, seed: int) -> Ground:
    """A city of so many neighbourhoods, dense in the middle."""
    random = np.random.default_rng((seed, 1))
    row = np.arange(places)
    ground = CORE_KM2 * (row + 0.5) + GROWTH_KM2 * row**2 / 2
    radius = 1000 * np.sqrt(ground / np.pi)
    points = np.column_stack([radius * np.cos(GOLDEN * row), radius * np.sin(GOLDEN * row)])
    points += random.normal(scale=1000 / 6 * np.sqrt(CORE_KM2 + GROWTH_KM2 * row)[:, None], size=points.shape)
    edge = shapely.buffer(shapely.convex_hull(shapely.multipoints(points)), 300)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=edge, ordered=True))
    return Ground("synthetic city", points, _measure(shapely.intersection(cells, edge), shapely.points(points)), np.ones(places, bool))


def read_brussels() -> Ground | None:
    """The neighbourhoods of Brussels; None where the publisher's file is not there."""
    if not REAL.is_file():
        return None
    areas = read_file(REAL, find_source("wijken-2025"), named="wijken-2025")
    coverage.repair_outlines(areas)
    areas, _ = coverage.join_rows(areas)
    areas, _, _ = coverage.merge_small(areas)
    areas = [area for area in areas if area.code.startswith(BRUSSELS)]
    outlines = coverage.as_array(areas)
    points = shapely.point_on_surface(outlines)
    return Ground("Brussels", shapely.get_coordinates(points), _measure(outlines, points), np.array([area.inhabited for area in areas]))


def _measure(outlines: Array, points: Array) -> Near:
    near = measure_nearness(outlines, points)
    order = np.lexsort((near.b, near.level, near.a))
    start = np.searchsorted(near.a, np.arange(len(outlines) + 1))
    return Near(start, near.b[order], near.metres[order].astype(np.int64), near.level[order].astype(np.int64))


# --- themes and people -----------------------------------------------------------------------------------------------------------


def read_themes(seed: int) -> Theme:
    """The real tree, with a demand that falls as 1/rank and offers that follow it by half."""
    tree = sorted(read_tree(), key=lambda theme: theme["id"])
    row_of = {theme["slug"]: row for row, theme in enumerate(tree)}
    root = np.array([row_of[theme["slug"].partition(".")[0]] for theme in tree])
    row = np.arange(len(tree))
    leaf = root != row
    themes = Themes(
        id=np.array([theme["id"] for theme in tree]),
        parent=np.where(leaf, root, -1),
        root=root,
        talk=np.array([theme["talk"] for theme in tree]),
        halving=np.array([theme["halving_m"] for theme in tree], float),
        review=np.array([theme["review"] == "always" for theme in tree]),
        guarded=np.array([theme["safeguard"] == fit.CHECKED_HELPER for theme in tree]),
    )
    random = np.random.default_rng((seed, 2))
    asked, own = (np.where(leaf, _fall(random, leaf), 0.0) for _ in range(2))
    return Theme(themes, _with_roots(asked, root, leaf, 0.12), _with_roots((asked + own) / 2, root, leaf, 0.18))


def _fall(random: Random, leaf: Array) -> Array:
    share = np.zeros(len(leaf))
    share[random.permutation(np.flatnonzero(leaf))] = 1 / np.arange(1, np.count_nonzero(leaf) + 1)
    return share / share.sum()


def _with_roots(share: Array, root: Array, leaf: Array, general: float) -> Array:
    """The shares with so much of them given to the roots."""
    own = np.bincount(root[leaf], weights=share[leaf], minlength=len(root))
    return (1 - general) * share + general * own


def gather_people(ground: Ground, people: int, seed: int) -> tuple[Crowd, Array]:
    """So many people over the ground, with their ties; and which organisations are partners."""
    random = np.random.default_rng((seed, 3))
    places = len(ground.points)
    adults = random.gamma(5.0, ADULTS / 5, size=places) * ground.lived
    place = random.choice(places, people, p=adults / adults.sum())
    organisation_at, partners = _found_organisations(random, ground)
    known, component = _tie(random, place)
    crowd = Crowd(
        id=draw_ids(random, people),
        place=place,
        organisation=organisation_at[place],
        tongues=_speak(random, place, places),
        reach=random.choice(5, people, p=REACH),
        adult=random.random(people) < 0.97,
        shares=random.random(people) < 0.60,
        component=component,
        known=known,
    )
    return crowd, partners


def draw_ids(random: Random, count: int) -> Array:
    """So many ids, sorted. None ends with a byte of zero, which numpy would cut off."""
    drawn = np.frombuffer(random.bytes(16 * count), np.uint8).reshape(-1, 16) | 1
    return np.sort(drawn.view("S16").ravel())


def _found_organisations(random: Random, ground: Ground) -> tuple[Array, Array]:
    """The organisation of each neighbourhood, the nearest of some that are spread over the town; and which are partners."""
    count = max(len(ground.points) // 50, 1)
    seats = ground.points[random.choice(len(ground.points), count, replace=False)]
    nearest = np.hypot(*(ground.points[:, None] - seats[None]).transpose(2, 0, 1)).argmin(axis=1)
    allied = np.triu(random.random((count, count)) < 2 / 3, 1)
    return nearest, allied | allied.T


def _speak(random: Random, place: Array, places: int) -> Array:
    """Languages as bits: one's first, and others in the measure of those whose first it is."""
    shares = np.array([share for share, *_ in FIRST.values()])
    mixture = random.dirichlet(LIKE_TOWN * shares / shares.sum(), size=places)
    first = (mixture.cumsum(axis=1)[place] < random.random(len(place))[:, None]).sum(axis=1).clip(0, len(FIRST) - 1)
    tongues = np.array([language_bits([code]) for code in FIRST])[first]
    for number, code in enumerate(("fr", "en", "nl"), 1):
        also = np.array([row[number] for row in FIRST.values()])[first]
        tongues |= np.where(random.random(len(place)) < also, language_bits([code]), 0)
    return tongues


def _tie(random: Random, place: Array) -> tuple[Array, Array]:
    """Keys of the ties, a few steps along the people of a neighbourhood, sorted; and the component of each person, -1 without a tie."""
    people = len(place)
    some = random.permutation(people)[: round(people * 0.55)]
    some = some[np.argsort(place[some], kind="stable")]
    first = random.integers(len(some), size=len(some))
    second = np.clip(first + random.geometric(0.05, size=len(first)) * random.choice((-1, 1), size=len(first)), 0, len(some) - 1)
    one, other = some[first], some[second]
    known = np.unique(np.minimum(one, other) * people + np.maximum(one, other))
    known = known[known // people != known % people]
    return known, find_components(people, known)


def find_components(people: int, known: Array) -> Array:
    """A number for each component of the ties; -1 where a person has none."""
    one, other = known // people, known % people
    labels = connected_components(coo_array((np.ones(len(one), bool), (one, other)), shape=(people, people)), directed=False)[1]
    alone = np.ones(people, bool)
    alone[one] = alone[other] = False
    return np.where(alone, -1, labels).astype(np.int64)


# --- posts -----------------------------------------------------------------------------------------------------------------------


def draw_town(ground: Ground, needs: int, offers: int, seed: int) -> Pool:
    """A town with so many open needs and offers on this ground."""
    random = np.random.default_rng((seed, 4))
    theme = read_themes(seed)
    askers, helpers = _authors(random, needs, NEEDS_OF_ONE), _authors(random, offers, OFFERS_OF_ONE)
    asking, helping = int(askers[-1]) + 1, int(helpers[-1]) + 1
    both = min(asking // 5, helping)
    crowd, partners = gather_people(ground, asking + helping - both, seed)
    who = random.permutation(len(crowd.id))
    asked = draw_posts(random, crowd, theme.asked, who[askers], need=True)
    offered = draw_posts(random, crowd, theme.offered, who[(asking - both) + helpers], need=False)
    offered, engaged, capacity = _take_places(random, offered)
    people = _employ(random, crowd, theme.rows, offered, engaged, capacity)
    weights, bonds = weigh_places(random.choice(STEPS, len(ground.points), p=STEP_SHARES), Weights())
    pool = Pool(
        today=TODAY,
        needs=_ask_some(random, asked),
        offers=offered,
        people=people,
        themes=theme.rows,
        places=np.arange(len(ground.points)),
        organisations=draw_ids(random, len(partners)),
        near=ground.near,
        partners=partners,
        known=crowd.known,
        apart=np.zeros(0, np.int64),
        matched=np.zeros(0, np.int64),
        weights=weights[asked.place],
        bonds=bonds[asked.place],
    )
    return _remember(random, pool)


def _authors(random: Random, posts: int, shares: Sequence[float]) -> Array:
    """The author of each post as a number from 0, so that authors have one, two, three … posts in these shares."""
    counts = random.choice(np.arange(1, len(shares) + 1), posts, p=shares)
    return np.repeat(np.arange(posts), counts)[:posts]


def draw_posts(random: Random, crowd: Crowd, themes: Array, author: Array, *, need: bool, today: int = TODAY) -> Posts:
    """A post of each of these authors, by id, open for some time. Offers take one at a time."""
    count = len(author)
    named = random.random(count) < (0.5 if need else 0.6)
    slots = np.where(named, _few_slots(random, count) if need else _many_slots(random, count), EVERY_SLOT)
    dated = random.random(count) < (0.4 if need else 0.2)
    first = today + random.integers(0, 15, size=count)
    last = first + random.integers(*((0, 14) if need else (10, 60)), size=count)
    return Posts(
        id=draw_ids(random, count),
        author=author,
        theme=random.choice(len(themes), count, p=themes),
        place=crowd.place[author],
        organisation=crowd.organisation[author],
        reach=crowd.reach[author],
        slots=slots,
        named=named,
        first=np.where(dated, first, NO_START),
        last=np.where(dated, last, NO_END),
        tongues=crowd.tongues[author],
        free=np.ones(count, np.int64),
        standing=np.zeros(count, np.int64),
        again=random.random(count) < (0.10 if need else 0.05),
        urgent=(random.random(count) < 0.08) & need,
        waited=np.minimum(random.exponential(10.0, size=count), 30.0),
    )


def _few_slots(random: Random, count: int) -> Array:
    """One to four dayparts."""
    drawn = np.ones((count, 4), np.int64) << random.integers(28, size=(count, 4))
    wanted = np.arange(4) < random.integers(1, 5, size=count)[:, None]
    return np.bitwise_or.reduce(np.where(wanted, drawn, 0), axis=1)


def _many_slots(random: Random, count: int) -> Array:
    """About a third of the week."""
    return np.maximum((random.random((count, 28)) < 0.35) @ (1 << np.arange(28)), 1)


def _take_places(random: Random, offers: Posts) -> tuple[Posts, Array, Array]:
    """The offers with some places taken; how many are, and how many there are."""
    capacity = random.choice((1, 2, 3), len(offers.id), p=CAPACITY)
    engaged = random.binomial(capacity, TAKEN)
    standing = random.binomial(engaged, 0.5)
    return offers._replace(free=capacity - engaged, standing=standing), engaged, capacity


def _ask_some(random: Random, needs: Posts) -> Posts:
    """The needs, of which some wait for an answer: they may ask nobody else, or two more where they are urgent."""
    standing = (random.random(len(needs.id)) < 0.05).astype(np.int64)
    return needs._replace(standing=standing, free=np.where(needs.urgent, fit.STANDING_WHEN_URGENT, fit.STANDING_AT_ONCE) - standing)


def _employ(random: Random, crowd: Crowd, themes: Themes, offers: Posts, engaged: Array, capacity: Array) -> People:
    """The people with what they do as helpers."""
    people = len(crowd.id)
    guarded = np.zeros(people, bool)
    guarded[offers.author[themes.guarded[offers.theme]]] = True
    load = np.bincount(offers.author, weights=engaged, minlength=people).astype(np.int64)
    monthly = random.choice(MONTHLY, people, p=MONTHLY_SHARES)
    room = np.maximum(monthly - load - random.poisson(0.4, size=people), 0)
    return People(
        id=crowd.id,
        adult=crowd.adult,
        checked=random.random(people) < np.where(guarded, 0.60, 0.25),
        mediated=random.random(people) < 0.05,
        on_trial=random.random(people) < 0.08,
        shares=crowd.shares,
        component=crowd.component,
        load=load,
        capacity=np.bincount(offers.author, weights=capacity, minlength=people).astype(np.int64),
        room=np.where(random.random(people) < 0.03, 0, room),
    )


def weigh_places(steps: Array, weights: Weights) -> tuple[Array, Array]:
    """[place, part] and [place, kind]: the weights and the worth of bonds where each place has its emphasis."""
    weighed = {step: weighing.weigh(weights, step) for step in set(steps.tolist())}
    return (
        np.array([list(_values(weighed[step].weights)) for step in steps.tolist()]),
        np.array([list(_values(weighed[step].bonds)) for step in steps.tolist()]),
    )


def _values(struct: object) -> tuple[float, ...]:
    return tuple(getattr(struct, name) for name in struct.__struct_fields__)  # type: ignore[attr-defined]


def _remember(random: Random, pool: Pool) -> Pool:
    """The town with pairs of people who keep apart, and pairs of posts that have had a match."""
    needs, offers = pool.needs, pool.offers
    need, offer = _meet(random, needs, offers, len(pool.people.id) // 50)
    one, other = needs.author[need], offers.author[offer]
    apart = np.unique(pool.people_key(one, other)[one != other])
    need, offer = _meet(random, needs, offers, len(needs.id) // 20)
    return pool._replace(apart=apart, matched=np.unique(pool.post_key(need, offer)))


def _meet(random: Random, needs: Posts, offers: Posts, count: int) -> tuple[Array, Array]:
    """Some needs, each with an offer of its theme in its neighbourhood."""
    width = int(max(needs.place.max(initial=0), offers.place.max(initial=0))) + 1
    keys = offers.theme * width + offers.place
    order = np.argsort(keys, kind="stable")
    need = random.integers(len(needs.id), size=count)
    wanted = needs.theme[need] * width + needs.place[need]
    first, last = (np.searchsorted(keys[order], wanted, side) for side in ("left", "right"))
    some = last > first
    return need[some], order[first[some] + (random.random(np.count_nonzero(some)) * (last - first)[some]).astype(np.int64)]


# --- parts of a town -------------------------------------------------------------------------------------------------------------


def choose_posts(pool: Pool, needs: Array, offers: Array) -> Pool:
    """The town with these posts alone (rows, sorted) and with their authors alone."""
    asked, offered = (Posts(*(column[rows] for column in posts)) for posts, rows in ((pool.needs, needs), (pool.offers, offers)))
    who = np.unique(np.r_[asked.author, offered.author])
    less = pool._replace(
        needs=asked._replace(author=np.searchsorted(who, asked.author)),
        offers=offered._replace(author=np.searchsorted(who, offered.author)),
        people=People(*(column[who] for column in pool.people)),
        weights=pool.weights[needs],
        bonds=pool.bonds[needs],
    )
    known, apart = (renumber(keys, len(pool.people.id), who, who, len(who)) for keys in (pool.known, pool.apart))
    return less._replace(known=known, apart=apart, matched=renumber(pool.matched, len(pool.offers.id), needs, offers, len(offers)))


def renumber(keys: Array, width: int, firsts: Array, seconds: Array, new_width: int) -> Array:
    """The keys of which both sides are still there, by their new rows."""
    one, other = find_places(firsts, keys // max(width, 1)), find_places(seconds, keys % max(width, 1))
    kept = (one >= 0) & (other >= 0)
    return one[kept].astype(np.int64) * new_width + other[kept]


def change_posts(pool: Pool, share: float, seed: int) -> tuple[Array, Array, Array, Array]:
    """Which needs and offers stand first, and which stand after this share of them was withdrawn and as many came: `needs, offers` of a town that
    was drawn with so many more."""
    random = np.random.default_rng((seed, 5))
    rows: list[Array] = []
    for posts in (pool.needs, pool.offers):
        order = random.permutation(len(posts.id))
        moved = round(len(order) * share / (1 + share))
        rows += [np.sort(order[: len(order) - moved]), np.sort(order[moved:])]
    return rows[0], rows[2], rows[1], rows[3]
