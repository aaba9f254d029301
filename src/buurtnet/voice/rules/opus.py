"""Packets of Opus (RFC 6716) and their header (RFC 7845): how long a packet lasts, and whether it is one at all."""

import msgspec

RATE = 48_000
"""Samples in a second: Opus counts time so, whatever it was recorded at."""
LONGEST_PACKET = 5_760
"""Samples in a packet: 120 ms."""
MOST_FRAME = 1_275
"""Bytes of one frame."""
SILK, HYBRID, CELT = (480, 960, 1_920, 2_880), (480, 960), (120, 240, 480, 960)
FRAMES = (*SILK, *SILK, *SILK, *HYBRID, *HYBRID, *CELT, *CELT, *CELT, *CELT)
"""Samples of a frame by the number of its configuration."""
HEAD = b"OpusHead"


class NotOpus(Exception):
    """The file is not what it says, or holds something else than one track of Opus."""


class Track(msgspec.Struct, frozen=True):
    """One track: its channels, the samples that a player leaves out at the beginning, and its packets in order."""

    channels: int
    skip: int
    packets: list[bytes]

    @property
    def samples(self) -> int:
        """How long it plays, in samples."""
        return max(sum(count_samples(packet) for packet in self.packets) - self.skip, 0)


def count_samples(packet: bytes) -> int:
    """How long a packet lasts, in samples; NotOpus where no packet is built like that."""
    if not packet:
        raise NotOpus
    frame, code = FRAMES[packet[0] >> 3], packet[0] & 3
    body = len(packet) - 1
    match code:
        case 0:
            count, wrong = 1, body > MOST_FRAME
        case 1:
            count, wrong = 2, body % 2 == 1 or body > 2 * MOST_FRAME
        case 2:
            count, wrong = 2, body < 1 or body > 2 * MOST_FRAME + 2
        case _:
            count = packet[1] & 63 if body else 0
            wrong = count == 0
    if wrong or frame * count > LONGEST_PACKET:
        raise NotOpus
    return frame * count


def read_head(head: bytes) -> tuple[int, int]:
    """Channels and samples to leave out, from a header; NotOpus for more than two channels or a version that nobody knows."""
    if len(head) < 19 or not head.startswith(HEAD) or head[8] >> 4 or not 1 <= head[9] <= 2 or head[18]:
        raise NotOpus
    return head[9], int.from_bytes(head[10:12], "little")


def write_head(track: Track) -> bytes:
    """The header of a track, without anything of the device that recorded it."""
    return HEAD + bytes([1, track.channels]) + track.skip.to_bytes(2, "little") + RATE.to_bytes(4, "little") + bytes(3)
