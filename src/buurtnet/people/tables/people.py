"""People, how they are reached and how they sign in. A person's only place is a neighbourhood."""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, text

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata, one_of
from buurtnet.people.schemas import EVERY_SLOT

person = Table(
    "person",
    metadata,
    column("id", "uuid", key=True, person=True),
    column("organisation_id", "uuid", "organisation.id"),
    column("given_name", "text", personal=True),
    column("picture", "smallint"),
    column("pin_hash", "text", optional=True, personal=True, withheld="A hash of the four pictures; whoever had it could guess them."),
    column("adult", "bool"),
    column("discreet", "bool", default="false"),
    column("mediated", "bool", default="false"),
    column("language", "text"),
    column("languages", "texts", personal=True),
    column("neighbourhood_id", "int", "neighbourhood.id", optional=True, personal=True),
    column("reach", "smallint", default="1"),
    column("slots", "int", default=str(EVERY_SLOT)),
    column("monthly_max", "smallint", default="4"),
    column("state", "text", default="'active'"),
    column("paused_until", "date", optional=True),
    column("posts_on_trial", "smallint", default="2"),
    column("limited_until", "date", optional=True),
    column("managed_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("created_on", "date", default="current_date"),
    column("seen_on", "date", default="current_date"),
    column("leaving_asked_on", "date", optional=True),
    column("looks_in_person", "bool", default="false"),
    one_of("state", ["active", "paused", "blocked", "erased"]),
    CheckConstraint("reach between 0 and 4", name="reach"),
    CheckConstraint(f"slots between 1 and {EVERY_SLOT}", name="slots"),
    CheckConstraint("monthly_max between 1 and 31", name="monthly_max"),
    CheckConstraint("char_length(given_name) between 1 and 60", name="given_name"),
    Index(None, "neighbourhood_id"),
    Index(None, "organisation_id"),
    Index(None, "seen_on"),
    Index("ix_person_managed_by", "managed_by", postgresql_where=text("managed_by is not null")),
    info={"web": "select, insert, update"},
)

MANAGED = f"exists (select from person where person.id = person_id and person.managed_by = {VIEWER})"
OWN = f"person_id = {VIEWER} or {MANAGED}"
GRANTED = f'exists (select from "grant" g where g.person_id = {VIEWER} and g.object_id = contact.person_id and g.until > now())'

contact = Table(
    "contact",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("channel", "text"),
    column("sealed", "bytes", sealed=True, personal=True),
    column("verified_at", "time", optional=True),
    column("failing_since", "time", optional=True),
    one_of("channel", ["email", "sms"]),
    Index(None, "person_id"),
    info={
        "policies": {
            "contact_read": (WEB, "select", f"{OWN} or {GRANTED}", None),
            "contact_add": (WEB, "insert", None, OWN),
            "contact_change": (WEB, "update", OWN, OWN),
            "contact_remove": (WEB, "delete", OWN, None),
            "contact_worker": (WORKER, "all", "true", "true"),
        }
    },
)

sign_in_name = Table(
    "sign_in_name",
    metadata,
    column("lookup", "bytes", key=True, lookup="own"),
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    Index(None, "person_id"),
    info={"withheld": "Blind indexes of the addresses that stand among the contact details."},
)

number_to_call = Table(
    "number_to_call",
    metadata,
    column("lookup", "bytes", key=True, lookup="own"),
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    Index(None, "person_id"),
    info={"withheld": "Blind indexes of the numbers that stand among the contact details."},
)
"""By which a worker sees that somebody may be known already; nobody signs in with it."""

card = Table(
    "card",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", optional=True, person=True, on_delete="CASCADE"),
    column("organisation_id", "uuid", "organisation.id"),
    column("token_hash", "bytes"),
    column("code_hash", "bytes"),
    column("issued_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("issued_at", "time", default="now()"),
    column("activated_at", "time", optional=True),
    column("revoked_at", "time", optional=True),
    UniqueConstraint("token_hash"),
    UniqueConstraint("code_hash"),
    Index(None, "person_id"),
)

sign_in_code = Table(
    "sign_in_code",
    metadata,
    column("id", "uuid", key=True),
    column("lookup", "bytes", lookup="row"),
    column("channel", "text"),
    column("sealed", "bytes", sealed=True, personal=True),
    column("language", "text"),
    column("browser_hash", "bytes"),
    column("purpose", "text", default="'sign_in'"),
    column("person_id", "uuid", "person.id", optional=True, person=True, on_delete="CASCADE"),
    column("expires_at", "time"),
    column("tries", "smallint", default="0"),
    column("used_at", "time", optional=True),
    column("finished_at", "time", optional=True),
    one_of("purpose", ["sign_in", "staff", "contact", "confirm"]),
    Index(None, "browser_hash"),
    Index(None, "expires_at"),
)

session = Table(
    "session",
    metadata,
    column("token_hash", "bytes", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("kind", "text"),
    column("acting_for", "uuid", "person.id", optional=True, on_delete="CASCADE"),
    column("created_at", "time", default="now()"),
    column("seen_at", "time", default="now()"),
    column("confirmed_at", "time", optional=True),
    column("expires_at", "time"),
    one_of("kind", ["resident", "staff"]),
    Index(None, "person_id"),
    Index("ix_session_acting_for", "acting_for", postgresql_where=text("acting_for is not null")),
)

keep_away = Table(
    "keep_away",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("other_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    Index(None, "other_id"),
    info={"withheld": "Who keeps away from whom: it would tell that somebody else wished it."},
)

keep_away_wish = Table(
    "keep_away_wish",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("lookup", "bytes", key=True, lookup="stays"),
    Index(None, "lookup"),
)

block = Table(
    "block",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("second_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("reason", "text", personal=True, withheld="What one worker wrote to the other; it may name who is protected."),
    column("code", "text", default="'other'"),
    column("told", "text", optional=True, personal=True),
    column("asked_at", "time", default="now()"),
    column("until", "date"),
    column("ended_at", "time", optional=True),
    CheckConstraint("second_by is null or second_by <> by", name="two_workers"),
    Index(None, "person_id"),
    Index("uq_block_standing", "person_id", unique=True, postgresql_where=text("ended_at is null")),
)

helper_check = Table(
    "helper_check",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("kind", "text", key=True),
    column("checked_on", "date"),
    column("checked_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    one_of("kind", ["minors"]),
    info={"merged": "later:checked_on"},
)

consent = Table(
    "consent",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("what", "text"),
    column("version", "text"),
    column("language", "text"),
    column("helped_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("at", "time", default="now()"),
    column("withdrawn_at", "time", optional=True),
    Index(None, "person_id"),
    Index("ix_consent_helped_by", "helped_by", postgresql_where=text("helped_by is not null")),
)

barred = Table(
    "barred",
    metadata,
    column("lookup", "bytes", key=True, lookup="stays"),
    column("until", "date"),
    info={"web": "select", "withheld": "What is left of a block of somebody who was erased: a keyed hash that belongs to nobody any more."},
)
"""Addresses of people who were blocked when they asked to be forgotten: nobody joins with them until the block would have ended."""

place_question = Table(
    "place_question",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("was_id", "int", "neighbourhood.id", personal=True),
    column("choices", "ints", personal=True),
    column("asked_on", "date"),
    info={"web": "select, delete", "merged": "later:asked_on"},
)
"""Who is asked where they live now, since a newer map of the publisher has their neighbourhood no more, with the places it may be."""

flyer = Table(
    "flyer",
    metadata,
    column("code", "text", key=True),
    column("organisation_id", "uuid", "organisation.id"),
    column("neighbourhood_id", "int", "neighbourhood.id"),
    column("language", "text"),
    column("made_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("made_at", "time", default="now()"),
    Index(None, "organisation_id", "neighbourhood_id"),
    info={"web": "select, insert"},
)

kept = Table(
    "kept",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("sealed", "bytes", sealed=True, personal=True, withheld="It waits for an hour, and you see it as soon as you sign in."),
    column("expires_at", "time"),
    Index(None, "person_id"),
    info={
        "policies": {
            "kept_own": (WEB, "all", f"person_id = {VIEWER}", f"person_id = {VIEWER}"),
            "kept_worker": (WORKER, "all", "true", "true"),
        }
    },
)
