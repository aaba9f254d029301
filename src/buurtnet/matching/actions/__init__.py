"""What is done with matches: finding and asking (proposing), choosing by hand (pairing), answering (answering), how they
end (ending) or find no answer (lapsing), who goes first (preferring), is left in peace (resting) or leaves for good (leaving), and a need made
wider (widening)."""

from buurtnet.matching.actions.answering import answer_match
from buurtnet.matching.actions.asking import ask_chosen
from buurtnet.matching.actions.ending import (
    complete_match,
    confirm_completion,
    fail_match,
    part_kept_apart,
    withdraw_matches,
    withdraw_person,
)
from buurtnet.matching.actions.lapsing import lapse_matches, start_clock
from buurtnet.matching.actions.leaving import count_matches_of, count_matches_of_posts, count_over_matches, leave_matches
from buurtnet.matching.actions.pairing import drop_match, make_match, swap_match
from buurtnet.matching.actions.preferring import forget_first, put_first
from buurtnet.matching.actions.proposing import review_match, suggest_for_post, wake_matches
from buurtnet.matching.actions.resting import end_rests
from buurtnet.matching.actions.widening import widen_post

__all__ = [
    "answer_match",
    "ask_chosen",
    "complete_match",
    "confirm_completion",
    "count_matches_of",
    "count_matches_of_posts",
    "count_over_matches",
    "drop_match",
    "end_rests",
    "fail_match",
    "forget_first",
    "lapse_matches",
    "leave_matches",
    "make_match",
    "part_kept_apart",
    "put_first",
    "review_match",
    "start_clock",
    "suggest_for_post",
    "swap_match",
    "wake_matches",
    "widen_post",
    "withdraw_matches",
    "withdraw_person",
]
