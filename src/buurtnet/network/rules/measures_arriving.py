"""How long newcomers wait for their first tie."""

import numpy as np

from buurtnet.network.rules.measured import Array
from buurtnet.network.rules.measures_spread import Z
from buurtnet.network.rules.measures_window import Ties

WEEK = 7


def first_ties(ties: Ties, people: int, *, until: int) -> Array:
    """The day of each person's first tie, `until` + 1 where they have none by then."""
    first = np.full(people, until + 1, ties.first.dtype)
    for end in (ties.a, ties.b):
        np.minimum.at(first, end.astype(np.intp), ties.first)
    return first


def newcomer_weeks(place: Array, joined: Array, first: Array, areas: int, *, since: int, until: int) -> tuple[Array, ...]:
    """The median weeks from joining to the first tie of those who joined in the window, its interval, how many joined, and how many have a tie.

    Half of the newcomers had a tie after so long, by the product-limit estimate: who has none yet counts for as long as they have been there (Kaplan and
    Meier, Journal of the American Statistical Association 53, 1958). Its interval: the days on which the estimate does not differ from a half (Brookmeyer and
    Crowley, Biometrics 38, 1982). From 0 to the window's weeks; NaN where fewer than half have one so far.
    """
    new = (joined >= since) & (joined <= until) & (place >= 0)
    home, met = place[new], first[new] <= until
    days = until - since + 1
    waited = np.clip(np.where(met, first[new], until) - joined[new], 0, days - 1)
    at = home.astype(np.int64) * days + waited
    met_on = np.bincount(at[met], minlength=areas * days).reshape(areas, days).astype(float)
    seen_on = np.bincount(at, minlength=areas * days).reshape(areas, days)
    there = seen_on[:, ::-1].cumsum(axis=1)[:, ::-1].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(there > 0, met_on / there, 0)
        waiting = np.cumprod(1 - share, axis=1)
        error = waiting * np.sqrt(np.cumsum(np.where(there > met_on, met_on / (there * (there - met_on)), 0), axis=1))
    weeks = [_first_day(waiting + shift * error <= 0.5, there) / WEEK for shift in (0, -Z, Z)]
    return (*weeks, np.bincount(home, minlength=areas), np.bincount(home[met], minlength=areas))


def _first_day(reached: Array, there: Array) -> Array:
    """The first day on which something is so, among days on which somebody was still there; NaN for never."""
    reached = reached & (there > 0)
    return np.where(reached.any(axis=1), reached.argmax(axis=1), np.nan)
