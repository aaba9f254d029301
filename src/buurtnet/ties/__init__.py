"""Who helped whom: one row for each pair of people between whom at least one help was completed.

Words: a *tie* joins two people; a *component* is everybody who is joined by ties, over others too. Matching records a help when it completes
(`actions.record_help`); matching's bond part and the network measures read. Invariants: a tie exists exactly for completed helps; a tie never
carries a sensitive theme; everybody with a tie has a component, and two people share one exactly where ties join them (kept at each help,
mended nightly after ties were erased); a component keeps its name, which says nothing of anybody, as long as most of it stays together.

Announces ComponentChanged.
"""
