"""Voice notes for tests: real Opus packets of silence, in the containers that browsers and chat programs write."""

from pathlib import Path

from buurtnet.voice.rules.opus import Track, write_head
from buurtnet.voice.rules.webm import write_webm

RECORDED = (Path(__file__).parent / "voice" / "recorded.webm").read_bytes()
"""Two seconds that Chromium recorded from its own test device."""
SIXTY_MS = bytes([3 << 3])
"""The first byte of a packet with one frame of 60 ms."""


def make_track(words: str = "", seconds: float = 2, channels: int = 1) -> Track:
    """So many seconds in packets of 60 ms; the words stand in each of them as if they were sound."""
    packet = SIXTY_MS + f"{words}.".encode()
    return Track(channels, 312, [packet] * round(seconds / 0.06))


def make_sound(words: str = "", seconds: float = 2) -> bytes:
    """A WebM of so many seconds."""
    return write_webm(make_track(words, seconds))


def write_page(serial: bytes, number: int, flags: int, packets: list[bytes], *, table: bytes | None = None) -> bytes:
    """A page of Ogg with whole packets, or with the given table of segments."""
    segments = table if table is not None else b"".join(bytes([255] * (len(one) // 255) + [len(one) % 255]) for one in packets)
    head = b"OggS\x00" + bytes([flags]) + bytes(8) + serial + number.to_bytes(4, "little") + bytes(4) + bytes([len(segments)])
    return head + segments + b"".join(packets)


def make_ogg(track: Track, *, tags: bytes = b"OpusTags\x04\x00\x00\x00test\x00\x00\x00\x00") -> bytes:
    """The track in Ogg, as Firefox and chat programs write it: a page of its own for the header, one for the tags, then the sound."""
    serial = b"buur"
    pages = [write_page(serial, 0, 2, [write_head(track)]), write_page(serial, 1, 0, [tags])]
    pages += [
        write_page(serial, number + 2, 0, track.packets[number * 20 : number * 20 + 20]) for number in range(-(-len(track.packets) // 20))
    ]
    return b"".join(pages)
