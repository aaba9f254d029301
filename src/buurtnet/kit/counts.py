"""Numbers of people as they may leave the desk: the floor and the rounding that every slice keeps (privacy.md, small numbers)."""

FLOOR = 10
"""No figure of fewer people than this, nor one that leaves fewer on its other side."""
ROUND = 5
"""What is told is a multiple of this."""


def round_count(count: int) -> int:
    """The nearest multiple of 5."""
    return (count + ROUND // 2) // ROUND * ROUND
