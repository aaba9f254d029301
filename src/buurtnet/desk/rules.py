"""What the desk counts, in words, and where each counter leads: pure."""

from typing import NamedTuple

from buurtnet.desk.schemas import Counters
from buurtnet.kit.text import N_
from buurtnet.matching.schemas import FailReason
from buurtnet.moderation.schemas import Area


class Kind(NamedTuple):
    """Something that is counted."""

    name: str
    label: str
    short: str
    """In a word or two, where many stand beside each other."""
    href: str
    """The list that is as long as the counter; `area` narrows it to a neighbourhood."""

    def href_in(self, area: Area) -> str:
        """The list of one neighbourhood."""
        return f"{self.href}{'&' if '?' in self.href else '?'}area={area.id}"


KINDS = (
    Kind("tasks", N_("To do today"), N_("Today"), "/desk/tasks"),
    Kind("late", N_("Late"), N_("Late"), "/desk/tasks?when=late"),
    Kind("posts", N_("Messages that wait"), N_("Posts"), "/desk/posts"),
    Kind("matches", N_("Matches to look at"), N_("Matches"), "/desk/matches"),
    Kind("reports", N_("Reports"), N_("Reports"), "/desk/reports"),
    Kind("unmatched", N_("Questions without a neighbour yet"), N_("Not matched yet"), "/desk/unmatched"),
    Kind("silent", N_("Agreements without news"), N_("Agreements without news"), "/desk/left-out?list=silent"),
)
"""In the order in which a worker looks at them."""


class Line(NamedTuple):
    """One counter of a neighbourhood."""

    kind: Kind
    counted: str
    n: int
    href: str


def list_lines(counters: Counters, area: Area) -> list[Line]:
    """The counters of the neighbourhood, those too in which nothing waits."""
    return [Line(kind, f"{kind.name}/{area.id}", counters.count(kind.name, area.id), kind.href_in(area)) for kind in KINDS]


LISTS = {
    "nobody": N_("Still to bring together"),
    "unanswered": N_("Nobody took it up"),
    "silent": N_("Agreements without news"),
    "carrying": N_("Help very often"),
}
"""Who is left out, by the counter of each list."""
ABOUT = {
    "nobody": N_("They asked or offered something. Help has not come of it yet."),
    "unanswered": N_("Open for a week or more, and nobody is asked about it."),
    "silent": N_("Agreed more than a week ago. Ask the two how it went."),
    "carrying": N_("They give what they said is enough, or every week. Ask how it goes, and let others be asked."),
}
ENDS = {
    "worked": N_("It worked out"),
    FailReason.NO_CONTACT: N_("They did not reach each other"),
    FailReason.NOT_AT_TIME: N_("It did not happen at the time"),
    FailReason.NO_LONGER_NEEDED: N_("It is no longer needed"),
    FailReason.NOT_RIGHT: N_("It did not feel right"),
    FailReason.OTHER: N_("Another reason"),
}
"""How an agreement went, as a worker heard it."""
