"""Rules and what they saw, in words: for whoever looks at an item, and for whoever sets a rule."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.screening.queries import explain_flags
from buurtnet.screening.rules.kinds import BECAUSE, NAMES
from buurtnet.screening.rules.trying import tell_tally
from buurtnet.screening.schemas import Judged, LeadsTo, Reason
from buurtnet.web.language import BY_CODE, _, ngettext, say_list, say_short_day

DETECTED = {
    "<phone>": N_("a phone number"),
    "<spelled-number>": N_("a phone number in words"),
    "<email>": N_("an e-mail address"),
    "<hidden-email>": N_("an e-mail address in disguise"),
    "<handle>": N_("a name on another app, such as @somebody"),
    "<link>": N_("a link to a website"),
    "<national-number>": N_("a national register number"),
    "<iban>": N_("a bank account number"),
    "<payment-card>": N_("the number of a payment card"),
    "<amount>": N_("an amount of money"),
}
"""What rules look for that are no words."""
LEADS = {
    LeadsTo.REVIEW: (N_("A worker looks first"), N_("Often there is nothing. Then it goes on.")),
    LeadsTo.SENSITIVE: (N_("A worker looks with care"), N_("There is nothing wrong with it, but it needs a careful look.")),
    LeadsTo.DANGER: (N_("A worker calls first"), N_("It is never matched, and it stands on top of the list.")),
    LeadsTo.ALLOWED: (N_("Harmless use"), N_("Where these words stand, other rules of the same kind see nothing.")),
    LeadsTo.OFF: (N_("Rests"), N_("It sees nothing.")),
}
"""What happens when a rule sees something: in a few words, and what that means."""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item is before a worker, in words: one for each rule."""

    rule_id: int | None
    name: str
    danger: bool
    seen: list[str]
    """The words of the text that the rule saw."""
    looks_for: str
    because: str
    origin: str
    """Who made it so, and why."""
    tally: str
    """How often there was nothing wrong; empty where nobody looked yet."""
    judged: Judged | None

    @property
    def may_judge(self) -> bool:
        """Whether somebody may say that there was nothing."""
        return self.rule_id is not None


def say_pattern(pattern: str, kind: str, most: int | None = None) -> str:
    """What a rule looks for: words as they are typed, and in words what is no word."""
    match kind:
        case "newcomer":
            return ngettext("the first message of somebody new", "the first %(num)s messages of somebody new", most or 0)
        case "same":
            return ngettext("the same text in %(num)s place", "the same text in %(num)s places", most or 0)
        case "contacts":
            return ngettext(
                "talks with more than %(num)s new person in a day", "talks with more than %(num)s new people in a day", most or 0
            )
        case _:
            shown = pattern.replace("|", " / ").replace("...", "…").replace("#", "12")
            return _(DETECTED[pattern]) if pattern in DETECTED else " ".join("–" if part == "_" else part for part in shown.split())


def say_language(code: str) -> str:
    """The language of a rule by its own name."""
    return BY_CODE[code].name if code in BY_CODE else _("Every language")


def say_tally(seen: int, wrong: int, *, exact: bool = True) -> str:
    """How often workers looked at what a rule saw, and how often there was nothing; else than exact only what is not of a few."""
    looked, empty = tell_tally(seen, wrong, exact=exact)
    if not looked:
        return ""
    said = ngettext("looked at once", "looked at %(num)s times", looked)
    return said if empty is None else say_list((said, ngettext("%(num)s false alarm", "%(num)s false alarms", empty)))


def _say_origin(reason: Reason) -> str:
    if reason.set_at is None:
        return _("It comes with the program.")
    day = " ".join(say_short_day(reason.set_at.date()))
    who = reason.set_by or _("A colleague")
    return _("%(who)s set it on %(day)s: %(why)s", who=who, day=day, why=reason.why or "")


def _explain(reason: Reason, text: str) -> Explained:
    return Explained(
        rule_id=reason.rule_id if reason.pattern is not None else None,
        name=_(NAMES.get(reason.kind, "")) or reason.kind,
        danger=reason.leads_to == "danger",
        seen=reason.say_words(text),
        looks_for=say_pattern(reason.pattern, reason.kind, reason.most) if reason.pattern and reason.kind != "theme" else "",
        because=_(BECAUSE.get(reason.kind, "")),
        origin=_say_origin(reason),
        tally=say_tally(reason.seen, reason.wrong),
        judged=reason.judged,
    )


async def explain(db: Db, viewer: Viewer, object_id: UUID, text: str) -> list[Explained]:
    """Why a post, or a conversation that was reported, is before a worker: in words, danger first. `text` is the post's; of a conversation nothing
    that was written is shown here."""
    return [_explain(reason, text) for reason in await explain_flags(db, viewer, object_id)]
