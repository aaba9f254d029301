"""What geography announces."""

import msgspec


class NeighbourhoodReplaced(msgspec.Struct, frozen=True):
    """An import dropped a neighbourhood; most of its ground now belongs to another one."""

    neighbourhood_id: int
    successor_id: int
