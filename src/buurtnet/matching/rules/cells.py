"""Where the candidates of a post can be. A cell is a theme in a neighbourhood, of one organisation: its nearness and theme part are known before
any post in it is read, so that the cells can be read best first and most of them never."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
import numpy as np
import numpy.typing as npt

from buurtnet.matching.rules.fit import CHECKED_HELPER, STANDING_AT_ONCE, STANDING_WHEN_URGENT, ThemeFacts, theme_part
from buurtnet.matching.schemas import Weights

Floats = npt.NDArray[np.float64]


class WeightRow(msgspec.Struct, frozen=True):
    """A weight that was set for the whole installation, or for an area of an organisation."""

    part: str
    value: float
    organisation_id: UUID | None = None
    neighbourhoods: list[int] | None = None


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
    load: int
    this_month: int
    helper_capacity: int | None
    shunned: list[UUID]
    known: list[UUID]
    partners: list[UUID]
    family: list[ThemeFacts]
    near_ids: list[int] | None
    near_metres: list[int] | None
    near_levels: list[int] | None
    weights: list[WeightRow] | None

    @property
    def wanted(self) -> str:
        """The kind of post that answers this one."""
        return "offer" if self.kind == "need" else "need"

    @property
    def theme(self) -> ThemeFacts:
        """Its own theme."""
        return next(theme for theme in self.family if theme.id == self.theme_id)

    @property
    def room(self) -> float:
        """The free share of its author's capacity as a helper; the best possible where the author is the asker."""
        if self.kind == "need" or not self.load or not self.helper_capacity:
            return 1.0
        return max(0.0, 1.0 - self.load / self.helper_capacity)

    @property
    def places(self) -> int:
        """How many more proposals it can take now: an offer within its capacity, a need by how many helpers it may ask at once."""
        if self.engaged >= self.capacity:
            return 0
        at_once = STANDING_WHEN_URGENT if self.urgent else STANDING_AT_ONCE
        return max((at_once if self.kind == "need" else self.capacity - self.engaged) - self.standing, 0)

    def may_search(self, today: date) -> bool:
        """Whether the post is of a kind and in a state in which anything can fit it at all."""
        over = self.until_on is not None and self.until_on < today
        tired = self.kind == "offer" and self.this_month >= self.monthly_max
        return self.open and self.active and bool(self.near_ids) and self.engaged < self.capacity and not over and not tired


class Cell(msgspec.Struct, frozen=True):
    """A theme in a neighbourhood, of an organisation, as seen from the subject."""

    theme: ThemeFacts
    neighbourhood_id: int
    organisation_id: UUID
    metres: int
    level: int
    proximity: float
    theme_part: float
    weights: Weights
    """Adding up to 1."""

    @property
    def near_score(self) -> float:
        """What nearness and theme bring to the score."""
        return self.weights.proximity * self.proximity + self.weights.theme * self.theme_part


class Cells(msgspec.Struct, frozen=True):
    """The cells in reach, best bound first; a cell is put together when it is taken."""

    subject: Subject
    combinations: list[tuple[ThemeFacts, UUID, float]]
    proximity: Floats
    order: list[int]
    bounds: list[float]

    def take(self, start: int, stop: int) -> list[Cell]:
        """The cells at these places of the order."""
        width = len(self.subject.near_ids or [])
        return [self._put_together(*divmod(place, width)) for place in self.order[start:stop]]

    def _put_together(self, row: int, column: int) -> Cell:
        theme, organisation, fit = self.combinations[row]
        subject = self.subject
        assert subject.near_ids and subject.near_metres and subject.near_levels
        return Cell(
            theme,
            subject.near_ids[column],
            organisation,
            subject.near_metres[column],
            subject.near_levels[column],
            float(self.proximity[row, column]),
            fit,
            weights_at(subject, organisation, subject.near_ids[column]),
        )


def weights_at(subject: Subject, organisation_id: UUID, neighbourhood_id: int) -> Weights:
    """The weights of the area in which the need stands, as shares of 1; the subject is the need itself or an offer for a need there."""
    if subject.kind == "need":
        organisation_id, neighbourhood_id = subject.organisation_id, subject.neighbourhood_id
    whole = {row.part: row.value for row in subject.weights or () if row.organisation_id is None}
    area = {
        row.part: row.value
        for row in subject.weights or ()
        if row.organisation_id == organisation_id and neighbourhood_id in (row.neighbourhoods or ())
    }
    return share_weights(Weights(**(whole | area)))


def share_weights(weights: Weights) -> Weights:
    """The same weights, adding up to 1; equal ones where all are nothing."""
    values = msgspec.structs.astuple(weights)
    whole = sum(values)
    return Weights(*(value / whole for value in values)) if whole else Weights(0.2, 0.2, 0.2, 0.2, 0.2)


def list_cells(subject: Subject) -> Cells:
    """Every theme of the family in every neighbourhood in reach, of the own organisation and its partners, best bound first."""
    combinations: list[tuple[ThemeFacts, UUID, float]] = []
    halving: list[int] = []
    for theme in subject.family:
        need, offer = (subject.theme, theme) if subject.kind == "need" else (theme, subject.theme)
        fit = theme_part(need, offer)
        unsafe = subject.kind == "offer" and not (subject.adult and subject.checked) and CHECKED_HELPER in (need.safeguard, offer.safeguard)
        if fit is not None and not unsafe:
            for organisation in (subject.organisation_id, *(subject.partners if subject.shares else ())):
                combinations.append((theme, organisation, fit))
                halving.append(need.halving_m)
    if not combinations:
        return Cells(subject, [], np.empty((0, 0)), [], [])
    metres = np.array(subject.near_metres, np.float64)
    proximity = np.exp2(-metres[None, :] / np.array(halving, np.float64)[:, None])
    near, rest = _weigh(subject, combinations, proximity)
    bounds = (near + rest).ravel()
    order = np.argsort(-bounds, kind="stable")
    return Cells(subject, combinations, proximity, order.tolist(), bounds[order].tolist())


def _weigh(subject: Subject, combinations: Sequence[tuple[ThemeFacts, UUID, float]], proximity: Floats) -> tuple[Floats, Floats]:
    """For each cell what nearness and theme bring, and what time, room and bond can bring at best."""
    fits = np.array([fit for *_, fit in combinations], np.float64)[:, None]
    if subject.kind == "need" or not any(row.organisation_id for row in subject.weights or ()):
        one = weights_at(subject, subject.organisation_id, subject.neighbourhood_id)
        rest = one.time + one.room * subject.room + one.bond
        return one.proximity * proximity + one.theme * fits, np.full_like(proximity, rest)
    every = [[weights_at(subject, organisation, place) for place in subject.near_ids or ()] for _, organisation, _ in combinations]
    values = np.array([[msgspec.structs.astuple(one) for one in row] for row in every])
    return values[..., 0] * proximity + values[..., 1] * fits, values[..., 2] + values[..., 3] * subject.room + values[..., 4]
