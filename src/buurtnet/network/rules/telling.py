"""Figures as they may leave the desk: counts rounded to 5, rates and their intervals from rounded counts, medians in coarse steps."""

from collections.abc import Mapping

import numpy as np

from buurtnet.kit.counts import ROUND
from buurtnet.network.rules import measures
from buurtnet.network.rules import measures_shape as shapes
from buurtnet.network.rules.measured import Array, Counts, Estimate, Measured
from buurtnet.network.rules.measures_spread import wilson
from buurtnet.network.schemas import WILSON, Measure


def round_counts(count: Array) -> Array:
    """Counts rounded to the next multiple of 5, halves up."""
    return np.floor(np.asarray(count, float) / ROUND + 0.5) * ROUND


def round_hours(hours: Array) -> Array:
    """Hours to the next 2 within a day, to the next 6 within four days, else to whole days: a median may not point to one question."""
    step = np.where(hours < 24, 2.0, np.where(hours < 96, 6.0, 24.0))
    return np.round(hours / step) * step


def tell(measured: Measured) -> Mapping[Measure, Estimate]:
    """Every measure from rounded counts. Intervals of shares are made anew from these: those of the true ones would tell the true ones."""
    counts, true = measured.counts, measured.estimates
    n, ties = round_counts(counts.active), round_counts(counts.ends / 2)
    told = _tell_shares(counts, n, ties)
    values = {
        Measure.ACTIVE: (n, n),
        Measure.MEAN_DEGREE: (measures.mean_degree(2 * ties, n), n),
        Measure.DENSITY: (measures.density(2 * ties, n), n),
        Measure.THEMES: (true[Measure.THEMES].value, n),
        Measure.PARTS: (counts.parts, n),
        Measure.TRANSITIVITY: (_rate(round_counts(counts.triangles), round_counts(counts.triples)), n),
        Measure.BRIDGING: (shapes.bridging(round_counts(counts.inner), round_counts(counts.outer)), n),
        Measure.TOP_SHARE: (true[Measure.TOP_SHARE].value, n),
        Measure.GINI: (true[Measure.GINI].value, n),
        Measure.FIRST_YES_HOURS: (round_hours(true[Measure.FIRST_YES_HOURS].value), round_counts(counts.answered)),
        Measure.NEWCOMER_WEEKS: (np.round(true[Measure.NEWCOMER_WEEKS].value), round_counts(counts.newcomers)),
    }
    for measure, (value, of) in values.items():
        low, high = true[measure].low, true[measure].high
        if measure is Measure.FIRST_YES_HOURS:
            low, high = round_hours(low), round_hours(high)
        told[measure] = Estimate(np.asarray(value, float), of, _round_out(low, np.floor), _round_out(high, np.ceil))
    return told


def _tell_shares(counts: Counts, n: Array, ties: Array) -> dict[Measure, Estimate]:
    adults = round_counts(counts.adults)
    shares = {
        Measure.ADULT_SHARE: (n, adults),
        Measure.ACROSS_LANGUAGES: (round_counts(counts.across / 2), ties),
        Measure.REACH: (round_counts(counts.finding), n),
        Measure.WITHOUT_TIE: (round_counts(counts.without), n),
        Measure.BOTH_WAYS: (round_counts(counts.both), n),
        Measure.LARGEST_PART: (round_counts(counts.largest), n),
        Measure.LASTING: (round_counts(counts.lasting / 2), ties),
    }
    assert shares.keys() == WILSON
    told: dict[Measure, Estimate] = {}
    for measure, (over, under) in shares.items():
        value = _rate(over, under)
        told[measure] = Estimate(value, under, *wilson(value, under))
    return told


def _round_out(edge: Array, outward: np.ufunc) -> Array:
    """An edge of a resampled interval on two digits at most, outward."""
    return outward(np.asarray(edge, float) * 100) / 100


def _rate(over: Array, under: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, np.minimum(over / under, 1.0), np.nan)
