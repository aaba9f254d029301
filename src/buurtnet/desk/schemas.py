"""What the desk shows of its own."""

from collections.abc import Mapping, Sequence

import msgspec


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one thing waits in one neighbourhood; without one, what belongs to the organisation or to nobody."""

    name: str
    area: int | None
    n: int


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A neighbourhood of the worker."""

    id: int
    name: str
    backup: bool
    """Whether the worker only stands in there."""


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """The worker's neighbourhoods, own ones first, and how much waits: by name, and by name and neighbourhood (`posts`, `posts/7`)."""

    areas: Sequence[Area]
    counts: Mapping[str, int]

    def count(self, name: str, area: int | None = None) -> int:
        """How much waits, everywhere or in one neighbourhood: as long as the list that it leads to."""
        return self.counts.get(name if area is None else f"{name}/{area}", 0)
