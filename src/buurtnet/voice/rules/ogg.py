"""Opus in Ogg (RFC 3533, RFC 7845), as Firefox records it and as chat programs keep it: read strictly, one track alone."""

from collections.abc import Iterator

from buurtnet.voice.rules.opus import NotOpus, Track, read_head

PAGE = 27
"""Bytes of a page's head, before its table of segments."""
WHOLE = 255
"""A segment of this length goes on in the next one."""
CONTINUED = 1
SKIPPED = b"OpusTags"
"""The packet in which names of songs, devices and pictures stand."""


def _list_pages(data: bytes) -> Iterator[tuple[int, bytes, list[bytes]]]:
    """Each page: its flags, the number of its track, and its segments."""
    at = 0
    while at < len(data):
        head = data[at : at + PAGE]
        if len(head) < PAGE or head[:5] != b"OggS\x00":
            raise NotOpus
        table = data[at + PAGE : at + PAGE + head[26]]
        at += PAGE + head[26]
        if len(table) < head[26] or at + sum(table) > len(data):
            raise NotOpus
        segments: list[bytes] = []
        for length in table:
            segments.append(data[at : at + length])
            at += length
        yield head[5], head[14:18], segments


def read_ogg(data: bytes) -> Track:
    """The one track of an Ogg file; NotOpus where there is none, another one beside it, or a piece is missing."""
    packets: list[bytes] = []
    serial: bytes | None = None
    rest = b""
    for flags, track, segments in _list_pages(data):
        if track != (serial := serial or track) or bool(flags & CONTINUED) != bool(rest):
            raise NotOpus
        for segment in segments:
            rest += segment
            if len(segment) < WHOLE:
                packets.append(rest)
                rest = b""
    if rest or len(packets) < 3 or not packets[1].startswith(SKIPPED):
        raise NotOpus
    channels, skip = read_head(packets[0])
    return Track(channels, skip, packets[2:])
