"""Spellings that are close to each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import permutations

SHORTEST, LONG = 5, 9
"""Letters from which a word may be misspelled by one letter, and by two."""
LONGEST = 24
GROUPS = "ae eiy aou eu cksq sz xs dt fvw bp ghj gk mn lr ايى وا سصث تطث ضظدذز كقغخ حخهة"
ALIKE = frozenset(one + other for group in GROUPS.split() for one, other in permutations(group, 2))
"""Letters that people take for each other: another letter in the place of one counts as two wrong ones."""
LOST = 4
"""Rows of three letters that one wrong letter changes at most."""


class Spellings:
    """Words that are found again when they are misspelled: those that share most rows of three letters are compared letter by letter."""

    def __init__(self, names: Iterable[str], shortest: int = SHORTEST) -> None:
        self._shortest = shortest
        self._names: dict[str, list[str]] = defaultdict(list)
        for name in names:
            if shortest <= len(name) <= LONGEST:
                for three in set(split_threes(name)):
                    self._names[three].append(name)

    def find_close(self, word: str) -> str | None:
        """The word nearest to this one that begins alike: one letter off from five letters on, two from nine; else None."""
        if not self._shortest <= len(word) <= LONGEST:
            return None
        most = 1 if len(word) < LONG else 2
        threes = set(split_threes(word))
        shared = Counter(name for three in threes for name in self._names.get(three, ()))
        near = [
            name
            for name, number in shared.items()
            if number >= len(threes) - LOST * most and name[0] == word[0] and abs(len(name) - len(word)) <= most
        ]
        apart = min(((count_edits(word, name), name) for name in near), default=(LONG, ""))
        return apart[1] if apart[0] <= most else None


def split_threes(word: str) -> Iterator[str]:
    """The rows of three letters of a word, with its beginning and its end."""
    edged = f"  {word} "
    return (edged[at : at + 3] for at in range(len(edged) - 2))


def count_change(sign: str, other: str) -> int:
    """What it counts that one letter stands where the other should: nothing, one or two."""
    return 0 if sign == other else 1 if sign + other in ALIKE else 2


def count_edits(one: str, other: str) -> int:
    """Letters left out, put in, taken for one that is alike, or swapped with the next one between two words; other changes count two."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, facing in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + count_change(sign, facing))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
