"""What a worker's verdict on a post says of what the rules saw in it."""

from buurtnet.screening.schemas import Judged

RIGHT = frozenset(("refused", "changes_asked", "words_proposed", "right_first"))
"""Verdicts that say: it was right to look."""


def judge(verdict: str, leads_to: str) -> Judged | None:
    """What a verdict says of a rule that leads there; None where it says nothing.

    Approved as it was, a text that a rule for review saw held nothing: a false alarm. One that a worker is to look at with care was looked at.
    """
    if verdict in RIGHT:
        return "right"
    if verdict == "approved":
        return "wrong" if leads_to == "review" else "looked"
    return None
