"""The network, measured and mapped: how large, dense, varied and reachable the help between neighbours is, per neighbourhood.

Words: a *measure* is one figure of an area over a *window* of 3 or 12 months; a *snapshot* holds the figures of one day for all areas; the
*draft* is for the facilitators of an area only, with true values; a *month* is frozen, for everybody, after the small-number rules; a
*mark* says why a figure is shown or not; *classes* are the five colours of the map.

Invariants: one draft; at most one published month per month; a month never changes; outside the draft nothing stands that comes from fewer
than ten persons, and no figure can be had by subtracting; a figure of a neighbourhood leaves the desk only where an area that it is in has
decided to publish its map. Facilitators are no nodes. No figure exists of a person.

Announces `DraftAsked`; reacts to `MatchCompleted` and its own `DraftAsked` by making the draft anew.
"""
