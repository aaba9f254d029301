"""Numbers whose bits say what somebody has: compared with those of sixty-four others at a time."""

from collections.abc import Sequence

import numpy as np

from buurtnet.network.rules.measured import Array

TABLE = 256
"""Values that a byte can have: what suits each is looked up."""


def share_bytes(own: Array, theirs: Array) -> tuple[Array, Array]:
    """Numbers of bits byte by byte, `[byte, number]`, with the bits alone that both sides have."""
    both = int(np.bitwise_or.reduce(own, initial=0)) & int(np.bitwise_or.reduce(theirs, initial=0))
    used = [bit for bit in range(both.bit_length()) if both >> bit & 1]
    return _gather_bits(own, used), _gather_bits(theirs, used)


def _gather_bits(numbers: Array, used: Sequence[int]) -> Array:
    gathered = np.zeros((max(-(-len(used) // 8), 1), len(numbers)), np.uint8)
    for place, bit in enumerate(used):
        gathered[place // 8] |= ((numbers >> bit & 1) << place % 8).astype(np.uint8)
    return gathered


def share(own: Array, kind: Array, words: Array, theirs: Array) -> Array:
    """Which numbers of its words have a bit in common with each kind's, as bits: looked up byte by byte."""
    common = np.zeros(words.shape, np.uint64)
    rows = words * TABLE
    for byte, offered in zip(own, theirs, strict=True):
        having = pack(np.unpackbits(offered[..., None], axis=-1, bitorder="little").transpose(2, 0, 1))
        table = np.zeros((offered.shape[0], TABLE), np.uint64)
        for bit in range(8):
            np.bitwise_or(table[:, : 1 << bit], having[bit, :, None], out=table[:, 1 << bit : 2 << bit])
        common |= table.ravel().take(rows + byte[kind, None])
    return common


def pack(bits: Array) -> Array:
    """Rows of 64 bits as numbers."""
    return np.packbits(np.ascontiguousarray(bits), bitorder="little").view("<u8").reshape(bits.shape[:-1])
