"""Posts: what residents offer and what they need, and how long it lives.

Words: an *offer* is what somebody can do for others, a *need* what somebody could use; a *quiet* need is shown to workers and to the
neighbours who are asked, an open one to the neighbourhood, always without a name. A post *waits* until a worker has looked, *rests* while
its author pauses, *expires* after somebody was asked whether it still holds.

Invariants: `0 ≤ engaged ≤ capacity`; a post that is not waiting has a theme; a danger flag keeps a post waiting; what matching reads of the
author (languages, organisation, neighbourhood, slots, active, component of the ties) is a copy that follows the person.

Announces PostWaiting, PostOpened, PostClosed, PostExpiring. Reacts to people's PersonChanged and PersonBlocked,
to ties' ComponentChanged and to geography's NeighbourhoodsReplaced.
"""
