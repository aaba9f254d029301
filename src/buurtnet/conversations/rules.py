"""Pure decisions about conversations: first sentences, what a message may be, what a worker should know of."""

import unicodedata
from collections.abc import Collection

from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.text import N_

LONGEST = 2000
HOURLY = {"most": 60, "seconds": 3600}
"""Messages of one person in an hour."""
FIRST_MESSAGES = 6
"""Messages from the beginning that are read for money together with an address, and for invitations to go elsewhere."""
FIRSTS = {
    "hello_when": N_("Hello! When does it suit you?"),
    "hello_thanks": N_("Hello! Thank you for saying yes. I am glad."),
    "hello_meet": N_("Hello! Shall we first meet outside for a moment?"),
}
"""What somebody can begin with, by its key."""
GROUPS: dict[str, tuple[str, str, dict[str, str]]] = {
    "answer": (
        N_("Yes or no"),
        "check",
        {
            "yes": N_("Yes, that is good."),
            "no": N_("No, that does not suit me."),
            "maybe": N_("I do not know yet. I will tell you soon."),
            "slow": N_("I do not understand. Can you say it in other words?"),
        },
    ),
    "when": (
        N_("When and where"),
        "calendar",
        {
            "when": N_("When does it suit you?"),
            "where": N_("Where do we meet?"),
            "morning": N_("The morning suits me best."),
            "afternoon": N_("The afternoon suits me best."),
            "evening": N_("The evening suits me best."),
            "weekend": N_("The weekend suits me best."),
        },
    ),
    "meeting": (
        N_("The first time"),
        "handshake",
        {
            "outside": N_("Shall we first meet outside, near you?"),
            "worker": N_("Shall we first meet with our worker?"),
            "together": N_("I bring somebody with me. Is that good for you?"),
            "seeing": N_("I look forward to meeting you."),
        },
    ),
    "coming": (
        N_("On my way, late, not coming"),
        "clock",
        {
            "way": N_("I am on my way."),
            "here": N_("I am here."),
            "late": N_("I am a little late. I am sorry."),
            "cannot": N_("I cannot come today. I am sorry."),
            "another": N_("Can we do it on another day?"),
            "ill": N_("I am not well. Can we wait a few days?"),
        },
    ),
    "thanks": (
        N_("Thank you"),
        "hand-heart",
        {
            "thanks": N_("Thank you very much!"),
            "glad": N_("You helped me a lot."),
            "gladly": N_("I liked doing it."),
            "again": N_("Until next time!"),
        },
    ),
}
"""The other fixed sentences: by group its name, its pictogram and its sentences by their keys."""
PHRASES = FIRSTS | {key: text for _name, _icon, sentences in GROUPS.values() for key, text in sentences.items()}
"""All fixed sentences by their key; each reader gets them in their own language."""
CONTACT = "contact"
"""The mark of a message whose words are the sender's own number or address."""
SPOKEN = "voice"
"""The mark of a message that was said: its sound stands beside it."""


class ConversationIsClosed(Conflict):
    """One of the two has stopped it."""

    text = N_("This conversation is over. Do you want to talk to somebody? Choose “Call me” above.")


class NothingToShare(Conflict):
    """The person has no number or address to share."""

    text = N_("We have no number of you. Add one first, under Me.")


def clean_message(text: str) -> str:
    """The words as they are kept; Invalid where nothing is left or it is too long."""
    kept = "".join(sign for sign in unicodedata.normalize("NFC", text) if sign == "\n" or unicodedata.category(sign) != "Cc").strip()
    if not kept:
        raise Invalid({"text": N_("Write something first.")})
    if len(kept) > LONGEST:
        raise Invalid({"text": N_("This is too long. Please write it in two messages.")})
    return kept


def check_phrase(key: str) -> str:
    """The English sentence of a fixed sentence's key; Invalid where there is no such one."""
    if key not in PHRASES:
        raise Invalid({"phrase": N_("This is not one of the sentences.")})
    return PHRASES[key]


def should_tell(kinds: Collection[str], leads_to: Collection[str], number: int) -> bool:
    """Whether a worker is told: of danger, of the same words in many places and of many new contacts at any time; early on also of money with an
    address, of an invitation to another app, and of words that the organisation looks at itself."""
    if "danger" in leads_to or {"same", "contacts"} & set(kinds):
        return True
    early = number <= FIRST_MESSAGES
    return early and (bool({"app", "own"} & set(kinds)) or ("money" in kinds and bool({"contact", "link", "identity"} & set(kinds))))
