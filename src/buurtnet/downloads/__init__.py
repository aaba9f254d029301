"""The published figures as files: a GeoPackage for QGIS, GeoJSON, CSV for programs, a table for spreadsheets, and their code book.

Words: an *edition* is everything the files of one published month say; a *layer* is its areas of one kind, with one row an area and one column
a measure and window, beside it its mark, how many it comes from and its interval; the *code book* tells each column in words.

Invariants: a file holds nothing but a published month, as the small-number rules let it through; it says of itself which month it is of, how
far back was counted, what is left out and why, who made it and what may be done with it; a file that is there never changes. A process apart
makes the files, pages send them in pieces.

Announces and reacts to nothing: a job looks for months without files.
"""
