"""Themes: what an offer or a need is about. A tree of roots and children, neutral as to language.

Words: a *slug* names a theme for ever (`home.repair`); a *label* is its name in one language; *shown* is the label that others see where
it differs (a food parcel is "fetching"); *words* are those by which a text suggests a theme, *hints* count only together.
Invariants: ids and slugs never change; a theme that posts use is never removed; `review = always` marks a sensitive theme; residence
papers are never a theme. The tree and its labels stand in TOML files beside this one and are loaded by `buurtnet migrate`.
It announces nothing and reacts to nothing.
"""
