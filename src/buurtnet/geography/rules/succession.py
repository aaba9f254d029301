"""Who takes the ground of whom when a newer map comes: by largest overlap, where people live first."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from buurtnet.geography.schemas import Area, Change, Fate, Part

CRUMB = 0.01
"""Shares of ground up to this one are borders drawn anew: nobody follows them."""
PART = 0.1
"""From this share on, a piece of ground is told as a part of its own."""
MOST = 0.5
"""A code stands for the same neighbourhood as long as it keeps at least this share of the ground; a part is somebody's heir from this share on."""


class Heir(NamedTuple):
    """A new neighbourhood on the ground of an earlier one: its position, its share of the ground there was, and the ground's share of its own."""

    position: int
    share: float
    filled: float


class Succession(NamedTuple):
    """`heirs` by the position of an earlier neighbourhood of which ground went elsewhere, first the one where its people go; `left`: the positions
    of those that the new map neither names nor covers; `reshaped`: the share that each of the others with new borders keeps."""

    heirs: dict[int, list[Heir]]
    left: list[int]
    reshaped: dict[int, float]


def find_succession(codes: Sequence[str], earlier: Any, areas: Sequence[Area], outlines: Any, same: Sequence[bool]) -> Succession:
    """What becomes of the earlier neighbourhoods, given by code, outline and whether their outline is the same still.

    A code that keeps at least half of its ground stays where it is. Else its people go where most of the ground went, to a neighbourhood where
    people live if there is one; so do those of a code that is no more, where the new map covers more than half of its ground.
    """
    place = {area.code: position for position, area in enumerate(areas)}
    changed = [position for position, equal in enumerate(same) if not equal]
    kept = {position: place[codes[position]] for position in changed if codes[position] in place}
    old, own = np.array(list(kept), dtype=int), np.array(list(kept.values()), dtype=int)
    shares = shapely.area(shapely.intersection(earlier[old], outlines[own])) / shapely.area(earlier[old]) if kept else np.empty(0)
    keeps = dict(zip(kept, shares.tolist(), strict=True))
    heirs, left = dict[int, list[Heir]](), list[int]()
    for position, found in _find_overlaps(earlier, outlines, [one for one in changed if keeps.get(one, 0.0) < 1 - CRUMB]).items():
        home = kept.get(position)
        if home is None and sum(heir.share for heir in found) <= MOST:
            left.append(position)
            continue
        stays = home is not None and keeps[position] >= MOST
        real = [heir for heir in found if heir.share >= CRUMB]
        order = sorted(
            real, key=lambda heir: (not (stays and heir.position == home), not areas[heir.position].inhabited, -heir.share, heir.position)
        )
        if order and [heir.position for heir in order] != [home]:
            heirs[position] = order
    return Succession(heirs, left, {position: share for position, share in keeps.items() if position not in heirs})


def _find_overlaps(earlier: Any, outlines: Any, wanted: Sequence[int]) -> dict[int, list[Heir]]:
    """For each wanted earlier outline the new ones on its ground."""
    found: dict[int, list[Heir]] = {position: [] for position in wanted}
    if wanted:
        old = earlier[np.array(wanted, dtype=int)]
        of, by = shapely.STRtree(outlines).query(old, predicate="intersects")
        covered = shapely.area(shapely.intersection(old[of], outlines[by]))
        share, filled = covered / shapely.area(old)[of], covered / shapely.area(outlines[by])
        for row, position in enumerate(by.tolist()):
            found[wanted[int(of[row])]].append(Heir(position, min(float(share[row]), 1.0), min(float(filled[row]), 1.0)))
    return found


def tell_changes(codes: Sequence[str], areas: Sequence[Area], found: Succession) -> list[Change]:
    """Each neighbourhood whose ground or code is not what it was, with what became of it."""
    named = {area.code for area in areas}
    changes = [_tell_heirs(codes[position], codes[position] in named, areas, heirs) for position, heirs in found.heirs.items()]
    changes += [
        Change(codes[position], Fate.RESHAPED, [Part(codes[position], round(share, 3))], asked=False)
        for position, share in found.reshaped.items()
    ]
    return sorted(changes, key=lambda change: (list(Fate).index(change.fate), change.code))


def is_asked(code: str, areas: Sequence[Area], heirs: Sequence[Heir]) -> bool:
    """Whether the people of an earlier neighbourhood are asked where they live: its code keeps less than half of the ground it stood for."""
    return _keeps(code, areas, heirs) < MOST


def _keeps(code: str, areas: Sequence[Area], heirs: Sequence[Heir]) -> float:
    return sum(heir.share for heir in heirs if areas[heir.position].code == code)


def _tell_heirs(code: str, stays: bool, areas: Sequence[Area], heirs: Sequence[Heir]) -> Change:
    several = sum(heir.share >= PART for heir in heirs) > 1
    if stays and _keeps(code, areas, heirs) < MOST:
        fate = Fate.ELSEWHERE
    elif several:
        fate = Fate.SPLIT
    elif stays:
        fate = Fate.RESHAPED
    else:
        fate = Fate.RECODED if heirs[0].filled >= 1 - PART else Fate.MERGED
    return Change(code, fate, [Part(areas[heir.position].code, round(heir.share, 3)) for heir in heirs], asked=is_asked(code, areas, heirs))
