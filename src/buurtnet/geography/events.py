"""What geography announces."""

from uuid import UUID

import msgspec


class NeighbourhoodsReplaced(msgspec.Struct, frozen=True):
    """A newer map took the ground of neighbourhoods: `queries.list_moves` says who goes where, all at once, because codes may change places."""

    change_id: UUID
