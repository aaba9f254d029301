"""How the giving of help is spread over the people of an area, from the Lorenz curve of helps given by each active resident."""

import numpy as np

from buurtnet.network.rules.measured import Array
from buurtnet.network.rules.measures import divide
from buurtnet.network.rules.measures_spread import Groups

TOP = 0.05


def giving_statistic(groups: Groups, weights: Array) -> Array:
    """The top share and Gini's coefficient of helps given, for groups by helps given, in filled areas."""
    return np.stack([top_share(groups, weights), gini(groups, weights)])


def top_share(groups: Groups, weights: Array) -> Array:
    """1 − L(0.95): the share of all helps given by the 5 % of active residents who gave most, a person over the edge in part; from 0.05 to 1.

    L is the Lorenz curve (Lorenz, Publications of the American Statistical Association 9, 1905). Not defined where nobody gave.
    """
    [given] = groups.numbers
    below = groups.below(weights)
    edge = np.repeat((1 - TOP) * groups.total(weights), _sizes(groups), axis=1)
    above = np.clip(below + weights - np.maximum(below, edge), 0, None)
    return divide(groups.total(above * given), groups.total(weights * given))


def gini(groups: Groups, weights: Array) -> Array:
    """Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² x̄) over active residents and the helps they gave; from 0, all alike, to 1 − 1/n, everything by one.

    Gini, Variabilità e mutabilità, 1912, as the area above the Lorenz curve. Not defined where nobody gave.
    """
    [given] = groups.numbers
    helps = weights * given
    under = groups.total(weights * (2 * groups.below(helps) + helps))
    return 1 - divide(under, groups.total(weights) * groups.total(helps))


def _sizes(groups: Groups) -> Array:
    return np.diff(np.append(groups.start, len(groups.count)))
