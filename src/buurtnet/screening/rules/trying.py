"""Rules tried on past posts, before they hold: what they would see, and what of it nobody sees otherwise."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.kit.counts import FLOOR, round_count
from buurtnet.screening.rules.kinds import BEHAVIOURS
from buurtnet.screening.rules.screening import STRONGER, screen
from buurtnet.screening.schemas import Flag, LeadsTo, Rule


class PastText(msgspec.Struct, frozen=True, kw_only=True):
    """A post of the past."""

    id: UUID
    text: str
    language: str
    theme: str | None
    state: str
    created_at: datetime
    author_id: UUID
    otherwise: bool
    """Whether it waited for another reason: a sensitive or unknown theme, or another rule."""


class Sight(msgspec.Struct, frozen=True):
    """A past post in which the rules see something, or in which they take something away, with the places."""

    text: PastText
    places: tuple[tuple[int, int], ...]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What rules do to past posts."""

    read: int
    """How many posts were read."""
    seen: list[Sight]
    """Those in which the rules see something, newest first."""
    freed: list[Sight]
    """Those in which nothing would be seen any more, because what was seen is a harmless use."""

    @property
    def anew(self) -> int:
        """How many of those seen waited for no other reason."""
        return sum(not sight.text.otherwise for sight in self.seen)

    @property
    def refused(self) -> int:
        """How many of those seen were not placed as they were."""
        return sum(sight.text.state in ("refused", "redirected") for sight in self.seen)


def try_rules(texts: Sequence[PastText], tried: Sequence[Rule], others: Sequence[Rule], *, region: str = "BE") -> Trial:
    """What the tried rules, of one kind, do to the texts beside the other rules; of those only what reads the same places counts."""
    kinds = _related({rule.kind for rule in tried})
    beside = [rule for rule in others if rule.kind in kinds and rule.id not in {one.id for one in tried}]
    looking = {rule.id for rule in tried if rule.leads_to is not LeadsTo.ALLOWED}
    seen: list[Sight] = []
    freed: list[Sight] = []
    for text in texts:
        after = _see(text, [*beside, *tried], region)
        if places := _places(after, looking):
            seen.append(Sight(text, places))
        elif len(looking) < len(tried) and (gone := set(_places(_see(text, beside, region))) - set(_places(after))):
            freed.append(Sight(text, tuple(sorted(gone))))
    return Trial(read=len(texts), seen=seen, freed=freed)


def _related(kinds: Collection[str]) -> set[str]:
    """The kinds that may take a place from these, or lose one to them."""
    return {
        *kinds,
        *(kind for kind, weaker in STRONGER.items() if weaker & set(kinds)),
        *(one for kind in kinds for one in STRONGER.get(kind, ())),
    }


def _see(text: PastText, rules: Sequence[Rule], region: str) -> list[Flag]:
    themed = [rule for rule in rules if rule.kind == "theme" and rule.pattern == text.theme]
    flags = [Flag(kind="theme", rule_id=rule.id, start=0, end=0, leads_to=rule.leads_to) for rule in themed]
    return flags + screen(text.text, text.language, [rule for rule in rules if rule.kind not in BEHAVIOURS], region=region)


def _places(flags: Sequence[Flag], ids: Collection[int] | None = None) -> tuple[tuple[int, int], ...]:
    return tuple((flag.start, flag.end) for flag in flags if ids is None or flag.rule_id in ids)


def tell_tally(seen: int, wrong: int, *, exact: bool) -> tuple[int, int | None]:
    """How often workers looked at what a rule saw, and how often there was nothing; else than exact only what is not of a few."""
    return (seen, wrong) if exact else (veil(seen, seen) or 0, veil(wrong, seen))


def veil(people: int, of: int) -> int | None:
    """A number of people as it is told outside the desk of their own facilitator: rounded, None where it is too small to be told."""
    if people < FLOOR or 0 < of - people < FLOOR:
        return None
    return round_count(people)
