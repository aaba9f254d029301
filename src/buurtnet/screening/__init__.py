"""Screening: what a text shows before people see it. Rules and word lists read it; nothing is blocked in silence.

Words: a *rule* is a pattern in one language (`any`: all) of a *kind* and *leads to* review, sensitive, danger, or is *allowed* (a harmless
use that cancels what else would be seen inside it); a *flag* is what a rule saw and where. Pattern language: rules/patterns.py.
Invariants: flags lead to a person's look, never to a block; danger is looked for in every language whatever was said; reading takes time
in proportion to the text. It announces nothing and reacts to
geography.NeighbourhoodsReplaced alone: posts and moderation call it. Helplines stand in helplines.toml.
"""
