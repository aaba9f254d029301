"""Opus in WebM (RFC 8794, RFC 9559): read strictly, as browsers record it, and written anew with nothing in it but sound."""

import struct
from collections.abc import Iterator

from buurtnet.voice.rules.opus import RATE, NotOpus, Track, count_samples, read_head, write_head

HEADER, DOCTYPE, SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
INFO, SCALE, DURATION, MUXER, WRITER = 0x1549A966, 0x2AD7B1, 0x4489, 0x4D80, 0x5741
TRACKS, ENTRY, NUMBER, UID, TYPE, CODEC, PRIVATE = 0x1654AE6B, 0xAE, 0xD7, 0x73C5, 0x83, 0x86, 0x63A2
ENCODINGS, DELAY, PREROLL, AUDIO, FREQUENCY, CHANNELS = 0x6D80, 0x56AA, 0x56BB, 0xE1, 0xB5, 0x9F
CLUSTER, TIME, SIMPLE, GROUP, BLOCK = 0x1F43B675, 0xE7, 0xA3, 0xA0, 0xA1
OPENED = frozenset({SEGMENT, CLUSTER, GROUP})
"""What is walked through; browsers write the first two without saying how long they are."""
LACED = 0x06
KEY_FRAME = 0x80
MILLISECOND = 1_000_000
PREROLL_NS = 80 * MILLISECOND
NAME = b"Buurtnet"


def _read_number(data: bytes, at: int, most: int, *, whole: bool) -> tuple[int, int]:
    """A number of variable length and where it ends; `whole` keeps the mark of its length, as in the names of elements."""
    if at >= len(data) or not data[at]:
        raise NotOpus
    length = 9 - data[at].bit_length()
    if length > most or at + length > len(data):
        raise NotOpus
    value = int.from_bytes(data[at : at + length], "big")
    return (value if whole else value & ~(1 << 7 * length)), at + length


def _list_elements(data: bytes, opened: frozenset[int] = frozenset()) -> Iterator[tuple[int, bytes]]:
    """The elements one after the other with what is in them; those in `opened` are walked through. NotOpus where one does not end in time."""
    at = 0
    while at < len(data):
        name, at = _read_number(data, at, 4, whole=True)
        size, ends = _read_number(data, at, 8, whole=False)
        unknown = size == (1 << 7 * (ends - at)) - 1
        at = ends
        if name in opened and (unknown or size <= len(data) - at):
            yield name, b""
            continue
        if unknown or size > len(data) - at:
            raise NotOpus
        yield name, data[at : at + size]
        at += size


def _read_entry(entry: bytes) -> tuple[int, int, int]:
    """Number, channels and samples to leave out of the track; NotOpus where it is no plain track of Opus."""
    parts = dict(_list_elements(entry))
    if parts.get(TYPE) != b"\x02" or parts.get(CODEC) != b"A_OPUS" or ENCODINGS in parts:
        raise NotOpus
    return int.from_bytes(parts.get(NUMBER, b""), "big"), *read_head(parts.get(PRIVATE, b""))


def read_webm(data: bytes) -> Track:
    """The one track of a WebM file; NotOpus where there is none, another one beside it, or a piece is missing."""
    entries: list[bytes] = []
    blocks: list[bytes] = []
    seen: list[int] = []
    for name, content in _list_elements(data, OPENED):
        if not seen and (name != HEADER or dict(_list_elements(content)).get(DOCTYPE) != b"webm"):
            raise NotOpus
        seen.append(name)
        if name == TRACKS:
            entries += [entry for kind, entry in _list_elements(content) if kind == ENTRY]
        elif name in (SIMPLE, BLOCK):
            blocks.append(content)
    if len(entries) != 1 or seen.count(SEGMENT) != 1 or seen.count(HEADER) != 1:
        raise NotOpus
    number, channels, skip = _read_entry(entries[0])
    return Track(channels, skip, [_read_block(block, number) for block in blocks])


def _read_block(block: bytes, number: int) -> bytes:
    """The packet of a block; NotOpus where it belongs to another track, or holds several."""
    track, at = _read_number(block, 0, 8, whole=False)
    if track != number or len(block) < at + 4 or block[at + 2] & LACED:
        raise NotOpus
    return block[at + 3 :]


def _element(name: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        content = content.to_bytes(max((content.bit_length() + 7) // 8, 1), "big")
    length = next(length for length in range(1, 9) if len(content) < (1 << 7 * length) - 1)
    size = (len(content) | 1 << 7 * length).to_bytes(length, "big")
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + content


def write_webm(track: Track) -> bytes:
    """A WebM with this track in one cluster, so that a player knows at once how long it is and can go to any place; 32 seconds at most."""
    versions = ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8))
    header = b"".join(_element(name, value) for name, value in versions)
    header += _element(DOCTYPE, b"webm") + _element(0x4287, 4) + _element(0x4285, 2)
    lasts = struct.pack(">d", track.samples * 1000 / RATE)
    info = _element(SCALE, MILLISECOND) + _element(DURATION, lasts) + _element(MUXER, NAME) + _element(WRITER, NAME)
    sound = _element(FREQUENCY, struct.pack(">d", float(RATE))) + _element(CHANNELS, track.channels)
    entry = _element(NUMBER, 1) + _element(UID, 1) + _element(TYPE, 2) + _element(CODEC, b"A_OPUS") + _element(PRIVATE, write_head(track))
    entry += _element(DELAY, track.skip * 1_000_000_000 // RATE) + _element(PREROLL, PREROLL_NS) + _element(AUDIO, sound)
    blocks: list[bytes] = []
    samples = 0
    for packet in track.packets:
        blocks.append(_element(SIMPLE, b"\x81" + struct.pack(">hB", samples * 1000 // RATE, KEY_FRAME) + packet))
        samples += count_samples(packet)
    cluster = _element(TIME, 0) + b"".join(blocks)
    segment = _element(INFO, info) + _element(TRACKS, _element(ENTRY, entry)) + _element(CLUSTER, cluster)
    return _element(HEADER, header) + _element(SEGMENT, segment)
