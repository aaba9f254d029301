"""Matching: which need and which offer fit, and what becomes of the two.

Words: a *candidate* is a post that fits another one; a *match* is one need and one offer, and its life: suggested, asked (the helper, nameless),
offered (now the asker), agreed, completed or failed. Announces the events in `events.py`; reacts to `PostOpened` (asks the best free
candidates), `PostClosed` and `PostWaiting` (takes standing proposals back) and to its own side exits (asks the next).

A need that nobody fits has a *loosening*: the smallest change with which somebody would. Workers read it with counts (`queries/unmatched.py`), the
author as one change to make with a tap (`queries/fits.py`); what somebody refused or keeps away is in neither.

Invariants: a match joins a need with an offer of another author; the hard constraints of `rules.compatible` hold when it is proposed; a pair that was
declined or rejected is never proposed again; nobody sees the other's refusal; capacity is never exceeded; silence never completes a match.
"""
