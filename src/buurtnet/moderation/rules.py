"""What a decision needs, which reasons, rights and barriers there are: pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.text import N_
from buurtnet.kit.words import split_words
from buurtnet.matching.schemas import RejectReason
from buurtnet.matching.schemas import Verdict as MatchVerdict
from buurtnet.moderation.schemas import LikePost, MatchDecision, PostDecision, QueueFlag, ReportDecision, Verdict
from buurtnet.people.rules import NO_EMAIL, normalise_address
from buurtnet.people.schemas import Address
from buurtnet.referrals.schemas import Lists

REASONS: Mapping[str, str] = {
    "contact": N_("There is a phone number, an address or a name in it. You can write it again without."),
    "money": N_("It is about money or paid work. Here neighbours help each other for free."),
    "safety": N_("We want to keep everybody safe, and this can go wrong."),
    "professional": N_("This is work for a professional. Your worker can look for one with you."),
    "unclear": N_("It is not clear what you ask or offer. You can write it again in other words."),
    "double": N_("You already have a message about this."),
    "unkind": N_("There are words in it that can hurt somebody."),
    "other": N_("It does not fit here."),
}
"""Why a post is refused, as its author reads it."""

REJECTIONS: Mapping[str, str] = {
    "not_safe": N_("Not safe enough"),
    "not_fitting": N_("They do not fit"),
    "known_trouble": N_("There was trouble between them"),
    "too_much": N_("Too much for one of them"),
    "other": N_("Another reason"),
}
"""Why a match is not proposed; the two people never read this."""

REPORT_OUTCOMES: Mapping[str, str] = {
    "handled": N_("We did something about it."),
    "stays": N_("We looked at it well. It can stay."),
    "unclear": N_("We did not find what you mean. You can tell us more."),
    "elsewhere": N_("Another service has to look at this. We help you to find it."),
}
"""What becomes of a report, as who made it reads it."""

TASKS: Mapping[str, str] = {
    "call_back": N_("Call back"),
    "follow_up": N_("Follow up a right or a service"),
    "clock": N_("Ask in person"),
    "danger": N_("Words of danger"),
    "unhappy": N_("It did not feel right"),
    "appeal": N_("Somebody objects to a decision"),
    "silent_agreement": N_("No news after an agreement"),
    "unreached": N_("Our messages do not arrive"),
    "still_here": N_("Ask if they want to stay"),
    "place": N_("Ask where they live now"),
    "again": N_("Come back to somebody"),
    "referral": N_("Look after a referral"),
    "held": N_("Something is on hold"),
    "block_asked": N_("A colleague asks to stop an account"),
    "relieve": N_("Ask how helping goes"),
    "circle": N_("Talk about a circle"),
}
OUTCOMES: Mapping[str, str] = {
    "called": N_("Called"),
    "no_answer": N_("No answer"),
    "went_by": N_("Went by"),
    "agreed": N_("Agreed"),
    "done": N_("Done"),
}
"""How a try went."""
WHEN: Mapping[str, str] = {
    "tomorrow": N_("Tomorrow"),
    "days": N_("In three days"),
    "week": N_("In a week"),
    "weeks": N_("In two weeks"),
}
"""When a worker comes back to somebody."""
DAYS: Mapping[str, int] = {"tomorrow": 1, "days": 3, "week": 7, "weeks": 14}
CALLED_FOR: Mapping[str, str] = {"call_back": "call_back", "danger": "safety", "unhappy": "safety"}
"""Why a worker opens a number from a task, by its kind; for the others to follow up."""
STATES: Mapping[str, str] = {
    "waiting": N_("waits"),
    "open": N_("open"),
    "met": N_("done"),
    "withdrawn": N_("taken back"),
    "expired": N_("ended"),
    "refused": N_("not placed"),
    "redirected": N_("a right first"),
}

WHY: Mapping[str, str] = {
    "danger": N_("Words of danger"),
    "urgent": N_("Urgent"),
    "flagged": N_("A rule saw something"),
    "sensitive": N_("Sensitive theme"),
    "newcomer": N_("First messages"),
    "mediated": N_("Only through a worker"),
    "spoken": N_("It was spoken"),
    "changed": N_("A change was asked"),
    "mine": N_("I hold it"),
}
"""Why an item stands in a queue, to choose from; which of them a queue knows, its query says."""


CHOOSE_WHAT = N_("Choose what to do with them.")


class HeldByOther(Conflict):
    """Another worker is looking at the item now."""

    text = N_("%(name)s is looking at this now.")


class AlreadyDone(Conflict):
    """Another worker was first."""

    text = N_("%(name)s did this before you: %(what)s.")


class AlreadyDecided(Conflict):
    """Somebody decided about the item before (`DECIDED` says what), or it waits no longer for another reason."""

    text = N_("This does not wait any more. The person changed it or took it back.")


DECIDED: Mapping[str, str] = {
    "approved": N_("%(name)s approved this."),
    "refused": N_("%(name)s refused this."),
    "changes_asked": N_("%(name)s asked for a change."),
    "words_proposed": N_("%(name)s proposed other words."),
    "held": N_("%(name)s put this on hold."),
    "right_first": N_("%(name)s said: a right or a service first."),
    "rejected": N_("%(name)s rejected this."),
    "closed": N_("%(name)s closed this."),
}
"""What was decided and by whom, by the verdict."""

UNDO: Mapping[str, str] = {
    "approved": N_("Approved"),
    "refused": N_("Refused"),
    "changes_asked": N_("A change is asked"),
    "words_proposed": N_("Other words"),
    "held": N_("On hold"),
    "right_first": N_("A right or a service first"),
    "rejected": N_("Rejected"),
    "closed": N_("Done"),
}
"""What the worker just did, by the verdict, beside the button that takes it back."""

VERDICTS: Mapping[str, str] = {
    **UNDO,
    "warned": N_("Warned"),
    "limited": N_("A worker looks first"),
    "blocked": N_("The account is stopped"),
    "upheld": N_("They objected: it stays"),
    "overturned": N_("They objected: undone"),
}
"""Every verdict in a word or two, for what was decided before."""
REST: Mapping[str, str] = {"tomorrow": N_("Until tomorrow"), "days": N_("Three days"), "week": N_("A week")}
"""For how long something is put on hold."""
AGREED: Mapping[str, str] = {"phone": N_("Yes, on the phone"), "in_person": N_("Yes, face to face")}
"""How an author said yes to other words."""


class ChangedMeanwhile(Conflict):
    """The item is not as it was when the worker read it."""

    text = N_("The words have changed since you opened this. Read it again.")


class TooLate(Conflict):
    """The verdict has taken effect, and who it is about may know."""

    text = N_("It is too late to undo this. It was told already.")


def check_decision(decision: PostDecision, *, theme_known: bool, lists: Lists, text: str = "") -> None:
    """Invalid, field by field, where the verdict lacks what it needs: a reason from the list, words (other ones than `text`), a right and its barrier
    from the installation's lists, a day, a theme."""
    errors: dict[str, str] = {}
    if decision.verdict is Verdict.REFUSED and decision.reason not in REASONS:
        errors["reason"] = N_("Choose a reason. The person reads it.")
    if decision.verdict is Verdict.CHANGES_ASKED and not (decision.text or "").strip():
        errors["text"] = N_("Write what should change.")
    if decision.verdict is Verdict.RIGHT_FIRST:
        if not lists.offers("right", decision.right):
            errors["right"] = N_("Choose which right or service it is about.")
        if not lists.offers("barrier", decision.barrier):
            errors["barrier"] = N_("Choose what stands in the way.")
    if decision.verdict is Verdict.WORDS_PROPOSED and (decision.words or "").strip() in ("", text):
        errors["other"] = N_("Write the words as you propose them.")
    if decision.verdict is Verdict.HELD and decision.rest is None:
        errors["rest"] = N_("Choose for how long.")
    opens = decision.verdict in (Verdict.APPROVED, Verdict.WORDS_PROPOSED) or (decision.verdict is Verdict.RIGHT_FIRST and decision.stays)
    if opens and not (theme_known or decision.theme):
        errors["theme"] = N_("Choose a theme first.")
    if errors:
        raise Invalid(errors)


def check_closing(decision: ReportDecision) -> None:
    """Invalid where a report is closed without saying what was decided."""
    if decision.outcome not in REPORT_OUTCOMES:
        raise Invalid({"outcome": N_("Choose what was decided. The person reads it.")})


def check_reply_address(typed: str) -> Address:
    """The e-mail address for an answer; Invalid where it is none."""
    if "@" not in typed:
        raise Invalid({"address": NO_EMAIL})
    return normalise_address(typed, "")


def check_rejection(decision: MatchDecision) -> RejectReason | None:
    """The reason of a rejection, None of a confirmation; Invalid where a rejection has none."""
    if decision.verdict is MatchVerdict.CONFIRM:
        return None
    if decision.reason is None:
        raise Invalid({"reason": N_("Choose a reason. Only workers read it.")})
    return decision.reason


def next_date(on: date, when: str) -> date:
    """When a worker comes back to somebody, counted from the day; never in a weekend."""
    return working_day(on + timedelta(days=DAYS[when]))


def task_href(kind: str, object_kind: str | None, object_id: UUID | None, person_id: UUID | None) -> str | None:
    """Where a worker does a task, in one tap; None where there is nothing to open."""
    match kind, object_kind:
        case "appeal", _:
            return f"/desk/appeals/{object_id}"
        case "block_asked", _:
            return f"/desk/people/{person_id}/decisions"
        case _, "referral":
            return f"/desk/referrals/{object_id}"
        case "danger" | "held", "post":
            return f"/desk/posts/{object_id}"
        case "circle", _:
            return "/desk/network/circles"
        case "silent_agreement", _:
            return f"/desk/left-out?list=silent#match-{object_id}"
        case _:
            return f"/desk/people/{person_id}" if person_id else None


def working_day(day: date) -> date:
    """The day, or the Monday after where it is in a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7) if day.weekday() >= 5 else day


def mark_flags(text: str, flags: Sequence[QueueFlag]) -> list[tuple[str, str | None]]:
    """The text cut into pieces, each with the kind of flag that stands on it or None; overlapping flags become one piece of the first kind."""
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for flag in sorted(flags, key=lambda flag: (flag.starts, -flag.ends)):
        starts, ends = max(flag.starts, at), min(flag.ends, len(text))
        if ends <= starts:
            continue
        pieces += [(text[at:starts], None), (text[starts:ends], flag.kind)]
        at = ends
    return [piece for piece in [*pieces, (text[at:], None)] if piece[0]]


ALIKE, SAME = 0.4, 0.75
"""From which share of common words two texts look like each other, and like the same one."""


def share_words(one: str, other: str) -> float:
    """How much two texts say the same: words that stand in both, as a share of those that stand in either."""
    words, others = {word.text for word in split_words(one)}, {word.text for word in split_words(other)}
    return len(words & others) / len(words | others) if words and others else 0.0


def find_alike(text: str, posts: Sequence[LikePost]) -> list[tuple[LikePost, bool]]:
    """The posts that look like the text, the most alike first, at most five, each with whether it seems to be the same: by the same person and of
    the same kind and theme, or in nearly the same words."""
    found: list[tuple[float, LikePost, bool]] = []
    for post in posts:
        shared = share_words(text, post.text)
        same = shared >= SAME or (post.same_author and post.same_kind and post.same_theme)
        if same or shared >= ALIKE:
            found.append((shared + same, post, same))
    return [(post, same) for _share, post, same in sorted(found, key=lambda one: -one[0])[:5]]
