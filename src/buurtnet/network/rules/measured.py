"""What was measured of some areas: the counts that the small-number rules judge, and the figures with their intervals."""

from collections.abc import Mapping
from typing import Any

import msgspec

from buurtnet.network.schemas import Measure

Array = Any
"""A one-dimensional numpy array."""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What the measures are made of, one number per area. The small-number rules judge these, never the rates."""

    active: Array
    """n: active residents."""
    adults: Array
    """Adults who live there; NaN where it is not known."""
    ends: Array
    """2m: ties of the area's residents, counted at each resident."""
    touching: Array
    """Ties with at least one end in the area."""
    top: Array
    """The most ties that one person, of the area or not, has with the area."""
    without: Array
    """Active residents without any tie."""
    kinds: Array
    """Pairs of a tie and a theme, a tie between two areas half in each."""
    across: Array
    """Ties between people of different first languages, at each resident."""
    people_across: Array
    """Residents with at least one such tie."""
    people_within: Array
    """Residents with at least one tie within their first language."""
    finding: Array
    """Active residents who would find an offer; NaN where nobody asks."""
    answered: Array
    """Needs with a first yes."""
    askers: Array
    """Residents who asked these."""
    top_asker: Array
    """The most of these needs that one resident asked."""
    both: Array
    """Active residents who both helped and were helped."""
    inner: Array
    """Ties with both ends in the area."""
    outer: Array
    """Ties with one end in the area, each counted once."""
    people_inner: Array
    """Residents with at least one tie within the area."""
    people_outer: Array
    """Residents with at least one tie to elsewhere."""
    largest: Array
    """Residents in the largest component of the ties within the area; 1 where nobody has such a tie, 0 where nobody is active."""
    parts: Array
    """Components of three or more residents."""
    people_parts: Array
    """Residents in such components."""
    triples: Array
    """Pairs of ties within the area that meet in one resident."""
    triangles: Array
    """Triangles within the area, counted at each of their corners: 3t."""
    people_triples: Array
    """Residents who are the middle of a triple."""
    helps: Array
    """Helps that the area's residents gave, to anybody."""
    givers: Array
    """Residents who gave at least one."""
    top_giver: Array
    """The most helps that one resident gave."""
    newcomers: Array
    """Residents who joined in the window."""
    arrived: Array
    """Newcomers with a tie, by the end of the window."""
    lasting: Array
    """Ties with help in two separate months, at each resident (like `ends`)."""
    people_lasting: Array
    """Residents with at least one such tie."""
    people_passing: Array
    """Residents with at least one tie that is not (yet) such a one."""


class Estimate(msgspec.Struct, frozen=True):
    """A measure of each area with the interval of 95 %; NaN where there is none."""

    value: Array
    n: Array
    """What a share is a share of (persons, adults, ties); how many persons or needs any other figure is from."""
    low: Array
    high: Array


class Measured(msgspec.Struct, frozen=True):
    """Everything about all areas of one kind in one window."""

    counts: Counts
    estimates: Mapping[Measure, Estimate]


class Areas(msgspec.Struct, frozen=True):
    """The areas of organisations, in the order of their numbers; they may overlap."""

    numbers: Array
    inside: Array
    """Whether a neighbourhood (column, in the order of Places) lies in an area (row)."""
    published: Array
    """Whether it was decided to publish the area's map."""
