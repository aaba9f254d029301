"""Which step follows which, when a worker looks again, and which counts may be told: pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from buurtnet.kit.counts import FLOOR, round_count
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.text import N_
from buurtnet.referrals.schemas import Lists, NewPartner, RightOf, State, Step

STATES: Mapping[State, str] = {
    State.PROPOSED: N_("A right to look at"),
    State.CONSENTED: N_("They said yes: tell the partner"),
    State.DECLINED: N_("They do not want this"),
    State.SENT: N_("The partner knows"),
    State.ACCEPTED: N_("The partner takes it on"),
    State.HELPED: N_("It helped"),
    State.NOT_HELPED: N_("It did not help"),
    State.NO_ANSWER: N_("The partner did not answer"),
    State.ENDED: N_("Not needed any more"),
}
STEPS: Mapping[State, tuple[State, ...]] = {
    State.PROPOSED: (State.HELPED, State.NOT_HELPED, State.ENDED),
    State.CONSENTED: (State.SENT, State.ENDED),
    State.SENT: (State.ACCEPTED, State.NOT_HELPED, State.NO_ANSWER, State.ENDED),
    State.ACCEPTED: (State.HELPED, State.NOT_HELPED, State.NO_ANSWER, State.ENDED),
}
"""What a worker may note next. Only the person, or a worker to whom they said it, makes a proposal a consent."""
ASKABLE = (State.PROPOSED, State.CONSENTED, State.DECLINED, State.NOT_HELPED, State.NO_ANSWER)
"""From here the person can be asked about a partner, another one or other words; a yes to the one before counts no more."""
OVER = (State.DECLINED, State.HELPED, State.NOT_HELPED, State.NO_ANSWER, State.ENDED)
LOOK_AGAIN: Mapping[State, int] = {State.PROPOSED: 7, State.CONSENTED: 1, State.SENT: 14, State.ACCEPTED: 30}
"""After how many days a worker looks how it stands."""
HOW_TOLD: Mapping[str, str] = {"called": N_("I called them"), "wrote": N_("I wrote to them"), "together": N_("We went together")}
HOW_AGREED: Mapping[str, str] = {"phone": N_("Yes, on the phone"), "in_person": N_("Yes, face to face")}
CONSENT_VERSION = "2026-11"


class NotNow(Conflict):
    """A step that does not follow from where the referral stands."""

    text = N_("This step does not fit any more. Look at how it stands now.")


class AskThePerson(Conflict):
    """A partner hears nothing before the person said yes."""

    text = N_("Ask the person first.")


def check_step(state: State, step: Step) -> None:
    """Refuses a step that does not follow, and telling a partner without saying how."""
    if step.state is State.SENT and state is State.PROPOSED:
        raise AskThePerson
    if step.state not in STEPS.get(state, ()):
        raise NotNow
    if step.state is State.SENT and step.how is None:
        raise Invalid({"how": N_("Choose how you told them.")})


def check_right(new: RightOf, lists: Lists) -> None:
    """Invalid where the right or the barrier cannot be chosen from the lists."""
    errors: dict[str, str] = {}
    if not lists.offers("right", new.right):
        errors["right"] = N_("Choose which right or service it is about.")
    if not lists.offers("barrier", new.barrier):
        errors["barrier"] = N_("Choose what stands in the way.")
    if errors:
        raise Invalid(errors)


def check_partner(new: NewPartner, codes: Iterable[str]) -> None:
    """Invalid where nobody could reach the partner, or a right is not on the list."""
    errors: dict[str, str] = {}
    if not (new.phone or new.email or new.url or new.address):
        errors["phone"] = N_("Give one way to reach them.")
    if new.email and ("@" not in new.email or " " in new.email):
        errors["email"] = N_("This is not an e-mail address.")
    if new.url and not new.url.startswith(("https://", "http://")):
        errors["url"] = N_("Begin with https://")
    if not set(new.rights) <= set(codes):
        errors["rights"] = N_("Choose from the list.")
    if errors:
        raise Invalid(errors)


def look_again(state: State, on: date) -> date | None:
    """The working day on which a worker looks how it stands; None where nothing is to be done."""
    days = LOOK_AGAIN.get(state)
    if days is None:
        return None
    day = on + timedelta(days=days)
    return day + timedelta(days=(7 - day.weekday()) % 7) if day.weekday() >= 5 else day


Counts = Mapping[tuple[int, str], int]
"""People by neighbourhood and code; code "" is everybody of the neighbourhood, neighbourhood 0 the whole organisation."""


def tell_counts(counts: Counts) -> dict[tuple[int, str], int | None]:
    """The counts as they may leave the desk: rounded to 5, None from fewer than 10 people or where fewer than 10 stand on the other side, and
    nothing by subtraction: in every row and column whose total is told at least two are not, and together these are 10 or more."""
    places = sorted({place for place, _code in counts})
    codes = sorted({code for _place, code in counts})
    told = {(place, code): _is_enough(counts, place, code) for place in places for code in codes}
    lines = [
        *(((place, ""), [(place, code) for code in codes if code]) for place in places),
        *(((0, code), [(place, code) for place in places if place]) for code in codes),
    ]
    while any(_protect(counts, told, total, parts) for total, parts in lines):
        pass
    return {cell: round_count(counts.get(cell, 0)) if shown else None for cell, shown in told.items()}


def _is_enough(counts: Counts, place: int, code: str) -> bool:
    own, everybody = counts.get((place, code), 0), counts.get((place, ""), 0)
    return own >= FLOOR and (not code or everybody - own >= FLOOR)


def _protect(counts: Counts, told: dict[tuple[int, str], bool], total: tuple[int, str], parts: list[tuple[int, str]]) -> bool:
    """Takes one more figure of the line back where those that are not told could be worked out; whether one was."""
    hidden = [part for part in parts if not told[part]]
    if not hidden or not told.get(total):
        return False
    if len(hidden) >= 2 and sum(counts.get(part, 0) for part in hidden) >= FLOOR:
        return False
    shown = [part for part in parts if told[part]]
    told[min(shown, key=lambda part: (counts.get(part, 0), part)) if shown else total] = False
    return True
