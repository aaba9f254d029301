"""Who holds a neighbourhood's network together, which of its parts one help would join, and who could meet around one theme: pure.

Everything is for the eyes of the area's own facilitator. Nothing here is a figure of a person: what is reckoned is who would be cut off from whom.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

LEAST = 4
"""So many people around one theme could become a circle."""
MOST = 12
"""So many still hear each other around one table."""
WALKING = 2
"""The farthest level at which neighbourhoods are within walking distance."""

Range = tuple[int, int]
Near = Mapping[int, Mapping[int, int]]
"""By place the level of each place around it, its own too."""


class Holders(NamedTuple):
    """The people whose absence would cut others off."""

    order: Sequence[int]
    """Everybody with a tie, so that each group is one or more ranges of it."""
    groups: Mapping[int, Sequence[Sequence[Range]]]
    """By person: the groups that nobody else would reach, as ranges of `order`."""

    def list_groups(self, person: int) -> list[list[int]]:
        """Who would be cut off without the person, group by group; nobody where everybody would still be reached."""
        return [[one for start, end in group for one in self.order[start:end]] for group in self.groups.get(person, ())]

    def count(self, person: int) -> int:
        """How many would be cut off."""
        return sum(end - start for group in self.groups.get(person, ()) for start, end in group)


def find_holders(people: int, ties: Iterable[tuple[int, int]], elsewhere: Iterable[int]) -> Holders:
    """The articulation points of the network of people 0 to `people` - 1 and whom each of them holds, by depth-first search (Hopcroft and Tarjan,
    1973), in O(people + ties).

    Who knows somebody `elsewhere` is reached from there too: all the rest of the town counts as one neighbour who is never away. The others
    who are cut off without somebody are all groups but the one with that neighbour, or where there is none all but the largest.
    """
    near: list[list[int]] = [[] for _ in range(people + 1)]
    for a, b in ties:
        near[a].append(b)
        near[b].append(a)
    for one in elsewhere:
        near[one].append(people)
        near[people].append(one)
    for ways in near:
        ways.reverse()  # They are used up from the end.
    order: list[int] = []
    found, low = [-1] * (people + 1), [0] * (people + 1)
    groups: dict[int, Sequence[Sequence[Range]]] = {}
    for root in (people, *range(people)):
        if found[root] < 0 and near[root]:
            start = len(order)
            for person, below in _walk(root, near, found, low, order).items():
                left = _leave_out(person, below, (start, len(order)), found)
                if person != people and len(left) > 1:
                    kept = 0 if root == people else max(range(len(left)), key=lambda group: _size(left[group]))
                    groups[person] = [*left[:kept], *left[kept + 1 :]]
    return Holders(order, groups)


def _walk(root: int, near: list[list[int]], found: list[int], low: list[int], order: list[int]) -> dict[int, list[Range]]:
    """Visits everybody whom ties join to the root, using up their ties; by person the ranges of those below them from whom no tie leads past them."""
    below: dict[int, list[Range]] = {}
    found[root] = low[root] = len(order)
    order.append(root)
    path = [root]
    while path:
        one = path[-1]
        ways, least = near[one], low[one]
        while ways:
            other = ways.pop()
            if (at := found[other]) < 0:
                found[other] = low[other] = len(order)
                order.append(other)
                path.append(other)
                break
            if at < least:
                least = at
        else:
            path.pop()
            if path:
                above = path[-1]
                if least < low[above]:
                    low[above] = least
                if least >= found[above]:
                    below.setdefault(above, []).append((found[one], len(order)))
        low[one] = least
    return below


def _leave_out(person: int, below: list[Range], whole: Range, found: list[int]) -> list[list[Range]]:
    """The groups that are left without the person: the one above them first, where they are not the root, then those below."""
    above: list[Range] = []
    start = whole[0]
    for left, right in sorted([*below, (found[person], found[person] + 1)]):
        if start < left:
            above.append((start, left))
        start = right
    if start < whole[1]:
        above.append((start, whole[1]))
    return [*([above] if above else []), *([one] for one in below)]


def _size(group: Iterable[Range]) -> int:
    return sum(end - start for start, end in group)


class Parts:
    """Parts of a network that are joined one after the other: a help between two that are joined already joins nothing more."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def join(self, one: Hashable, other: Hashable) -> None:
        """From now on the two are one part."""
        self._above[self._find_top(one)] = self._find_top(other)

    def are_joined(self, one: Hashable, other: Hashable) -> bool:
        """Whether they are one part, over others too."""
        return self._find_top(one) == self._find_top(other)

    def _find_top(self, part: Hashable) -> Hashable:
        while (above := self._above.get(part, part)) != part:
            self._above[part] = self._above.get(above, above)
            part = above
        return part


class Standing(NamedTuple):
    """What somebody in a part of the network asks or offers."""

    id: UUID
    asks: bool
    theme: int
    place: int
    reach: int
    slots: int | None
    from_on: date | None
    until_on: date | None
    tongues: int
    part: UUID
    people: int
    """How many are in the part."""
    asked: bool
    """Whether somebody is being asked about it."""


class Joining(NamedTuple):
    """A need and an offer of two parts that fit, but for what a worker may set aside."""

    need: Standing
    offer: Standing

    @property
    def few(self) -> int:
        """How many are in the smaller part: they come to the larger one."""
        return min(self.need.people, self.offer.people)

    @property
    def many(self) -> int:
        """How many are in the larger part."""
        return max(self.need.people, self.offer.people)


TRIED = 3
"""Pairs of each two parts: the best may turn out not to meet."""
Fits = Mapping[int, Sequence[tuple[int, bool]]]
"""By theme of a need the themes of fitting offers, each with whether the two have to talk."""


def find_joins(posts: Iterable[Standing], fits: Fits, near: Near) -> list[Joining]:
    """The best TRIED pairs for each two parts: those by which most people come to a larger part first.

    A pair may be one step farther than both want, or somebody may be asked about it already; what just fits comes before, then the same theme, then
    who lives nearest, then who has waited longest.
    """
    needs: list[Standing] = []
    offers: list[Standing] = []
    for post in posts:
        (needs if post.asks else offers).append(post)
    largest = max((*needs, *offers), key=lambda post: post.people, default=None)
    everywhere, elsewhere = _group(offers), _group(offer for offer in offers if largest is None or offer.part != largest.part)
    found: dict[frozenset[UUID], list[tuple[tuple[bool, bool, int], Joining]]] = {}
    for need in needs:
        # Most ask in the largest part, and what is offered there joins them to nobody.
        around, given = near.get(need.place, {}), elsewhere if largest is not None and need.part == largest.part else everywhere
        for theme, talk in fits.get(need.theme, ()):
            there = given.get(theme, {})
            for place, level in around.items() if there else ():
                for offer in there.get(place, ()):
                    if offer.part != need.part and level <= min(need.reach, offer.reach) + 1 and _meet(need, offer, talk):
                        aside = need.asked or offer.asked or level > min(need.reach, offer.reach)
                        pair = ((aside, theme != need.theme, level), Joining(need, offer))
                        found.setdefault(frozenset((need.part, offer.part)), []).append(pair)
    best = [one for pairs in found.values() for _, one in sorted(pairs, key=lambda pair: pair[0])[:TRIED]]
    return sorted(best, key=lambda one: (-one.few, -one.many, *sorted((one.need.part, one.offer.part))))


def _group(offers: Iterable[Standing]) -> dict[int, dict[int, list[Standing]]]:
    """The offers by theme and place, in their order."""
    grouped: dict[int, dict[int, list[Standing]]] = {}
    for offer in offers:
        grouped.setdefault(offer.theme, {}).setdefault(offer.place, []).append(offer)
    return grouped


def _meet(need: Standing, offer: Standing, talk: bool) -> bool:
    """Whether they have a language, a moment and a day in common."""
    return (
        not (talk and need.tongues & offer.tongues == 0)
        and (need.slots is None or offer.slots is None or need.slots & offer.slots != 0)
        and not (need.until_on and offer.from_on and offer.from_on > need.until_on)
        and not (offer.until_on and need.from_on and need.from_on > offer.until_on)
    )


class Member(NamedTuple):
    """Somebody who asks or offers something of a theme, where they live, and how far they want to go."""

    person: int
    place: int
    reach: int


class Circle(NamedTuple):
    """People who could meet in a place that is within walking distance of all of them, nearest first."""

    place: int
    members: Sequence[Member]


def find_circles(members: Sequence[Member], near: Near, apart: Collection[frozenset[int]]) -> Iterator[Circle]:
    """Circles of LEAST to MOST members who may all meet each other; everybody is in one at most, and each place has one at most.

    The place with most of them comes first. In it those who live nearest come first, else in the order given; whoever keeps somebody of the circle
    away, or is kept away by one, is not in it.
    """
    shy = {person for pair in apart for person in pair}
    left, places = list(members), set(near)
    while len(left) >= LEAST and places:
        homes: dict[int, list[Member]] = {}
        for one in left:
            homes.setdefault(one.place, []).append(one)
        going = {home: [sum(one.reach >= level for one in there) for level in range(WALKING + 1)] for home, there in homes.items()}
        most, place = max(
            (sum(going[home][level] for home, level in near[place].items() if home in going and level <= WALKING), -place)
            for place in places
        )
        if most < LEAST:
            return
        places.discard(-place)
        circle = _choose_members(_list_around(homes, near[-place]), apart, shy)
        if len(circle) >= LEAST:
            yield Circle(-place, circle)
            taken = {one.person for one in circle}
            left = [one for one in left if one.person not in taken]


def _list_around(homes: Mapping[int, Sequence[Member]], levels: Mapping[int, int]) -> list[Member]:
    """Who can walk to the place and wants to go so far, nearest first."""
    found = ((level, one) for home, level in levels.items() for one in homes.get(home, ()) if level <= min(one.reach, WALKING))
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _choose_members(around: Sequence[Member], apart: Collection[frozenset[int]], shy: Collection[int]) -> list[Member]:
    chosen: list[Member] = []
    for one in around:
        if len(chosen) == MOST:
            break
        if one.person not in shy or not any(frozenset((one.person, other.person)) in apart for other in chosen):
            chosen.append(one)
    return chosen
