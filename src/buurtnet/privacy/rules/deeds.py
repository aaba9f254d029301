"""What workers did, in words without anybody in them: for the worker, and for the coordinator who reads it. Past tense; msgids."""

from collections.abc import Mapping, Sequence

from buurtnet.kit.text import N_

DETAILS: Mapping[str, str] = {
    "opened contact": N_("opened a number or an address"),
    "opened conversation": N_("opened a reported conversation"),
    "opened referral": N_("opened a referral"),
    "opened links": N_("looked who is reached only through somebody"),
    "opened": N_("opened something protected"),
    "acting started": N_("began to act for somebody"),
    "acting ended": N_("stopped acting for somebody"),
    "looked after": N_("began to look after an account"),
    "handed over": N_("gave an account back to its person"),
    "handed to a colleague": N_("handed an account to a colleague"),
    "looks shown": N_("showed somebody who looked at their data"),
    "task_call": N_("opened a number to call for a task"),
    "erasure asked": N_("asked to forget somebody"),
    "signed out everywhere": N_("signed somebody out everywhere"),
}
DECISIONS: Mapping[str, str] = {
    "post_approved": N_("placed a message"),
    "post_refused": N_("did not place a message"),
    "post_changes_asked": N_("asked for other words in a message"),
    "post_words_proposed": N_("proposed other words for a message"),
    "post_held": N_("put a message on hold"),
    "post_right_first": N_("looked for a right first"),
    "referral proposed": N_("began to look at a right for somebody"),
    "post_undone": N_("took a decision about a message back"),
    "post placed": N_("wrote a message"),
    "post changed": N_("changed a message"),
    "post withdrawn": N_("took a message back"),
    "post renewed": N_("let a message stand longer"),
    "post reworded": N_("wrote a message in other words"),
    "post worded": N_("wrote down a spoken message"),
    "post shared": N_("shared a message without names"),
    "words agreed": N_("noted a yes to other words"),
    "words declined": N_("noted a no to other words"),
    "match_approved": N_("let a helper be asked"),
    "match_rejected": N_("put a match aside"),
    "match_made": N_("made a match by hand"),
    "match_set_aside": N_("took another match in the place of one"),
    "match_undone": N_("took a decision about a match back"),
    "match_done": N_("noted that a help worked out"),
    "match_confirmed_done": N_("confirmed that a help worked out"),
    "match_failed": N_("noted that a help did not work out"),
    "match_answered_yes": N_("noted a yes to a match"),
    "match_answered_no": N_("noted a no to a match"),
    "match_answered_not_now": N_("noted a not now to a match"),
    "place_confirmed": N_("noted where somebody lives now"),
    "put_first": N_("asked to suggest for somebody first"),
    "report_closed": N_("closed a report"),
    "report_undone": N_("took a decision about a report back"),
    "block asked": N_("asked for a block"),
    "block confirmed": N_("confirmed a block"),
    "block ended": N_("ended a block"),
    "limited": N_("limited an account for a time"),
    "limit ended": N_("ended the limit of an account"),
    "alarm judged": N_("said if a rule was right"),
    "task_done": N_("noted how a task went"),
    "task_planned": N_("planned a next step"),
    "task_undone": N_("took a note about a task back"),
}
PEOPLE: Mapping[str, str] = {
    "registered": N_("registered somebody"),
    "pasted for": N_("registered somebody from a list"),
    "list pasted": N_("pasted a list"),
    "changed": N_("changed an account"),
    "contact added": N_("added a number or an address"),
    "contact removed": N_("took a number or an address away"),
    "contact tried again": N_("let messages go to an address again"),
    "pin set": N_("set four pictures"),
    "card given": N_("gave a card"),
    "card revoked": N_("stopped a card"),
    "cards issued": N_("printed blank cards"),
    "helper checked": N_("noted a check of a helper"),
    "helper check taken back": N_("took a check of a helper back"),
    "accounts merged": N_("merged two accounts of one person"),
    "merge stopped": N_("stopped the merging of two accounts"),
    "keeps away": N_("noted who may never find somebody"),
    "keeps away no more": N_("changed who may never find somebody"),
    "pace set": N_("changed how often somebody is written to"),
    "notices set": N_("changed how somebody is written to"),
    "paused": N_("let somebody pause"),
    "resumed": N_("ended a pause"),
    "partner added": N_("added a partner"),
    "partner changed": N_("changed a partner"),
    "partner ended": N_("took a partner away"),
}
WORK: Mapping[str, str] = {
    "staff added": N_("added a colleague"),
    "staff invited": N_("invited a colleague"),
    "staff invited again": N_("invited a colleague again"),
    "staff set": N_("changed the role of a colleague"),
    "staff began": N_("began to work here"),
    "staff left": N_("ended the access of a colleague"),
    "roles set": N_("changed the role of a colleague"),
    "areas set": N_("changed where a colleague works"),
    "secrecy set": N_("changed a colleague's basis for secrecy"),
    "passkey added": N_("added a passkey of their own"),
    "passkey removed": N_("took a passkey of their own away"),
    "authenticator changed": N_("changed their app that shows digits"),
    "partnership proposed": N_("asked another organisation to work together"),
    "partnership agreed": N_("said yes to working together"),
    "partnership ended": N_("ended working together"),
    "organisation added": N_("added an organisation"),
    "area added": N_("added an area"),
    "weights set": N_("changed what counts in matching"),
    "halving distance set": N_("changed how far help reaches"),
    "emphasis set": N_("changed what counts in an area"),
    "map published": N_("decided about the map of an area"),
    "rule added": N_("added a rule of screening"),
    "rule set": N_("changed a rule of screening"),
    "rules tried": N_("tried rules on past messages"),
}
KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "details": (N_("Personal details"), DETAILS),
    "decisions": (N_("Decisions"), DECISIONS),
    "people": (N_("People"), PEOPLE),
    "work": (N_("Who works how"), WORK),
}
"""What a reader can ask for alone: heading, and the deeds that belong to it."""
DEEDS: Mapping[str, str] = DETAILS | DECISIONS | PEOPLE | WORK
TWICE = ("match_confirm", "match_reject")
"""Written beside the decision that says the same."""
BEGINNINGS: Sequence[tuple[str, str]] = (
    ("post", N_("did something about a message")),
    ("match", N_("did something about a match")),
    ("report", N_("did something about a report")),
    ("person", N_("did something for somebody")),
    ("referral", N_("did something about a referral")),
)
OTHERWISE = N_("did something for somebody")


def say_deed(action: str, object_kind: str | None) -> str:
    """What was done, as a msgid: by the deed and its object, else by the deed, else by how its name begins."""
    named = DEEDS.get(f"{action} {object_kind}") or DEEDS.get(action) or DEEDS.get(action.lstrip("0123456789 "))
    return named or next((text for beginning, text in BEGINNINGS if action.startswith(beginning)), OTHERWISE)


def actions_of(kind: str) -> list[str] | None:
    """The names of the deeds of a kind as they stand in the audit; None where every deed is wanted."""
    return (
        sorted({action.partition(" ")[0] if action.startswith("opened ") else action for action in KINDS[kind][1]})
        if kind in KINDS
        else None
    )
