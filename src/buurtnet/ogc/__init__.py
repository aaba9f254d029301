"""The figures and their places for geographic programs: OGC API – Features (Part 1: Core, Part 2: CRS), which QGIS and GDAL open by one address.

Words: a *collection* is `neighbourhoods` (the outlines of a day) or `measures` (one feature per neighbourhood, published month and window, with
every measure as a column and beside it why it is missing); a *form* is a neighbourhood as it was between two imports of boundaries; a *slice* is a
month and window of the measures; a *place* in a list is where the next page begins, opaque to whoever asks.

Invariants: only published months, only figures that the small-number rules let through; a month stands on the outlines of its own day; what is
not understood is refused (400) and never guessed; whatever is asked reads no more than all neighbourhoods once and one page of outlines.
Owns no tables.
"""
