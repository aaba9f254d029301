"""Where the candidates of a post can be. A cell is a theme in a neighbourhood, of one organisation: its nearness and theme part are known before
any post in it is read, so that the cells can be read best first and most of them never."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from buurtnet.matching.rules.fit import (
    CHECKED_HELPER,
    HelperFacts,
    ThemeFacts,
    free_places,
    may_help,
    proximity_part,
    room_part,
    theme_part,
)
from buurtnet.matching.rules.weighing import Weighed, Weighing


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """The post for which candidates are sought, and what the search needs to know of it."""

    id: UUID
    kind: str
    author_id: UUID
    organisation_id: UUID
    theme_id: int
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
    mediated: bool
    on_trial: bool
    monthly_max: int
    expires_at: datetime
    checked: bool
    shares: bool
    component: UUID | None
    standing: int
    offered: bool
    load: int
    this_month: int
    rests: bool
    helper_capacity: int | None
    shunned: list[UUID]
    known: list[UUID]
    partners: list[UUID]
    family: list[ThemeFacts]
    near_ids: list[int] | None
    near_metres: list[int] | None
    near_levels: list[int] | None
    weighing: Weighing = Weighing()

    @property
    def wanted(self) -> str:
        """The kind of post that answers this one."""
        return "offer" if self.kind == "need" else "need"

    @property
    def theme(self) -> ThemeFacts:
        """Its own theme."""
        return next(theme for theme in self.family if theme.id == self.theme_id)

    @property
    def helper(self) -> HelperFacts:
        """Its author as a helper. Only open offers count as capacity; where there is none, nobody asks how much of it is free."""
        return HelperFacts(
            load=self.load,
            capacity=self.helper_capacity or self.capacity,
            this_month=self.this_month,
            monthly_max=self.monthly_max,
            rests=self.rests,
        )

    @property
    def room(self) -> float:
        """The free share of its author's capacity as a helper; the best possible where the author is the asker."""
        return 1.0 if self.kind == "need" else room_part(self.helper)

    @property
    def places(self) -> int:
        """How many more proposals it can take now."""
        return free_places(self)

    def may_search(self, today: date) -> bool:
        """Whether the post is of a kind and in a state in which anything can fit it at all."""
        over = self.until_on is not None and self.until_on < today
        tired = self.kind == "offer" and not may_help(self.helper)
        return self.open and self.active and bool(self.near_ids) and self.engaged < self.capacity and not over and not tired


class Cell(NamedTuple):
    """A theme in a neighbourhood, of an organisation, as seen from the subject."""

    bound: float
    """No post in the cell has a better score."""
    theme: ThemeFacts
    neighbourhood_id: int
    organisation_id: UUID
    metres: int
    level: int
    proximity: float
    theme_part: float
    weighed: Weighed
    """What counts in the area of the need: the subject itself, or whatever stands in the cell."""

    @property
    def near_score(self) -> float:
        """What nearness and theme bring to the score."""
        return self.weighed.weights.proximity * self.proximity + self.weighed.weights.theme * self.theme_part


def list_cells(subject: Subject) -> list[Cell]:
    """Every theme of the family in every neighbourhood in reach, of the own organisation and its partners, best bound first."""
    cells: list[Cell] = []
    for theme in subject.family:
        need, offer = (subject.theme, theme) if subject.kind == "need" else (theme, subject.theme)
        fit = theme_part(need, offer)
        unsafe = subject.kind == "offer" and not (subject.adult and subject.checked) and CHECKED_HELPER in (need.safeguard, offer.safeguard)
        if fit is not None and not unsafe:
            for organisation in (subject.organisation_id, *(subject.partners if subject.shares else ())):
                cells += _list_places(subject, theme, organisation, fit, need.halving_m)
    cells.sort(key=lambda cell: (-cell.bound, cell.metres, cell.neighbourhood_id, cell.theme.id))
    return cells


def _list_places(subject: Subject, theme: ThemeFacts, organisation_id: UUID, fit: float, halving_m: int) -> Iterator[Cell]:
    """The cells of one theme and organisation, one for each neighbourhood in reach."""
    own = subject.weighing.at(subject.organisation_id, subject.neighbourhood_id)
    by_area = subject.kind == "offer" and subject.weighing.areas
    for place, metres, level in zip(subject.near_ids or (), subject.near_metres or (), subject.near_levels or (), strict=True):
        weighed = subject.weighing.at(organisation_id, place) if by_area else own
        weights, proximity = weighed.weights, proximity_part(metres, halving_m)
        bound = weights.proximity * proximity + weights.theme * fit + weights.time + weights.room * subject.room + weights.bond
        yield Cell(bound, theme, place, organisation_id, metres, level, proximity, fit, weighed)
