"""What matching announces. Ids only."""

from uuid import UUID

import msgspec


class MatchAsked(msgspec.Struct, frozen=True):
    """The helper is asked; nobody else knows yet."""

    match_id: UUID


class MatchOffered(msgspec.Struct, frozen=True):
    """The helper said yes; now the asker is asked."""

    match_id: UUID


class MatchAgreed(msgspec.Struct, frozen=True):
    """Both said yes."""

    match_id: UUID


class MatchQuiet(msgspec.Struct, frozen=True):
    """Some days after an agreement: has it worked out? Recorded ahead; who reacts looks whether the match still stands."""

    match_id: UUID


class MatchSilent(msgspec.Struct, frozen=True):
    """Two weeks after an agreement: still nobody said how it went. Recorded ahead like MatchQuiet."""

    match_id: UUID


class MatchCompleted(msgspec.Struct, frozen=True):
    """The help was given: both said so, or one did and a worker confirmed."""

    match_id: UUID


class MatchFailed(msgspec.Struct, frozen=True):
    """It did not work out; the reason stands in the match."""

    match_id: UUID


class MatchDeclined(msgspec.Struct, frozen=True):
    """One side said no."""

    match_id: UUID


class MatchRested(msgspec.Struct, frozen=True):
    """One side said not now."""

    match_id: UUID


class MatchLapsed(msgspec.Struct, frozen=True):
    """A question stayed without an answer."""

    match_id: UUID


class MatchRejected(msgspec.Struct, frozen=True):
    """A facilitator decided against it."""

    match_id: UUID


class MatchWithdrawn(msgspec.Struct, frozen=True):
    """A standing proposal was taken back: somebody else was first, or one of the posts closed."""

    match_id: UUID


class RoundOpened(msgspec.Struct, frozen=True):
    """A round waits for workers who do its parts."""

    round_id: UUID


class NeighbourLeft(msgspec.Struct, frozen=True):
    """The other side of a question or an agreement about this post is gone for good; nothing here says who it was."""

    post_id: UUID
    agreed: bool
    """Where both had said yes."""
    heard: bool
    """Where the author of the post had heard of it before."""
    asks: bool
    """Where the post is a need: whoever left wanted to help."""
