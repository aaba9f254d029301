"""Setting what counts for how much. Each change is a row of its own: the last one holds, and those before it say how it came about."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.weighing import get_area, get_distance, read_weighing
from buurtnet.matching.rules.weighing import NothingChanges, check_decided, check_shares, list_percents
from buurtnet.matching.schemas import Weights
from buurtnet.web.language import ZONE

Share = Annotated[int, msgspec.Meta(ge=0, le=100)]
ADD_WEIGHT = """
insert into weight (id, proximity, theme, "time", room, bond, decided_with, decided_on, set_by, set_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
ADD_HALVING = "insert into halving (id, theme_id, metres, decided_with, decided_on, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)"
ADD_EMPHASIS = "insert into emphasis (id, area_id, step, decided_with, decided_on, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)"


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """With whom it was decided, and when."""

    decided_with: Annotated[str, msgspec.Meta(min_length=3, max_length=600)]
    decided_on: date


class NewWeights(Decided, frozen=True, kw_only=True):
    """What each part of the score counts for, in percent."""

    proximity: Share
    theme: Share
    time: Share
    room: Share
    bond: Share

    @property
    def shares(self) -> list[int]:
        """In the order of Parts."""
        return [self.proximity, self.theme, self.time, self.room, self.bond]


class NewHalving(Decided, frozen=True, kw_only=True):
    """After how many metres nearness counts half; None: as for the theme above it, or as it was at the beginning."""

    metres: Annotated[int, msgspec.Meta(ge=100, le=10_000)] | None = None


class NewEmphasis(Decided, frozen=True, kw_only=True):
    """From familiar faces first (-2) to new bonds first (2)."""

    step: Annotated[int, msgspec.Meta(ge=-2, le=2)]


async def set_weights(db: Db, viewer: Viewer, new: NewWeights) -> None:
    """A coordinator sets what each part counts for in the whole installation; refuses shares that are not 100 together."""
    at = now()
    check_shares(new.shares)
    check_decided(new.decided_on, at.astimezone(ZONE).date())
    before = list_percents((await read_weighing(db)).weights or Weights())
    if before == new.shares:
        raise NothingChanges
    identity = new_id()
    await db.execute(ADD_WEIGHT, identity, *new.shares, new.decided_with, new.decided_on, viewer.person_id, at)
    reason = f"{_join(before)} -> {_join(new.shares)}"
    await record_audit(db, viewer, "weights set", object_kind="weight", object_id=identity, reason=reason)


async def set_halving(db: Db, viewer: Viewer, theme_id: int, new: NewHalving) -> None:
    """A coordinator sets how far is far for a theme, and for those below it that have no distance of their own; NotFound where there is none."""
    at = now()
    before = (await get_distance(db, theme_id)).own
    check_decided(new.decided_on, at.astimezone(ZONE).date())
    if before == new.metres:
        raise NothingChanges
    identity = new_id()
    await db.execute(ADD_HALVING, identity, theme_id, new.metres, new.decided_with, new.decided_on, viewer.person_id, at)
    reason = f"theme {theme_id}: {before} -> {new.metres}"
    await record_audit(db, viewer, "halving distance set", object_kind="halving", object_id=identity, reason=reason)


async def set_emphasis(db: Db, viewer: Viewer, area_id: UUID, new: NewEmphasis) -> None:
    """A facilitator of the area, or a coordinator of its organisation, sets its emphasis; NotFound for everybody else."""
    at = now()
    before = (await get_area(db, viewer, area_id)).step
    check_decided(new.decided_on, at.astimezone(ZONE).date())
    if before == new.step:
        raise NothingChanges
    await db.execute(ADD_EMPHASIS, new_id(), area_id, new.step, new.decided_with, new.decided_on, viewer.person_id, at)
    await record_audit(db, viewer, "emphasis set", object_kind="area", object_id=area_id, reason=f"{before} -> {new.step}")


def _join(shares: list[int]) -> str:
    return " ".join(map(str, shares))
