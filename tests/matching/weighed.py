"""Setting weights, distances and emphases in a test."""

from datetime import date
from uuid import UUID

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id

DECIDED = ("the residents' group", date(2026, 3, 4))


async def set_weights(db: Db, *shares: int) -> None:
    """The shares of the five parts, in percent."""
    await db.execute(
        "insert into weight (id, proximity, theme, time, room, bond, decided_with, decided_on, set_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new_id(),
        *shares,
        *DECIDED,
        now(),
    )


async def set_halving(db: Db, theme_id: int, metres: int | None) -> None:
    """The metres after which nearness counts half for a theme; None: as for its root, or as the tree says."""
    await db.execute(
        "insert into halving (id, theme_id, metres, decided_with, decided_on, set_at) values ($1, $2, $3, $4, $5, $6)",
        new_id(),
        theme_id,
        metres,
        *DECIDED,
        now(),
    )


async def set_emphasis(db: Db, area_id: UUID, step: int) -> None:
    """The emphasis of an area, from -2, familiar faces, to 2, new bonds."""
    await db.execute(
        "insert into emphasis (id, area_id, step, decided_with, decided_on, set_at) values ($1, $2, $3, $4, $5, $6)",
        new_id(),
        area_id,
        step,
        *DECIDED,
        now(),
    )
