"""Reading for matching: `candidates` finds who fits, `matches` what became of it, `fits` what an author hears right after posting,
`facts` what reactions to its events need to know."""

from buurtnet.matching.queries.candidates import find_candidates
from buurtnet.matching.queries.fits import get_fits
from buurtnet.matching.queries.matches import find_topics, get_match, list_agreed, list_matches, list_waiting_for

__all__ = [
    "find_candidates",
    "find_topics",
    "get_fits",
    "get_match",
    "list_agreed",
    "list_matches",
    "list_waiting_for",
]
