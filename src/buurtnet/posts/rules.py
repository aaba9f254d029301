"""Pure decisions about posts: their life, their days, their words; and the refusals that follow."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from buurtnet.kit.errors import Conflict, Forbidden, Invalid
from buurtnet.kit.text import N_
from buurtnet.people.rules import LANGUAGES
from buurtnet.posts.schemas import Author, Kind, NewPost, State, ThemeRule, Urgency, When
from buurtnet.screening.schemas import Subject

SHORTEST, LONGEST = 3, 600
OFFERS_AT_ONCE, OFFERS_A_WEEK = 5, 8
"""Whoever could place one after the other, and take them back, would be asked about every quiet need there is."""
DAYS_OPEN: dict[Kind, int] = {"need": 30, "offer": 90}
"""How long a post stays open whose theme is not known yet; otherwise its theme says it."""
WEEK = timedelta(days=7)
DAYS_AHEAD = timedelta(days=60)
"""How far ahead a given day may lie."""
ASK_BEFORE = timedelta(days=3)
BANDS = (N_("In your neighbourhood"), N_("Next to your neighbourhood"), N_("20 minutes on foot"), N_("By bicycle"), N_("In town"))
"""How near something is, by level, as the reader sees it."""

TRANSITIONS: dict[State, frozenset[State]] = {
    "waiting": frozenset({"open", "withdrawn", "refused", "redirected"}),
    "open": frozenset({"waiting", "met", "withdrawn", "expired", "refused", "redirected"}),
    "met": frozenset(),
    "withdrawn": frozenset(),
    "expired": frozenset(),
    "refused": frozenset(),
    "redirected": frozenset(),
}
"""Where a post may go from each state. An open one waits again when its words change, and a worker may close it after a report."""


OVER: frozenset[State] = frozenset({"met", "withdrawn", "expired"})
"""What its author may ask or offer again, in the same words; what was refused or redirected needs others."""


class PostIsClosed(Conflict):
    """The post is over, or in a state that does not allow this."""

    text = N_("This is over already. You can ask or offer it again.")


class PostIsFull(Conflict):
    """All that the post has room for is taken."""

    text = N_("Somebody else was a little earlier. We ask you again another time.")


class PostHasChanged(Conflict):
    """Somebody changed the post since it was read."""

    text = N_("This was changed in the meantime. Read it again first.")


class HelpIsUnderWay(Conflict):
    """The words of a post do not change while somebody helps with it."""

    text = N_("A neighbour already said yes to these words. Agree on the change together.")


class TooManyOffers(Conflict):
    """Five open offers are enough for one person."""

    text = N_("You already have five offers. End one of them first.")


class EnoughForThisWeek(Conflict):
    """Offers that were taken back count too."""

    text = N_("That is enough for this week. You can offer more next week.")


class OnlyForAdults(Forbidden):
    """Minors take part through a parent, a worker or a group."""

    text = N_("You must be 18 or older for this. Ask a parent or your worker to do it with you.")


class OnlyWithYourWorker(Forbidden):
    """While somebody is blocked, their worker posts for them."""

    text = N_("Right now you can do this only together with your worker.")


class NeighbourhoodFirst(Conflict):
    """Without a neighbourhood nobody is near."""

    text = N_("First choose your neighbourhood, on the page Me.")


class DangerStays(Conflict):
    """What speaks of danger is never matched."""

    text = N_("These words speak of danger. This is for a worker, never for a neighbour. You can ask for other words.")


class DayIsOver(Conflict):
    """The day for which it was asked is over."""

    text = N_("The day is over. Ask for a new day first.")


def check_offers(running: int, placed: int) -> None:
    """Refuses one more offer beside so many that run and so many that were placed within a week."""
    if running >= OFFERS_AT_ONCE:
        raise TooManyOffers
    if placed >= OFFERS_A_WEEK:
        raise EnoughForThisWeek


def read_post(
    post_id: UUID, text: str, language: str, author: Author, theme: ThemeRule | None, *, at: datetime, with_worker: bool
) -> Subject:
    """What the rules of screening read of a post; where a worker enters it, its author is no newcomer: it has been looked at."""
    return Subject(
        object_kind="post",
        object_id=post_id,
        text=text,
        language=language,
        organisation_id=author.organisation_id,
        author_id=author.id,
        at=at,
        entered=with_worker,
        theme=theme.slug if theme else None,
        on_trial=0 if with_worker else author.posts_on_trial,
    )


def first_state(*, review: str | None, leads: Collection[str], mediated: bool = False, spoken: bool = False) -> State:
    """`waiting` where a worker has to look first, or to listen, else `open`. `review` is the theme's, None where the author does not know the theme;
    `leads` is what each flag leads to."""
    unsure = review is None or review == "always"
    flagged = any(lead != "allowed" for lead in leads)
    return "waiting" if unsure or flagged or mediated or spoken else "open"


def may_become(state: State, wanted: State) -> bool:
    """Whether a post in the state may take the other one."""
    return wanted in TRANSITIONS[state]


def check_approval(*, state: State, theme_known: bool, danger: bool, until_on: date | None, today: date, worded: bool = True) -> None:
    """Refuses to open a post that is over, has no words or no theme, speaks of danger or was for a day that is gone."""
    if state != "waiting":
        raise PostIsClosed
    if not worded:
        raise Invalid({"words": N_("First write down what is said.")})
    if danger:
        raise DangerStays
    if not theme_known:
        raise Invalid({"theme": N_("Choose a theme first.")})
    if until_on is not None and until_on < today:
        raise DayIsOver


def check_author(*, adult: bool, state: str, has_neighbourhood: bool, with_worker: bool) -> None:
    """Refuses a post of somebody who may not place one now."""
    if not adult:
        raise OnlyForAdults
    if state == "blocked" and not with_worker:
        raise OnlyWithYourWorker
    if not has_neighbourhood:
        raise NeighbourhoodFirst


def is_quiet(kind: Kind, *, wanted: bool, sensitive: bool) -> bool:
    """Whether a post is kept from the neighbourhood: never an offer, always a need of a sensitive or unknown theme, else as the author wants."""
    return kind == "need" and (wanted or sensitive)


def urgency_of(kind: Kind, when: When, wanted: Urgency) -> Urgency:
    """How pressing it is: only needs are, and what is needed today is."""
    return "urgent" if kind == "need" and (when == "today" or wanted == "urgent") else "normal"


def window_of(when: When, today: date, day: date | None = None) -> tuple[date | None, date | None]:
    """The first and last day: today, the seven days from today, the given day, or any day."""
    match when:
        case "today":
            return today, today
        case "week":
            return today, today + WEEK - timedelta(days=1)
        case "day":
            return day, day
        case _:
            return None, None


def when_of(slots: int | None, own_slots: bool, from_on: date | None, until_on: date | None, today: date) -> When:
    """What the author chose, from what is stored; what was for today is another day's tomorrow."""
    if until_on is not None:
        return "week" if until_on != from_on else "today" if until_on == today else "day"
    return "regularly" if own_slots and slots else "any"


def expires_at(days: int, until_on: date | None, at: datetime, zone: tzinfo) -> datetime:
    """When a post ends that opens at this moment: after its theme's days, or with its own last day."""
    end = at + timedelta(days=days)
    if until_on is None:
        return end
    midnight = datetime.combine(until_on + timedelta(days=1), time(), zone).astimezone(at.tzinfo)
    return min(end, max(midnight, at))


def asks_at(opened_at: datetime, ends_at: datetime) -> datetime:
    """When the author is asked whether it still holds: three days ahead, of a short life in its last third."""
    return ends_at - min(ASK_BEFORE, max(ends_at - opened_at, timedelta(0)) / 3)


def renewed_window(until_on: date | None, today: date) -> tuple[date | None, date | None]:
    """The days of a post that still holds: what had a last day gets the week from today."""
    return window_of("any" if until_on is None else "week", today)


LAYOUT_SIGNS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""Signs that turn the direction of the text around them, or mark a byte order: invisible, never typed, and good only for deceiving."""


def clean_text(text: str) -> str:
    """The text in one Unicode form, without invisible layout signs and without white space that says nothing."""
    plain = unicodedata.normalize("NFC", LAYOUT_SIGNS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in plain.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def check_text(text: str) -> str | None:
    """What is wrong with a cleaned text, as a msgid; None where it can stand."""
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n" for sign in text):
        return N_("There is a sign in it that we cannot keep. Please take it out.")
    if sum(not sign.isspace() and unicodedata.category(sign) != "Cf" for sign in text) < SHORTEST:
        return N_("Please say it in a few words.")
    if len(text) > LONGEST:
        return N_("This is too long. Say it in a few sentences.")
    return None


def check_new(new: NewPost, *, today: date, spoken: bool = False) -> None:
    """Refuses what cannot become a post, saying for each field why; texts are expected cleaned, and may be empty where it was spoken."""
    errors: dict[str, str] = {}
    if (new.text or not spoken) and (wrong := check_text(new.text)):
        errors["text"] = wrong
    if new.when == "regularly" and not new.slots:
        errors["slots"] = N_("Choose at least one moment.")
    if new.when == "day" and (new.day is None or not today <= new.day <= today + DAYS_AHEAD):
        errors["day"] = N_("Choose a day, today or later.")
    if new.language is not None and new.language not in LANGUAGES:
        errors["language"] = N_("We do not know this language.")
    if new.urgency == "urgent" and new.kind != "need":
        errors["urgency"] = N_("Only what you ask can be urgent.")
    if errors:
        raise Invalid(errors)


def first_words(text: str, longest: int = 60) -> str:
    """The beginning of the text, cut at a word, to stand where a title would."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[:longest].rsplit(" ", 1)[0] if " " in line[:longest] else line[:longest]
    return cut.rstrip(" ,.;:") + "…"


def list_moments(slots: int) -> list[tuple[int, list[int]]]:
    """The days of a set of slots with their parts: [(0, [0, 2])] is Monday morning and afternoon."""
    days = ((day, [part for part in range(4) if slots >> (4 * day + part) & 1]) for day in range(7))
    return [(day, parts) for day, parts in days if parts]
