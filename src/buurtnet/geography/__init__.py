"""Where people live, as far as anybody may know: municipalities, their neighbourhoods, how near these are to one another, their outlines.

Words: a *neighbourhood* is the unit of place, the only place that is stored for a person or a post; *metres* is the distance between
two neighbourhoods; *level* says it in five steps (0 the same, 1 next to it, 2 walking, 3 cycling, 4 in town); a *source* is a publisher's
file of boundaries, described in `geo/sources.toml`; a *vintage* is its year; a *sketch* is an outline with few points, the same along a
shared border.

Invariants: geometry stands in this slice only, in EPSG:3035, and leaves it in WGS84 or as a drawing; a neighbourhood where people live
holds at least 50 adults where the population is known; nearness is symmetric and computed at import, never from a person's position; an
id stays with its code; what a neighbourhood was is known under its days (`neighbourhood_on`, decision 25).

Announces `NeighbourhoodsReplaced` when an import takes neighbourhoods' ground; reacts to nothing.
"""
