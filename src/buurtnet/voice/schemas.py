"""A voice note on its way."""

import msgspec


class Note(msgspec.Struct, frozen=True):
    """A note as it is kept and played: a WebM with Opus in it, and how many seconds it lasts."""

    sound: bytes
    seconds: int
