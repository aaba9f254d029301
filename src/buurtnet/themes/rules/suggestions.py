"""Which themes a text suggests."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from buurtnet.kit.words import split_words
from buurtnet.themes.rules.forms import ARABIC
from buurtnet.themes.rules.lexicon import HINT, LANGUAGES, read_common, read_lexicon, read_never
from buurtnet.themes.rules.reading import STEM, Found, Said, find_entries, find_foreign

ENOUGH, SHARE, CLEAR, NEAR, AT_MOST = 0.65, 0.55, 1.5, 0.7, 3
"""A theme is suggested from ENOUGH on, and from that SHARE of the best one, of which no more than CLEAR counts."""
LONGEST = 200
"""Words of a text that are read."""
TURNS = frozenset(
    [
        "maar",
        "als",
        "want",
        "omdat",
        "terwijl",
        "wanneer",
        "mais",
        "car",
        "but",
        "because",
        "when",
        "while",
        "ama",
        "cunku",
        "لكن",
        "بس",
        "لان",
    ]
)
"""Small words with which a new clause begins where people write no signs."""
YIELDING = {
    "things.furniture": frozenset({"transport.move", "home.assemble", "home.repair", "home.clean"}),
    "things.clothes": frozenset({"together.craft", "home.clean", "children.baby"}),
    "things.lend": frozenset({"home.assemble", "together.street"}),
    "transport.accompany": frozenset(
        {"transport.hospital", "transport.school", "company.walk", "errands.pharmacy", "papers.letter", "papers.form"}
    ),
    "company.visit": frozenset({"company.call", "language.practice", "care.peer"}),
    "company.walk": frozenset({"home.pet"}),
    "children.play": frozenset({"children.mind"}),
}
"""Themes that a thing or a way of helping only hints at, when the text says with one of these what it is for."""
VAGUE = frozenset({"things", "together", "learning", "home", "children", "errands"})
"""Roots that say little beside any child; the other roots stay beside one that is less clear."""
CLAUSE_ENDS = re.compile(r"[.,;:!?()\n\u2026\u060c\u061b\u061f]")


def suggest_themes(text: str, language: str) -> list[str]:
    """Slugs of at most three themes the text speaks of, best first; none where it does not say. The text may be in another language than said."""
    said = split_clauses(text)
    here = set(said.words)
    if any(has_sequence(said.words, never) for never in read_never() if never[0] in here or never[0].endswith("*")):
        return []
    spoken = tell_language(said.words, language)
    if spoken is None:
        return []
    lexicon = read_lexicon(spoken)
    return rank_themes(find_entries(said, lexicon)) or rank_themes(find_foreign(said.words, lexicon))


def split_clauses(text: str) -> Said:
    """The folded words of a text with the clauses they stand in."""
    words = split_words(text)[:LONGEST]
    clauses, at, end = [0] * len(words), 0, 0
    for place, word in enumerate(words):
        at += bool(place and (word.text in TURNS or CLAUSE_ENDS.search(text, end, word.start)))
        clauses[place], end = at, word.end
    return Said([word.text for word in words], clauses)


def tell_language(words: Sequence[str], said: str) -> str | None:
    """The language the words are in: the one that was said, unless script or small words clearly tell of another one."""
    if sum(bool(ARABIC.match(word)) for word in words) * 2 > len(words):
        return "ar"
    found = {language: sum(word in common for word in words) for language, common in read_common().items()}
    best = max(LANGUAGES, key=lambda language: (found[language], language == said))
    if said not in found:
        return best if found[best] >= 2 else None
    return best if found[best] >= found[said] + 2 else said


def rank_themes(found: Found) -> list[str]:
    """The themes for which the entries count enough, best first, a root only where none of its children is there."""
    scores: dict[str, float] = defaultdict(float)
    sure: set[str] = set()
    for entry, share in found.values():
        for slug, weight in entry.weights:
            scores[slug] += weight * share
            if weight > HINT:
                sure.add(slug)
    least = max(ENOUGH, SHARE * min(CLEAR, max(scores.values(), default=0)))
    told = [slug for slug in sure if scores[slug] >= least]
    few, many = max(least, 2 * HINT * STEM), max(least, 3 * HINT * STEM)
    hinted = [slug for slug in scores.keys() - sure if scores[slug] >= (few if not told or slug.partition(".")[0] in sure else many)]
    kept = told + hinted
    if not sure.intersection(kept) and len(kept) > 2:
        return []
    kept = [slug for slug in kept if not any(other in kept and scores[other] >= NEAR * scores[slug] for other in YIELDING.get(slug, ()))]
    return sorted(drop_roots(kept, scores), key=lambda slug: (-scores[slug], slug))[:AT_MOST]


def drop_roots(slugs: Sequence[str], scores: Mapping[str, float]) -> list[str]:
    """The slugs without roots that a child of theirs says better, or any other child unless they are clearer."""
    children = [slug for slug in slugs if "." in slug]
    clearest = max((scores[slug] for slug in children), default=0.0)
    above = {slug.partition(".")[0] for slug in children}
    return children + [
        slug
        for slug in slugs
        if "." not in slug and slug not in above and scores[slug] > (math.inf if children and slug in VAGUE else NEAR * clearest)
    ]


def has_sequence(words: Sequence[str], sought: Sequence[str]) -> bool:
    """Whether the words stand in the text one after the other; a sought word may end in `*`."""
    last = len(words) - len(sought)
    return any(all(_fits(words[at + n], part) for n, part in enumerate(sought)) for at in range(last + 1))


def _fits(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
