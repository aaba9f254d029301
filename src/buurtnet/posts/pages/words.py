"""A post in words: when, how far, in which state; in the reader's language."""

from datetime import date, timedelta

import msgspec

from buurtnet.kit.text import N_
from buurtnet.people.rules.choices import DAYS, PARTS
from buurtnet.posts.rules import BANDS, first_words, list_moments
from buurtnet.posts.schemas import Post, PostCard
from buurtnet.web.language import _, say_day, say_list, say_short_day, today

MANY_DAYS = 3
WORDS = 50
"""Signs of a post's words that stand in a line."""
EVERY_PART = [0, 1, 2, 3]
STATES = {
    "waiting": N_("A worker looks at it first"),
    "open": N_("Open"),
    "met": N_("It worked out"),
    "withdrawn": N_("You took it back"),
    "expired": N_("It is over"),
    "refused": N_("Not placed"),
    "redirected": N_("Maybe you have a right to this"),
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A post as one line of a list."""

    href: str
    side: str
    icon: str
    title: str
    meta: str
    language: str


def say_moments(slots: int) -> list[str]:
    """Days and parts of the day, a day each: "Saturday: morning, afternoon"; one line where all days are alike."""
    moments = list_moments(slots)
    if len(moments) == len(DAYS) and all(parts == moments[0][1] for _day, parts in moments) and moments[0][1] != EVERY_PART:
        return [_("Every day: %(parts)s", parts=say_list(_(PARTS[part]) for part in moments[0][1]))]
    return [
        _("%(day)s, all day", day=_(DAYS[day]))
        if parts == EVERY_PART
        else _("%(day)s: %(parts)s", day=_(DAYS[day]), parts=say_list(_(PARTS[part]) for part in parts))
        for day, parts in moments
    ]


def say_when(slots: int | None, from_on: date | None, until_on: date | None) -> list[str]:
    """When it suits, one line for each day that was named."""
    if until_on is not None:
        if until_on == from_on:
            return [_("Today") if until_on == today() else say_day(until_on)]
        return [_("Before the end of %(day)s", day=say_day(until_on))]
    return say_moments(slots) if slots else [_("It does not matter when")]


def say_when_short(slots: int | None, from_on: date | None, until_on: date | None) -> str:
    """When it suits, in a few words; nothing where it does not matter."""
    if until_on is not None:
        return say_when(slots, from_on, until_on)[0]
    days = list_moments(slots or 0)
    return say_list(_(DAYS[day]) for day, _parts in days) if len(days) <= MANY_DAYS else ""


CHOICE = 14
"""Days from which one is chosen, tomorrow first."""


def day_choices(chosen: str = "") -> list[tuple[str, tuple[str, str]]]:
    """The days of two weeks as choices: the date, its weekday, its day and month; with the chosen one where it is another."""
    days = [today() + timedelta(days=ahead) for ahead in range(1, CHOICE + 1)]
    try:
        other = date.fromisoformat(chosen)
    except ValueError:
        other = days[0]
    return [(day.isoformat(), say_short_day(day)) for day in sorted({*days, other})]


def say_band(level: int | None) -> str:
    """How near it is, as the reader sees it."""
    return "" if level is None else _(BANDS[level])


def _line(post: PostCard, meta: list[str]) -> Line:
    return Line(
        href=f"/posts/{post.id}",
        side="asking" if post.kind == "need" else "giving",
        icon=post.theme_icon or ("message-circle-question-mark" if post.kind == "need" else "hand-heart"),
        title=first_words(post.text, WORDS),
        meta=" · ".join(part for part in meta if part),
        language=post.language,
    )


def near_line(post: PostCard, *, band: bool = True) -> Line:
    """Somebody else's post as a line: how near, when; no name. In a list by bands the theme stands for how near."""
    meta = [say_band(post.level) if band else post.theme_label or "", say_when_short(post.slots, post.from_on, post.until_on)]
    return _line(post, meta)


def own_line(post: PostCard) -> Line:
    """The reader's own post as a line, and how it stands. Words of danger are not repeated in a list that others may see over a shoulder."""
    title = _("For your worker") if post.danger else first_words(post.text, WORDS) or _("What you said")
    return msgspec.structs.replace(_line(post, [say_state(post)]), title=title)


def say_state(post: Post | PostCard) -> str:
    """How the author's own post stands."""
    if post.state == "waiting" and post.changes_asked:
        return _("Your worker asks you something")
    if post.state == "open" and not post.active:
        return _("Rests while you pause")
    if post.state == "open" and post.renewal_asked_at is not None:
        return _("Does this still hold?")
    if post.state == "open":
        return _("Open until %(day)s", day=say_day(post.expires_at))
    return _(STATES[post.state])
