"""Who is joined to whom, over others too: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID


def find_components(ties: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """For everybody with a tie, one person of their component: the same for two people exactly where ties join them."""
    above: dict[UUID, UUID] = {}
    for a, b in ties:
        top_a, top_b = _find_top(above, a), _find_top(above, b)
        if top_a != top_b:
            above[max(top_a, top_b)] = min(top_a, top_b)
    return {person: _find_top(above, person) for person in above}


def keep_names(components: Mapping[UUID, UUID], named: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """The names that components keep, by the person that stands for each: of those a name was given to, the largest part that is still joined has it."""
    shared = Counter((top, named[person]) for person, top in components.items() if person in named)
    kept: dict[UUID, UUID] = {}
    given: set[UUID] = set()
    for (top, name), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if top not in kept and name not in given:
            kept[top] = name
            given.add(name)
    return kept


def _find_top(above: dict[UUID, UUID], person: UUID) -> UUID:
    """Whoever stands above all others of the component; on the way everybody is hung a step higher."""
    above.setdefault(person, person)
    while above[person] != person:
        above[person] = above[above[person]]
        person = above[person]
    return person
