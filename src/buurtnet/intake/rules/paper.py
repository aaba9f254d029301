"""What fits on one printed sheet."""

from collections.abc import Sequence
from math import ceil

from buurtnet.intake.schemas import PaperPost

MOST = 8
"""Posts that somebody reads standing."""
LINES, SIGNS = 44, 42
"""Lines of the two columns together, and signs in a line, at the size in which the sheet is printed."""
AROUND = 3
"""Lines that the theme of a post and the space around it take."""


def choose_for_sheet(needs: Sequence[PaperPost], offers: Sequence[PaperPost]) -> list[PaperPost]:
    """The newest, half of them asked and half offered where there is enough of both; without the longest, as long as the strips to tear off
    would come on a second page."""
    asked = list(needs[: max(MOST // 2, MOST - len(offers))])
    chosen = [*asked, *offers[: MOST - len(asked)]]
    while sum(map(_lines, chosen)) > LINES:
        chosen.remove(max(chosen, key=_lines))
    return chosen


def _lines(post: PaperPost) -> int:
    return AROUND + sum(ceil(max(len(line), 1) / SIGNS) for line in post.text.split("\n"))
