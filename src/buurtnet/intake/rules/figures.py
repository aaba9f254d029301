"""What of a year's figures may stand in a report: nothing from fewer than ten people, nor what would tell of fewer, and everything rounded."""

from collections.abc import Mapping, Sequence

from buurtnet.intake.schemas import Counted
from buurtnet.kit.counts import FLOOR, round_count
from buurtnet.kit.text import N_
from buurtnet.referrals.rules import tell_counts

PARTS = {
    "new": N_("New this year"),
    "helped": N_("Joined with a worker's help"),
    "need": N_("Asked something"),
    "offer": N_("Offered something"),
    "both": N_("Did both"),
    "met": N_("Met a neighbour"),
}
"""Groups among all people of the organisation."""
TABLES = {
    "need": N_("What people asked"),
    "offer": N_("What people offered"),
    "met": N_("Where neighbours helped each other"),
    "place": N_("Where people live"),
    "right": N_("A right or a service came first"),
}
"""Tables that divide people by a key."""
Told = tuple[str, dict[str, str], int | None]
"""A key, its labels by language, and the count where it is told."""


def tell_parts(counted: Sequence[Counted]) -> tuple[int | None, dict[str, int | None]]:
    """The number of people, and of each group among them; None where it is not told."""
    whole = {one.what: one.people for one in counted if not one.code}
    people = whole.get("people", 0)
    parts = {
        key: tell_counts({(0, ""): people, (0, "in"): whole.get(key, 0), (0, "out"): people - whole.get(key, 0)})[0, "in"] for key in PARTS
    }
    return tell_counts({(0, ""): people})[0, ""], parts


def tell_table(counted: Sequence[Counted], what: str, parts: Mapping[str, int | None]) -> tuple[list[Told], int | None]:
    """The lines of one table in their order, and its total; None where one is not told. No lines where nobody is in it. `parts` are the groups
    among all people: a total that is one of them is told only where that one is, or it would tell how many are not in it."""
    lines = [one for one in counted if one.what == what and one.code]
    whole = next((one.people for one in counted if one.what == what and not one.code), 0)
    told = tell_counts({(0, ""): whole} | {(0, one.code): one.people for one in lines})
    total = None if what in parts and parts[what] is None else told[0, ""]
    return [(one.code, one.label, told[0, one.code]) for one in lines], total


def tell_times(counted: Sequence[Counted]) -> int | None:
    """How often neighbours helped each other, rounded to five; None where fewer than ten people did."""
    whole = {one.what: one.people for one in counted if not one.code}
    return round_count(whole.get("times", 0)) if whole.get("met", 0) >= FLOOR else None
