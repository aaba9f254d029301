"""What workers look at, decide and have to do.

Words: the *queue* (posts that wait, suggested matches, reports), a *claim* (who holds an item for ten minutes), a *decision* (a verdict on one of
these or on a person, with its reason, told to whom it is about as a statement of reasons), an *appeal* (another facilitator looks again), a *task*
(something to do for somebody).
Invariants: a facilitator acts only in their own areas and organisation; each refusal carries a reason and a way to object; whoever decided
does not decide the appeal; reports are open to everybody, with or without account.
Announces what stands in `events.py`; reacts to what happens in every slice below that a worker has to see or do (`worker.py`).
"""
