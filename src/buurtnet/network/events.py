"""What the network announces."""

from datetime import datetime

import msgspec


class DraftAsked(msgspec.Struct, frozen=True):
    """Somebody wants the draft of the measures as it is after this moment; one made later does already."""

    at: datetime
