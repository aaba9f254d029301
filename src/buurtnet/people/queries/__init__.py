"""Who is signed in, who somebody is, which workers are responsible; who works where (staff)."""

from buurtnet.people.queries.doubles import find_alike, find_doubles, find_maybe_same
from buurtnet.people.queries.people import (
    OPEN_SESSION,
    count_wishes,
    find_candidates,
    find_check,
    find_code,
    find_facilitators,
    find_last_place,
    find_organisation,
    find_organisations,
    find_person,
    find_phone,
    get_person,
    lets_others_in,
    list_blocks,
    list_cards,
    list_people,
    list_places,
)
from buurtnet.people.queries.staff import list_passkeys

__all__ = [
    "OPEN_SESSION",
    "count_wishes",
    "find_alike",
    "find_candidates",
    "find_check",
    "find_code",
    "find_doubles",
    "find_facilitators",
    "find_last_place",
    "find_maybe_same",
    "find_organisation",
    "find_organisations",
    "find_person",
    "find_phone",
    "get_person",
    "lets_others_in",
    "list_blocks",
    "list_cards",
    "list_passkeys",
    "list_people",
    "list_places",
]
