"""Why nobody fits a need: the smallest loosening with which somebody would, for the worker in words with counts, for the author as one change.

What somebody refused, and whom somebody keeps away, is in no count: it looks as if those posts were not there.
"""

from buurtnet.matching.schemas import Change
from buurtnet.posts.schemas import When

FARTHEST = 4
"""The whole town."""


def list_changes(reach: int, *, timed: bool) -> list[tuple[Change, int | None]]:
    """What the author of a need could change, the least first: one level farther, another moment where the need names any, then still farther."""
    farther: list[tuple[Change, int | None]] = [(Change.REACH, level) for level in range(reach + 1, FARTHEST + 1)]
    moment: list[tuple[Change, int | None]] = [(Change.WHEN, None)] if timed else []
    return farther[:1] + moment + farther[1:]


def apply_change(change: Change, wanted: int | None, *, reach: int, when: When) -> tuple[int, When] | None:
    """Reach and time of a need after the change; None where it changes nothing, or would ask for less."""
    if change is Change.WHEN:
        return (reach, "any") if when != "any" else None
    return (wanted, when) if wanted is not None and wanted > reach else None
