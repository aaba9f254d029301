"""Plain words for what is kept, by table and column: msgids. What has no word here stands in the file under its own name."""

from collections.abc import Mapping

from buurtnet.kit.text import N_

GROUPS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "me": (N_("About me"), "user-round", ("person", "preference", "choice", "rest", "helper_check", "consent")),
    "reach": (N_("How you reach me"), "mail", ("contact", "card", "session", "push_subscription", "sign_in_code", "notice")),
    "posts": (N_("What I ask and offer"), "list-checks", ("post", "post_voice", "voice_draft", "decision")),
    "neighbours": (N_("Neighbours and me"), "handshake", ("match", "tie")),
    "messages": (N_("What I wrote"), "message-circle", ("message", "message_voice", "participant", "kept")),
    "reports": (N_("What I reported"), "flag", ("report", "block")),
}
"""What a person looks at together: heading, icon, tables. Every other table is shown under OTHER."""
OTHER = (N_("Other things"), "box")

TITLES: Mapping[str, str] = {
    "person": N_("My account"),
    "preference": N_("How often you write to me"),
    "choice": N_("What you tell me about"),
    "rest": N_("Days on which you ask me nothing"),
    "helper_check": N_("What an organisation checked"),
    "consent": N_("What I agreed to"),
    "contact": N_("My numbers and addresses"),
    "card": N_("My cards"),
    "session": N_("Where I am signed in"),
    "push_subscription": N_("Devices that show notices"),
    "sign_in_code": N_("Codes of the last hour"),
    "notice": N_("Messages you sent me in the last 30 days"),
    "post": N_("My questions and offers"),
    "post_voice": N_("What I said in them"),
    "voice_draft": N_("What I said and did not send yet"),
    "decision": N_("What workers decided"),
    "match": N_("Questions between a neighbour and me"),
    "tie": N_("Neighbours I met here"),
    "message": N_("My messages"),
    "message_voice": N_("What I said in messages"),
    "participant": N_("My conversations"),
    "kept": N_("What I typed and did not send yet"),
    "report": N_("What I told a worker"),
    "block": N_("Times when I could not take part"),
}
LABELS: Mapping[str, str] = {
    "given_name": N_("Name"),
    "picture": N_("Picture"),
    "adult": N_("18 or older"),
    "discreet": N_("Somebody else looks at my phone"),
    "mediated": N_("Only through my worker"),
    "looks_in_person": N_("Who looked: face to face only"),
    "language": N_("Language"),
    "languages": N_("Languages I speak"),
    "neighbourhood_id": N_("Neighbourhood"),
    "organisation_id": N_("Organisation"),
    "reach": N_("How far"),
    "slots": N_("When"),
    "monthly_max": N_("How often a month"),
    "paused_until": N_("Pause through"),
    "created_on": N_("Here since"),
    "seen_on": N_("Last signed in"),
    "leaving_asked_on": N_("Asked if I want to stay"),
    "pace": N_("How often"),
    "quiet_from": N_("Quiet from"),
    "quiet_until": N_("Quiet until"),
    "topic": N_("About"),
    "channels": N_("How"),
    "channel": N_("How"),
    "stopped": N_("Stopped"),
    "since": N_("From"),
    "until": N_("Until"),
    "checked_on": N_("Checked on"),
    "what": N_("What"),
    "at": N_("When"),
    "withdrawn_at": N_("Taken back on"),
    "contact.sealed": N_("Number or address"),
    "sign_in_code.sealed": N_("Number or address"),
    "kept.sealed": N_("What I typed"),
    "verified_at": N_("Confirmed on"),
    "failing_since": N_("Messages come back since"),
    "issued_at": N_("Printed on"),
    "activated_at": N_("Mine since"),
    "revoked_at": N_("Stopped on"),
    "created_at": N_("Made on"),
    "seen_at": N_("Last used"),
    "expires_at": N_("Ends on"),
    "kind": N_("What it is"),
    "sent_at": N_("Sent on"),
    "theme_id": N_("About"),
    "themes": N_("About"),
    "text": N_("Text"),
    "body": N_("Text"),
    "where_seen": N_("Where I saw it"),
    "reason": N_("Why"),
    "verdict": N_("Decision"),
    "right": N_("A right"),
    "barrier": N_("What stood in the way"),
    "changes_asked": N_("What a worker asked me to change"),
    "state": N_("How it is"),
    "quiet": N_("Shown only to who fits"),
    "from_on": N_("From"),
    "until_on": N_("Through"),
    "urgency": N_("How soon"),
    "closed_at": N_("Closed on"),
    "seconds": N_("Seconds"),
    "made_at": N_("Made on"),
    "asked_at": N_("Asked on"),
    "need_answer": N_("My answer"),
    "offer_answer": N_("My answer"),
    "agreed_at": N_("We both said yes on"),
    "need_done_at": N_("I said it worked out on"),
    "offer_done_at": N_("I said it worked out on"),
    "first_on": N_("First help"),
    "last_on": N_("Last help"),
    "helps": N_("How often we helped"),
    "a_helped": N_("How often I helped"),
    "b_helped": N_("How often I helped"),
    "read_at": N_("Read on"),
    "outcome": N_("What was done"),
    "ended_at": N_("Ended on"),
    "appealed_at": N_("I objected on"),
}
VALUES: Mapping[str, str] = {
    "need": N_("I ask"),
    "offer": N_("I offer"),
    "email": N_("e-mail"),
    "sms": N_("text message"),
    "push": N_("on my device"),
    "worker": N_("my worker"),
    "yes": N_("Yes"),
    "no": N_("No"),
    "not_now": N_("Not now"),
    "urgent": N_("soon"),
    "normal": N_("no hurry"),
    "resident": N_("on this site"),
    "staff": N_("as a worker"),
    "approved": N_("placed"),
    "changes_asked": N_("other words asked"),
    "right_first": N_("a right first"),
    "rejected": N_("not placed"),
    "closed": N_("closed"),
}
"""Codes that stand in columns, in words."""

ACTIONS: Mapping[str, str] = {
    "opened contact": N_("saw my number or address"),
    "opened": N_("opened something of mine"),
    "acting started": N_("began to do things for me"),
    "acting ended": N_("stopped doing things for me"),
    "looked after": N_("began to look after my account"),
    "handed over": N_("gave my account back to me"),
    "registered": N_("registered me"),
    "contact added": N_("added a number"),
    "contact removed": N_("took a number away"),
    "changed": N_("changed my account"),
    "pin set": N_("set my four pictures"),
    "card given": N_("gave me a card"),
    "card revoked": N_("stopped my card"),
    "block asked": N_("asked to stop my account for a time"),
    "block confirmed": N_("stopped my account for a time"),
    "block ended": N_("opened my account again"),
    "signed out everywhere": N_("signed me out everywhere"),
    "keeps away": N_("noted who may never find me"),
    "keeps away no more": N_("changed who may never find me"),
    "pace set": N_("changed how often you write to me"),
    "paused": N_("let me pause"),
    "resumed": N_("ended my pause"),
    "looks shown": N_("showed me who looked"),
    "post_approved": N_("read and placed what I wrote"),
    "post_refused": N_("read what I wrote and did not place it"),
    "post_changes_asked": N_("read what I wrote and asked for other words"),
    "post_right_first": N_("read what I wrote and looked for a right"),
    "erasure asked": N_("asked to forget me"),
}
DID_SOMETHING = N_("did something for me")


def find_action(action: str, object_kind: str | None) -> str:
    """What a worker did, in words: by the deed and what it was done to, else by the deed."""
    return ACTIONS.get(f"{action} {object_kind}") or ACTIONS.get(action) or DID_SOMETHING


def find_label(table: str, column: str) -> str | None:
    """The plain word for a column; None where it stands in the file alone."""
    return LABELS.get(f"{table}.{column}") or LABELS.get(column)


def find_group(table: str) -> str:
    """Under which heading the table is shown."""
    return next((key for key, (_title, _icon, tables) in GROUPS.items() if table in tables), "other")
