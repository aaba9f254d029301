"""Which themes a text suggests."""

from collections import defaultdict
from collections.abc import Sequence

from buurtnet.kit.words import split_words
from buurtnet.themes.rules.lexicon import HINT, Entry, Lexicon, read_common, read_lexicon, shorten

ENOUGH, FUZZY, AT_MOST = 0.65, 0.75, 3
LONGEST = 200
"""Words of a text that are read."""


def suggest_themes(text: str, language: str) -> list[str]:
    """Slugs of at most three themes the text speaks of, best first; none where it does not say. The text may be in another language than said."""
    words = [word.text for word in split_words(text)[:LONGEST]]
    spoken = tell_language(words, language)
    return [] if spoken is None else rank_themes(words, read_lexicon(spoken))


def tell_language(words: Sequence[str], said: str) -> str | None:
    """The language the words are in: the one that was said, unless the small words clearly tell of another one."""
    found = {language: sum(word in common for word in words) for language, common in read_common().items()}
    best = max(found, key=lambda language: (found[language], language == said))
    if said not in found:
        return best if found[best] >= 2 else None
    return best if found[best] >= found[said] + 2 else said


def rank_themes(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The themes for which the folded words count enough, best first, a root only where none of its children is there."""
    if any(has_sequence(words, never) for never in lexicon.never):
        return []
    scores: dict[str, float] = defaultdict(float)
    sure: set[str] = set()
    for entry, share in find_entries(words, lexicon).values():
        for slug, weight in entry.weights:
            scores[slug] += weight * share
            if weight > HINT:
                sure.add(slug)
    best = max(scores.values(), default=0)
    if best < ENOUGH:
        return []
    kept = [slug for slug, score in scores.items() if score >= max(ENOUGH, 0.55 * best) and (slug in sure or score >= 0.8)]
    if not sure.intersection(kept) and len(kept) > 2:
        return []
    roots = {slug.partition(".")[0] for slug in kept if "." in slug}
    kept = [slug for slug in kept if slug not in roots]
    return sorted(kept, key=lambda slug: (-scores[slug], slug))[:AT_MOST]


def has_sequence(words: Sequence[str], sought: Sequence[str]) -> bool:
    """Whether the words stand in the text one after the other; a sought word may end in `*`."""
    last = len(words) - len(sought)
    return any(all(_fits(words[at + n], part) for n, part in enumerate(sought)) for at in range(last + 1))


def _fits(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def find_entries(words: Sequence[str], lexicon: Lexicon) -> dict[str, tuple[Entry, float]]:
    """The entries of the lists that the words speak of, each once, with the share of its weight; words of a phrase do not count again."""
    stems = [lexicon.stem(word) for word in words]
    found: dict[str, tuple[Entry, float]] = {}
    used: set[int] = set()
    for at, stem in enumerate(stems):
        for parts, entry in lexicon.phrases.get(stem, ()):
            places = _find_places(stems, at, parts)
            if places and not used.intersection(places):
                used.update(places)
                found[entry.name] = (entry, 1.0)
                break
    for at, word in enumerate(words):
        if at not in used and (seen := _find_word(word, stems[at], lexicon)):
            entry, share = seen
            if entry.name not in found or found[entry.name][1] < share:
                found[entry.name] = seen
    return found


def _find_places(stems: Sequence[str], at: int, parts: Sequence[str]) -> list[int] | None:
    """Where the parts of a phrase stand from a place on, with at most one other word before each next part."""
    places = [at]
    for part in parts[1:]:
        following = next((place for place in (places[-1] + 1, places[-1] + 2) if place < len(stems) and stems[place] == part), None)
        if following is None:
            return None
        places.append(following)
    return places


def _find_word(word: str, stem: str, lexicon: Lexicon) -> tuple[Entry, float] | None:
    if entry := lexicon.words.get(word):
        return entry, 1.0
    for length in range(len(word), 2, -1):
        if entry := lexicon.beginnings.get(word[:length]) or lexicon.endings.get(word[-length:]):
            return entry, 1.0
    if word in lexicon.known:
        return None
    if entry := lexicon.stems.get(stem):
        return entry, 0.95
    return _find_close(word, lexicon)


def _find_close(word: str, lexicon: Lexicon) -> tuple[Entry, float] | None:
    """The entry of the one word that is spelled nearly like this: one letter off from five letters on, two from nine."""
    if len(word) < 5 or word.isdigit():
        return None
    near = {name for shorter in shorten(word[:20]) for name in lexicon.close.get(shorter, ()) if name[0] == word[0]}
    apart = sorted((count_edits(word, name), name) for name in near)
    if not apart or apart[0][0] > (1 if len(word) < 9 else 2):
        return None
    name = apart[0][1]
    return lexicon.words.get(name) or lexicon.beginnings[name], FUZZY


def count_edits(one: str, other: str) -> int:
    """Letters left out, put in, changed or swapped with the next one between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, facing in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != facing))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
