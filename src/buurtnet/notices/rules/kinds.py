"""What there is to tell, in words, where it leads and how much it hurries: pure."""

from collections.abc import Iterable

import msgspec

from buurtnet.kit.text import N_
from buurtnet.notices.schemas import Topic

TOPICS = {
    Topic.ASKED: N_("A neighbour asks for my help"),
    Topic.ANSWERS: N_("Answers to me, and what we agreed"),
    Topic.MESSAGES: N_("A neighbour or my worker writes to me"),
    Topic.POSTS: N_("My own questions and offers"),
}


class Kind(msgspec.Struct, frozen=True):
    """What a kind of notice says, where it leads, and how much it hurries."""

    topic: Topic
    subject: str
    text: str
    path: str
    pressing: bool = False
    """Whether a neighbour or a worker waits for the answer."""
    own: bool = False
    """Whether it is about what the person asked or agreed to: told also to who wants to hear of nothing else."""
    held: bool = True
    """Whether it keeps to the pace. What two agreed and what is about safety does not wait, and does not count."""
    always: bool = False
    """Whether it is told also to somebody whose account is stopped."""


KINDS = {
    "match_asked": Kind(
        Topic.ASKED,
        N_("A neighbour could use your help"),
        N_("Somebody near you asks for something you offer. Please say yes or no."),
        "/matches/{id}",
        pressing=True,
    ),
    "match_offered": Kind(
        Topic.ANSWERS,
        N_("A neighbour can help you"),
        N_("Somebody in your neighbourhood can help you. Please say if that is good."),
        "/matches/{id}",
        pressing=True,
        own=True,
    ),
    "match_agreed": Kind(
        Topic.ANSWERS,
        N_("You both said yes"),
        N_("You both said yes. Now you can write to each other."),
        "/matches/{id}",
        pressing=True,
        own=True,
        held=False,
    ),
    "match_lapsed": Kind(
        Topic.ANSWERS,
        N_("We keep looking"),
        N_("There was no answer this time. We keep looking for you."),
        "/posts",
    ),
    "match_gone": Kind(
        Topic.ANSWERS,
        N_("We keep looking"),
        N_("This neighbour has no room any more. We keep looking for you."),
        "/posts",
        own=True,
    ),
    "agreement_gone": Kind(
        Topic.ANSWERS,
        N_("What you agreed is off"),
        N_("A neighbour you agreed with does not take part any more. We are sorry."),
        "/posts",
        pressing=True,
        own=True,
        held=False,
    ),
    "match_thanks": Kind(
        Topic.ASKED,
        N_("It is not needed any more"),
        N_("It is not needed any more. Thank you for wanting to help!"),
        "/",
    ),
    "post_opened": Kind(
        Topic.POSTS,
        N_("Your message is open"),
        N_("Your message is open now. We look for a neighbour who fits."),
        "/posts/{id}",
    ),
    "post_refused": Kind(
        Topic.POSTS,
        N_("About your message"),
        N_("Your message was not placed. Here you can read why and what you can do."),
        "/posts/{id}",
        own=True,
    ),
    "post_change_asked": Kind(
        Topic.POSTS,
        N_("Please look at your message"),
        N_("Your worker asks you to change something in your message."),
        "/posts/{id}",
        pressing=True,
        own=True,
    ),
    "post_redirected": Kind(
        Topic.POSTS,
        N_("Maybe you have a right to this"),
        N_("Your worker first looks with you at what you have a right to."),
        "/posts/{id}",
        own=True,
    ),
    "post_expiring": Kind(
        Topic.POSTS,
        N_("Does this still hold?"),
        N_("Your message ends soon. Does it still hold? One tap is enough."),
        "/posts/{id}",
        own=True,
    ),
    "message_new": Kind(
        Topic.MESSAGES,
        N_("You have a new message"),
        N_("A neighbour wrote to you."),
        "/messages",
        pressing=True,
        own=True,
        held=False,
    ),
    "done_asked": Kind(
        Topic.ANSWERS,
        N_("Did it work out?"),
        N_("Did it work out with your neighbour? Please tell us."),
        "/matches/{id}",
        pressing=True,
        own=True,
    ),
    "report_closed": Kind(
        Topic.MESSAGES,
        N_("About what you told us"),
        N_("A worker looked at what you told us. Here you read the answer."),
        "/reports/{id}",
        own=True,
    ),
    "referral_asked": Kind(
        Topic.POSTS,
        N_("A question for you"),
        N_("Your worker asks you something. Please say yes or no."),
        "/referrals/{id}",
        pressing=True,
        own=True,
    ),
    "person_decided": Kind(
        Topic.MESSAGES,
        N_("About your account"),
        N_("A worker decided something about your account. Here you read why, and what you can do."),
        "/decisions/{id}",
        own=True,
        held=False,
        always=True,
    ),
    "appeal_decided": Kind(
        Topic.MESSAGES,
        N_("You did not agree"),
        N_("Another worker looked at it again. Here you read the answer."),
        "/decisions/{id}",
        own=True,
        held=False,
        always=True,
    ),
    "still_here": Kind(
        Topic.MESSAGES,
        N_("Do you want to stay?"),
        N_("You were not here for a long time. Sign in within a month, or we forget you."),
        "/",
        own=True,
        held=False,
    ),
    "place_asked": Kind(
        Topic.MESSAGES,
        N_("Where do you live now?"),
        N_("The borders of the neighbourhoods changed. Please say where you live."),
        "/",
        own=True,
    ),
    "call_back": Kind(
        Topic.MESSAGES,
        N_("Your worker will call you"),
        N_("Your worker knows that you want to talk and will call you."),
        "/",
        own=True,
        held=False,
    ),
}
SEVERAL = N_("There is news for you")
"""The subject where a message says several things."""
HELD = sorted(name for name, kind in KINDS.items() if kind.held)


def topics_of(kinds: Iterable[str]) -> list[Topic]:
    """The topics of these kinds of notices, in the order in which topics are shown."""
    found = {KINDS[name].topic for name in kinds}
    return [topic for topic in Topic if topic in found]
