"""What counts for how much: the weights of the installation, how far is far, and the emphasis of an area."""

from datetime import date
from uuid import UUID

import msgspec
from msgspec.structs import astuple

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_
from buurtnet.matching.schemas import Bonds, Weights

WHOLE = 100
"""The shares of the installation are percents."""
STEPS: dict[int, tuple[float, Bonds]] = {
    -2: (2.0, Bonds(first=0.6, bridging=0.6, present=0.6, known=1.0)),
    -1: (1.0, Bonds(known=1.0)),
    0: (1.0, Bonds()),
    1: (1.5, Bonds()),
    2: (2.0, Bonds()),
}
"""What each step of an area's emphasis does: how many times the bond part counts, and what a bond of each kind is worth. Familiar faces make those
who know each other count as if they had asked for the same person again; the last step makes all new bonds count alike, and less."""
STEP_WORDS: dict[int, tuple[str, str]] = {
    -2: (N_("Familiar faces first"), N_("People who helped each other before meet again, where that is possible.")),
    -1: (N_("More familiar faces"), N_("Who knows each other counts as much as who meets for the first time.")),
    0: (N_("In balance"), N_("New contacts count a little more than familiar faces.")),
    1: (N_("More new bonds"), N_("People who do not know each other yet come earlier.")),
    2: (N_("New bonds first"), N_("Meeting somebody new counts for twice as much.")),
}
"""Each step by its name, and what it does."""


class Weighed(msgspec.Struct, frozen=True):
    """What counts for a need: the weights, adding up to 1, and the worth of each kind of bond."""

    weights: Weights
    bonds: Bonds


class AreaEmphasis(msgspec.Struct, frozen=True):
    """The emphasis that holds in an area of an organisation."""

    organisation_id: UUID
    neighbourhoods: list[int]
    step: int


class Weighing(msgspec.Struct, frozen=True):
    """All that was set; what was not is as this program brings it. Of areas that share a neighbourhood the first one listed holds there."""

    weights: Weights | None = None
    halvings: dict[int, int | None] = {}
    """By theme, in metres; a root's holds for its themes that have none of their own."""
    areas: list[AreaEmphasis] = []

    def at(self, organisation_id: UUID, neighbourhood_id: int) -> Weighed:
        """What counts for a need of that organisation in that neighbourhood."""
        steps = (one.step for one in self.areas if one.organisation_id == organisation_id and neighbourhood_id in one.neighbourhoods)
        return weigh(self.weights or Weights(), next(steps, 0))

    def halving(self, theme_id: int, parent_id: int | None, otherwise: int) -> int:
        """After how many metres nearness counts half for a theme."""
        return self.halvings.get(theme_id) or (self.halvings.get(parent_id) if parent_id else None) or otherwise


def share_weights(weights: Weights) -> Weights:
    """The same weights, adding up to 1; equal ones where all are nothing."""
    values = astuple(weights)
    whole = sum(values)
    return Weights(*(value / whole for value in values)) if whole else Weights(0.2, 0.2, 0.2, 0.2, 0.2)


def weigh(weights: Weights, step: int) -> Weighed:
    """The weights of the installation with the emphasis of an area, from -2, familiar faces first, to 2, new bonds first."""
    times, bonds = STEPS[step]
    return Weighed(share_weights(msgspec.structs.replace(weights, bond=weights.bond * times)), bonds)


def list_percents(weights: Weights) -> list[int]:
    """The weights as whole percents that add up to 100, the lost ones given where most was lost; in the order of Parts."""
    exact = [share * WHOLE for share in astuple(share_weights(weights))]
    whole = [int(share) for share in exact]
    most_lost = sorted(range(len(exact)), key=lambda place: (whole[place] - exact[place], place))
    for place in most_lost[: WHOLE - sum(whole)]:
        whole[place] += 1
    return whole


class Invented(msgspec.Struct, frozen=True):
    """Somebody who could help, as an example: nobody of this name is meant."""

    name: str
    words: str
    near: tuple[float, float, float, float]
    """Every part but the bond: proximity, theme, time, room."""
    bond: str


EXAMPLE = (
    Invented("Aya", N_("Helped this neighbour before. Lives 10 minutes away on foot."), (0.5, 1.0, 1.0, 1.0), "known"),
    Invented("Bo", N_("Helps for the first time. Lives a little farther away."), (0.42, 1.0, 1.0, 1.0), "first"),
    Invented("Cem", N_("Lives around the corner. They have neighbours in common."), (0.84, 1.0, 0.75, 1.0), "present"),
)
"""Three who fit the same need; who comes first depends on what counts."""


def rank_example(weighed: Weighed) -> list[tuple[Invented, float]]:
    """The invented three with their scores, best first."""
    scored = [
        (
            one,
            sum(
                weight * part for weight, part in zip(astuple(weighed.weights), (*one.near, getattr(weighed.bonds, one.bond)), strict=True)
            ),
        )
        for one in EXAMPLE
    ]
    return sorted(scored, key=lambda entry: (-entry[1], entry[0].name))


class SharesAreNotWhole(Invalid):
    """Shares are parts of one whole."""

    text = N_("The five must be 100 together. Now they are %(whole)s.")

    def __init__(self, whole: int) -> None:
        super().__init__({"proximity": type(self).text}, whole=whole)


class NotDecidedYet(Invalid):
    """What is decided was decided today or before."""

    def __init__(self) -> None:
        super().__init__({"decided_on": N_("This day is still to come.")})


class NothingChanges(Invalid):
    """What was sent is how it is."""

    def __init__(self) -> None:
        super().__init__({"": N_("This is how it is already.")})


def check_shares(shares: list[int]) -> None:
    """Refuses shares that are not 100 together."""
    if sum(shares) != WHOLE:
        raise SharesAreNotWhole(sum(shares))


def check_decided(decided_on: date, today: date) -> None:
    """Refuses a day to come."""
    if decided_on > today:
        raise NotDecidedYet
