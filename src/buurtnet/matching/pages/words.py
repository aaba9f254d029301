"""What counts for how much in words: drawings of the parts, distances, and what was changed."""

from collections.abc import Sequence

import msgspec

from buurtnet.kit.text import N_
from buurtnet.matching.queries.weighing import AreaCard, Change
from buurtnet.matching.rules.weighing import EXAMPLE, STEP_WORDS, Invented, list_percents
from buurtnet.matching.schemas import Parts, Weights
from buurtnet.web.language import _, say_number

PART_NAMES = {
    "proximity": (N_("How near"), N_("Who lives nearer comes first.")),
    "theme": (N_("Theme"), N_("Who offers just this comes before who offers something broader or finer.")),
    "time": (N_("Time"), N_("Who has more moments in common comes first.")),
    "room": (N_("Room"), N_("Who has more room to help comes first.")),
    "bond": (N_("Contact"), N_("Who meets somebody new comes first.")),
}
"""The parts of the score by name, and what each does; in the order of Parts."""
WALKING = 80
"""Metres in a minute."""


class Bar(msgspec.Struct, frozen=True):
    """A line of a drawing: a name, so many of a hundred, and words."""

    name: str
    part: float
    words: str


class ChangeView(msgspec.Struct, frozen=True):
    """Something that was set, in words, with the page on which it is set back."""

    what: str
    before: str
    after: str
    back: str | None
    change: Change


def rank_bars(ranked: Sequence[tuple[Invented, float]]) -> list[Bar]:
    """The invented candidates with their scores of a hundred."""
    return [Bar(one.name, score * 100, _(one.words)) for one, score in ranked]


def people_bars() -> list[Bar]:
    """The invented candidates by name, with who they are."""
    return [Bar(one.name, 0, _(one.words)) for one in EXAMPLE]


def share_bars(weights: Weights) -> list[Bar]:
    """The five parts with their percents."""
    percents = list_percents(weights)
    return [Bar(_(name), percent, _(words)) for (name, words), percent in zip(PART_NAMES.values(), percents, strict=True)]


def say_metres(metres: int | None) -> str:
    """A distance with how long it takes on foot."""
    if metres is None:
        return _("As at the beginning")
    return _("%(metres)s m, about %(minutes)s minutes on foot", metres=say_number(metres), minutes=max(round(metres / WALKING), 1))


def _say_shares(shares: Sequence[int | None]) -> str:
    return " · ".join(f"{_(name)} {share}\N{NO-BREAK SPACE}%" for (name, _words), share in zip(PART_NAMES.values(), shares, strict=True))


def view_change(change: Change, areas: Sequence[AreaCard], *, coordinates: bool) -> ChangeView:
    """The change in words; where the viewer may set it, with the way to set it back."""
    match change.kind:
        case "weights":
            before = change.before or list_percents(Weights())
            asked = "&".join(f"{part}={share}" for part, share in zip(Parts.__struct_fields__, before, strict=True))
            words = _("What counts"), _say_shares(before), _say_shares(change.after)
            back = f"/desk/weights/shares?{asked}" if coordinates else None
        case "halving":
            (metres,) = change.before or [None]
            words = _("%(theme)s: how far is far", theme=change.name), say_metres(metres), say_metres(change.after[0])
            back = f"/desk/weights/themes/{change.theme_id}?metres={metres or ''}" if coordinates else None
        case _:
            (step,) = change.before or [0]
            words = change.name, _(STEP_WORDS[step or 0][0]), _(STEP_WORDS[change.after[0] or 0][0])
            mine = any(area.id == change.area_id and area.mine for area in areas)
            back = f"/desk/weights/areas/{change.area_id}?step={step}" if mine else None
    return ChangeView(*words, back, change)
