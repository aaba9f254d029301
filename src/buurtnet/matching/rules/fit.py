"""Whether a need and an offer fit, and how well. `sql/candidates.sql` computes the same; a test holds the two together."""

from datetime import date
from typing import Protocol
from uuid import UUID

import msgspec
from msgspec.structs import astuple

from buurtnet.matching.schemas import Bonds, Parts, Weights
from buurtnet.people.schemas import EVERY_SLOT

CHECKED_HELPER = "checked-helper"
EXACT, GENERAL_OFFER, SPECIFIC_OFFER = 1.0, 0.8, 0.6
"""The theme part: the same theme, a general offer for a specific need, a specific offer for a general need."""
AGAIN = 1.0
"""The bond part where the two know each other and one of them prefers the same person again."""
STANDING_AT_ONCE, STANDING_WHEN_URGENT = 1, 3
"""How many helpers a need asks at the same time."""


class ThemeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What matching reads of a theme."""

    id: int
    parent_id: int | None
    talk: bool
    halving_m: int
    review: str
    safeguard: str | None


class PostFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What matching reads of a post and its author."""

    id: UUID
    kind: str
    author_id: UUID
    organisation_id: UUID
    theme: ThemeFacts
    neighbourhood_id: int
    open: bool
    active: bool
    reach: int
    slots: int | None
    from_on: date | None
    until_on: date | None
    language_bits: int
    capacity: int
    engaged: int
    again: bool
    urgent: bool
    adult: bool
    checked: bool
    mediated: bool
    on_trial: bool
    shares: bool
    """Whether the author agreed to be seen by partner organisations."""
    component: UUID | None
    """None where the author has no tie yet, or where a worker puts them first: each bond with somebody new is then a first one."""
    standing: int
    """Proposals of this post that are not answered to the end: suggested, asked, offered."""
    offered: bool
    """Whether a helper said yes and the asker is being asked: nobody else is asked meanwhile."""


class HelperFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the helper is busy with, over all their offers."""

    load: int
    """Standing matches, agreed ones included."""
    capacity: int
    """Of all their open offers together."""
    this_month: int
    """Proposals that stand, what was agreed and is not over, and what came of those agreed this month."""
    monthly_max: int
    rests: bool = False
    """Whether they are left in peace for some days."""


class PairFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the two posts and the two people together."""

    metres: int
    level: int
    known: bool
    """Whether a tie joins the two."""
    remembered: bool
    """Whether one of them declined the other, a worker rejected the pair, or it did not feel right."""
    kept_away: bool
    matched: bool
    """Whether the two posts have a match that was not withdrawn."""
    partners: bool
    """Whether the two organisations, being different, have a partnership in force."""


def theme_part(need: ThemeFacts, offer: ThemeFacts) -> float | None:
    """How well the themes fit; None where neither is the other's parent."""
    if need.id == offer.id:
        return EXACT
    if need.parent_id == offer.id:
        return GENERAL_OFFER
    if offer.parent_id == need.id:
        return SPECIFIC_OFFER
    return None


def proximity_part(metres: int, halving_m: int) -> float:
    """Halved with each `halving_m` metres."""
    return 2.0 ** (-metres / halving_m)


def common_slots(need: int | None, offer: int | None) -> int | None:
    """The dayparts that suit both; None where neither names any."""
    if need is None and offer is None:
        return None
    return (EVERY_SLOT if need is None else need) & (EVERY_SLOT if offer is None else offer)


def time_part(need: int | None, offer: int | None) -> float:
    """1 where both are free of slots, else common slots over those of the need, of which four are enough."""
    common = common_slots(need, offer)
    if common is None:
        return 1.0
    wanted = EVERY_SLOT if need is None else need
    return min(common.bit_count() / min(wanted.bit_count(), 4), 1.0)


def room_part(helper: HelperFacts) -> float:
    """The share of the helper's capacity that is free."""
    return max(0.0, 1.0 - helper.load / helper.capacity) if helper.load else 1.0


def bond_part(need: PostFacts, offer: PostFacts, pair: PairFacts, bonds: Bonds) -> float:
    """What a bond of this kind is worth in the need's area; the most where they know each other and one prefers the same person again."""
    if pair.known:
        return AGAIN if need.again or offer.again else bonds.known
    if need.component is None or offer.component is None:
        return bonds.first
    return bonds.present if need.component == offer.component else bonds.bridging


def compute_parts(need: PostFacts, offer: PostFacts, helper: HelperFacts, pair: PairFacts, bonds: Bonds) -> Parts:
    """The parts of the score of a compatible pair."""
    return Parts(
        proximity=proximity_part(pair.metres, need.theme.halving_m),
        theme=theme_part(need.theme, offer.theme) or 0.0,
        time=time_part(need.slots, offer.slots),
        room=room_part(helper),
        bond=bond_part(need, offer, pair, bonds),
    )


def score(parts: Parts, weights: Weights) -> float:
    """The weighted mean of the parts, from 0 to 1; the weights are those of the need's area, adding up to 1 (`Weighing.at`)."""
    return sum(weight * part for weight, part in zip(astuple(weights), astuple(parts), strict=True))


class Placed(Protocol):
    """What says how many proposals a post can take."""

    @property
    def kind(self) -> str: ...
    @property
    def capacity(self) -> int: ...
    @property
    def engaged(self) -> int: ...
    @property
    def urgent(self) -> bool: ...
    @property
    def standing(self) -> int: ...
    @property
    def offered(self) -> bool: ...


def free_places(post: Placed) -> int:
    """How many more proposals the post can take: an offer within its capacity, a need by how many it may ask at once."""
    if post.engaged >= post.capacity:
        return 0
    if post.kind == "need":
        at_once = STANDING_WHEN_URGENT if post.urgent else STANDING_AT_ONCE
        return 0 if post.offered else max(at_once - post.standing, 0)
    return max(post.capacity - post.engaged - post.standing, 0)


def may_help(helper: HelperFacts) -> bool:
    """Whether the helper may be asked once more now."""
    return not helper.rests and helper.this_month < helper.monthly_max


def is_safe(need: PostFacts, offer: PostFacts) -> bool:
    """Whether the safeguards of both themes hold: a checked, adult helper."""
    if CHECKED_HELPER not in (need.theme.safeguard, offer.theme.safeguard):
        return True
    return offer.adult and offer.checked


def windows_meet(need: PostFacts, offer: PostFacts, today: date) -> bool:
    """Whether some day from today on lies in both date windows."""
    starts = max(day for day in (need.from_on, offer.from_on, today) if day is not None)
    return all(starts <= day for day in (need.until_on, offer.until_on) if day is not None)


def compatible(need: PostFacts, offer: PostFacts, helper: HelperFacts, pair: PairFacts, today: date) -> bool:
    """Whether the offer may be proposed for the need now: every hard constraint of matching."""
    return (
        (need.kind, offer.kind) == ("need", "offer")
        and need.open
        and offer.open
        and need.active
        and offer.active
        and need.author_id != offer.author_id
        and theme_part(need.theme, offer.theme) is not None
        and pair.level <= min(need.reach, offer.reach)
        and (not (need.theme.talk or offer.theme.talk) or need.language_bits & offer.language_bits != 0)
        and common_slots(need.slots, offer.slots) != 0
        and windows_meet(need, offer, today)
        and free_places(need) > 0
        and free_places(offer) > 0
        and may_help(helper)
        and not (pair.remembered or pair.kept_away or pair.matched)
        and is_safe(need, offer)
        and (need.organisation_id == offer.organisation_id or (pair.partners and need.shares and offer.shares))
    )


def asks_review(*, adult: bool, mediated: bool, on_trial: bool) -> bool:
    """Whether a person's matches go to a facilitator first: a minor, somebody reached only through their worker, a newcomer."""
    return mediated or on_trial or not adult


def must_review(need: PostFacts, offer: PostFacts) -> bool:
    """Whether a facilitator looks first: because of a theme or of a person."""
    sides = (need, offer)
    return any(
        side.theme.review == "always" or asks_review(adult=side.adult, mediated=side.mediated, on_trial=side.on_trial) for side in sides
    )
