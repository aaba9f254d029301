"""The five classes of the map: where they break, which one a value is in, how they are told."""

from collections.abc import Sequence
from itertools import pairwise

from buurtnet.network.schemas import STEPS, About


def quantile_breaks(values: Sequence[float], step: float) -> list[float] | None:
    """The four breaks between five classes with equally many values, on the measure's steps; None where five classes cannot be told apart.

    A value on a break is in the upper class. Quantiles as in Hyndman and Fan 1996, definition 7.
    """
    ordered = sorted(values)
    if len(set(ordered)) < STEPS:
        return None
    breaks: list[float] = []
    for cut in range(1, STEPS):
        place = cut / STEPS * (len(ordered) - 1)
        low = int(place)
        value = ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])
        least = breaks[-1] + step if breaks else ordered[0] + step
        breaks.append(_on_step(max(value, least), step))
    return breaks


def even_breaks(values: Sequence[float], step: float) -> list[float]:
    """Four breaks with equal distances from 0, or a value below it, to the largest: for so few values that quantiles say nothing."""
    least = min([0.0, *values])
    width = max((max([0.0, *values]) - least) / STEPS, step)
    return [_on_step(least + cut * width, step) for cut in range(1, STEPS)]


def find_breaks(values: Sequence[float], step: float) -> list[float]:
    """The breaks for values that no frozen series has classed."""
    return quantile_breaks(values, step) or even_breaks(values, step)


def find_class(value: float, breaks: Sequence[float]) -> int:
    """The class of a value, from 1 to 5."""
    return 1 + sum(value >= edge - 1e-9 for edge in breaks)


def class_bounds(breaks: Sequence[float], about: About) -> list[tuple[float | None, float | None]]:
    """The first and the last value of each class as the measure is written; None where a class is open."""
    edges = [None, *breaks, None]
    return [(low, None if high is None else _on_step(high - about.step, about.step)) for low, high in pairwise(edges)]


def _on_step(value: float, step: float) -> float:
    return round(round(value / step) * step, 6)
