"""What is done with matches: finding and asking (proposing), answering (answering), and how they end (ending)."""

from buurtnet.matching.actions.answering import answer_match
from buurtnet.matching.actions.ending import (
    complete_match,
    confirm_completion,
    fail_match,
    lapse_matches,
    part_kept_apart,
    withdraw_matches,
)
from buurtnet.matching.actions.proposing import review_match, suggest_for_post, wake_matches

__all__ = [
    "answer_match",
    "complete_match",
    "confirm_completion",
    "fail_match",
    "lapse_matches",
    "part_kept_apart",
    "review_match",
    "suggest_for_post",
    "wake_matches",
    "withdraw_matches",
]
