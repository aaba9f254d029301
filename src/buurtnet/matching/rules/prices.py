"""What a place is worth in a best assignment: the least prices with which every need would choose just what it was given.

They are the solution of the dual linear programme, found in the residual graph of the assignment: whoever would rather have another place bids its
price up, and whoever holds that place then looks again, until nobody moves. All numbers are whole, so nothing is rounded.
"""

from typing import NamedTuple

import numpy as np

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.buckets import Lists, gather_lists, unfold
from buurtnet.matching.rules.flow import Edges, Limits


class Prices(NamedTuple):
    """A pair worth more than what its need has and what a place of its offer costs together would make the assignment better; no other could."""

    gain: Array
    """[need] what it has from the assignment: the worth of its pair less the price of the place; 0 where it has none."""
    price: Array
    """[offer] of one place, the helper's room included."""


def find_prices(edges: Edges, chosen: Array, limits: Limits, needs: int) -> Prices:
    """The least prices for the chosen edges, which are a best assignment of these edges."""
    offers = len(limits.places)
    worth, held = np.zeros(needs), np.full(needs, -1)
    worth[edges.need[chosen]], held[edges.need[chosen]] = edges.worth[chosen], edges.offer[chosen]
    slack = np.bincount(edges.offer[chosen], minlength=offers) < limits.places
    starts = np.searchsorted(edges.need, np.arange(needs + 1))
    holders = gather_lists(offers, edges.offer[chosen], edges.need[chosen])
    owned = np.flatnonzero(limits.bound[limits.helper])
    own = gather_lists(len(limits.room), limits.helper[owned], owned)
    price = np.zeros(offers)
    moved = np.unique(edges.need)
    while len(moved):
        row, inner = unfold(starts[moved + 1] - starts[moved])
        need, edge = moved[row], starts[moved][row] + inner
        bid = edges.worth[edge] - _gains(worth, held, price, need)
        wanted = edges.offer[edge]
        higher = bid > price[wanted]
        raised = _raise(price, wanted[higher], bid[higher], slack, limits, own)
        moved = np.unique(_take(holders, raised))
    return Prices(_gains(worth, held, price, np.arange(needs)), price)


def _gains(worth: Array, held: Array, price: Array, need: Array) -> Array:
    """What these needs have from their pairs."""
    place = held[need]
    return np.where(place >= 0, worth[need] - price[place], 0.0)


def _raise(price: Array, wanted: Array, bid: Array, slack: Array, limits: Limits, own: Lists) -> Array:
    """Raises prices to the highest bids; the offers that now cost more. Where an offer has places left and still costs something, it is the helper's
    room that costs, and so it does in all their offers."""
    np.maximum.at(price, wanted, bid)
    raised = np.unique(wanted)
    short = raised[slack[raised] & limits.bound[limits.helper[raised]]]
    helpers = np.unique(limits.helper[short])
    toll = np.zeros(len(limits.room))
    np.maximum.at(toll, limits.helper[short], price[short])
    others = _take(own, helpers)
    others = others[price[others] < toll[limits.helper[others]]]
    price[others] = toll[limits.helper[others]]
    return np.unique(np.r_[raised, others])


def _take(lists: Lists, rows: Array) -> Array:
    """All values of these rows."""
    row, inner = unfold(lists.size[rows])
    return lists.values[lists.start[rows][row] + inner]
