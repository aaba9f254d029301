"""Who is joined to whom, over others too: pure."""

from collections.abc import Iterable
from uuid import UUID


def find_components(ties: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """For everybody with a tie, the person whose id names their component: the same for two people exactly where ties join them."""
    above: dict[UUID, UUID] = {}
    for a, b in ties:
        top_a, top_b = _find_top(above, a), _find_top(above, b)
        if top_a != top_b:
            above[max(top_a, top_b)] = min(top_a, top_b)
    return {person: _find_top(above, person) for person in above}


def _find_top(above: dict[UUID, UUID], person: UUID) -> UUID:
    """Whoever stands above all others of the component; on the way everybody is hung a step higher."""
    above.setdefault(person, person)
    while above[person] != person:
        above[person] = above[above[person]]
        person = above[person]
    return person
