"""Pure decisions about conversations: first sentences, what a message may be, what a worker should know of."""

import unicodedata
from collections.abc import Collection

from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.text import N_

LONGEST = 2000
FIRST_MESSAGES = 6
"""Messages from the beginning that are read for money together with an address, and for invitations to go elsewhere."""
PHRASES = {
    "hello_when": N_("Hello! When does it suit you?"),
    "hello_thanks": N_("Hello! Thank you for saying yes. I am glad."),
    "hello_meet": N_("Hello! Shall we first meet outside for a moment?"),
}
"""Fixed first sentences by their key; each reader gets them in their own language."""
CONTACT = "contact"
"""The mark of a message whose words are the sender's own number or address."""


class ConversationIsClosed(Conflict):
    """One of the two has stopped it."""

    text = N_("This conversation is over. You can no longer write here.")


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
    """The English sentence of a first sentence's key; Invalid where there is no such one."""
    if key not in PHRASES:
        raise Invalid({"phrase": N_("This is not one of the sentences.")})
    return PHRASES[key]


def should_tell(kinds: Collection[str], leads_to: Collection[str], number: int) -> bool:
    """Whether a worker is told: danger at any time; early on also money with an address, or an invitation to another app."""
    if "danger" in leads_to:
        return True
    early = number <= FIRST_MESSAGES
    return early and ("app" in kinds or ("money" in kinds and bool({"contact", "link", "identity"} & set(kinds))))
