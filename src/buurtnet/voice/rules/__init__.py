"""Whether a file is a voice note: one track of Opus, thirty seconds at most; whatever else stands in it is left behind."""

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_
from buurtnet.voice.rules.ogg import read_ogg
from buurtnet.voice.rules.opus import RATE, NotOpus
from buurtnet.voice.rules.webm import read_webm, write_webm
from buurtnet.voice.schemas import Note

LONGEST, SLACK = 30, 1
"""Seconds of a note, and what a browser may need to stop."""
SHORTEST = 0.5
MOST_BYTES = 160_000
"""Thirty seconds of speech are 90 kB at the 24 kbit/s of our own recorder."""

NOTHING = N_("We got no sound. Please say it again, or write it.")
TOO_LONG = N_("This is too long. Please say it in half a minute, or write it.")
NOT_PLAYABLE = N_("We cannot play this file. Please record it here, or write it.")
TOO_SHORT = N_("We heard almost nothing. Please say it again, or write it.")


def check_note(data: bytes) -> Note:
    """The note in what was sent, written anew; Invalid where it is no sound that everybody can play, or too long."""
    if not data:
        raise Invalid({"voice": NOTHING})
    if len(data) > MOST_BYTES:
        raise Invalid({"voice": TOO_LONG})
    try:
        track = read_ogg(data) if data.startswith(b"OggS") else read_webm(data)
        seconds = track.samples / RATE
    except NotOpus:
        raise Invalid({"voice": NOT_PLAYABLE}) from None
    if seconds > LONGEST + SLACK:
        raise Invalid({"voice": TOO_LONG})
    if seconds < SHORTEST:
        raise Invalid({"voice": TOO_SHORT})
    return Note(write_webm(track), min(max(round(seconds), 1), LONGEST))
