"""What workers look at, decide and have to do.

Words: the *queue* (posts that wait, suggested matches, reports), a *claim* (who holds an item for ten minutes), a *decision* (a verdict on one of
these or on a person, with its reason, told to whom it is about as a statement of reasons), an *appeal* (another facilitator looks again), a *task*
(something to do for somebody).
Invariants: a facilitator acts only in their own areas and organisation; each refusal carries a reason and a way to object; whoever decided
does not decide the appeal; reports are open to everybody, with or without account.
Announces: Decided. Reacts to: posts.PostWaiting and PostExpiring, matching.MatchAsked, MatchOffered, MatchFailed and MatchSilent,
conversations.ConversationReported and MessageFlagged, referrals.ReferralMoved, people.PlaceAsked, geography.NeighbourhoodsReplaced.
"""
