"""The lists of rights and barriers, partners, referrals, and the counts that are told."""

from sqlalchemy import Index, Table, text

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata, one_of
from buurtnet.referrals.schemas import State

listed = Table(
    "listed",
    metadata,
    column("kind", "text", key=True),
    column("code", "text", key=True),
    column("labels", "json"),
    column("position", "smallint"),
    column("retired", "bool", default="false"),
    one_of("kind", ["right", "barrier"]),
    info={"web": "select"},
)
"""Rights and barriers of this installation, from its file; what was taken from the file stays, because referrals name it."""

partner = Table(
    "partner",
    metadata,
    column("id", "uuid", key=True),
    column("organisation_id", "uuid", "organisation.id"),
    column("name", "text"),
    column("about", "text", optional=True),
    column("phone", "text", optional=True),
    column("email", "text", optional=True),
    column("url", "text", optional=True),
    column("address", "text", optional=True),
    column("rights", "texts"),
    column("checked_on", "date", default="current_date"),
    column("ended_on", "date", optional=True),
    Index(None, "organisation_id"),
    info={"web": "select, insert, update"},
)

referral = Table(
    "referral",
    metadata,
    column("id", "uuid", key=True),
    column("organisation_id", "uuid", "organisation.id"),
    column("neighbourhood_id", "int", "neighbourhood.id", optional=True, personal=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("post_id", "uuid", "post.id", optional=True, on_delete="SET NULL"),
    column("right", "text"),
    column("barrier", "text"),
    column("partner_id", "uuid", "partner.id", optional=True),
    column("state", "text"),
    column("worker_id", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("proposed_at", "time"),
    column("asked_at", "time", optional=True),
    column("consented_at", "time", optional=True),
    column("consent_how", "text", optional=True),
    column("consent_version", "text", optional=True),
    column("consent_language", "text", optional=True),
    column("consent_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("sent_at", "time", optional=True),
    column("sent_how", "text", optional=True),
    column("answered_at", "time", optional=True),
    column("closed_at", "time", optional=True),
    column("due_on", "date", optional=True),
    column("version", "int", default="1"),
    one_of("state", [*State]),
    one_of("consent_how", ["self", "phone", "in_person"]),
    one_of("sent_how", ["called", "wrote", "together"]),
    Index(None, "person_id"),
    Index(None, "post_id"),
    Index("ix_referral_open", "organisation_id", "due_on", postgresql_where=text("closed_at is null")),
    Index("ix_referral_counted", "organisation_id", "proposed_at"),
    info={"web": "select, insert, update"},
)

FACILITATED = f"""exists (select from referral r
  join staff f on f.person_id = {VIEWER} and f.role = 'facilitator' and f.organisation_id = r.organisation_id and f.secrecy_basis is not null
  join staff_area fa on fa.person_id = f.person_id and fa.neighbourhood_id = r.neighbourhood_id
 where r.id = referral_words.id)"""

referral_words = Table(
    "referral_words",
    metadata,
    column("id", "uuid", "referral.id", key=True, on_delete="CASCADE"),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("sealed", "bytes", sealed=True, personal=True),
    Index(None, "person_id"),
    info={
        "web": "select, insert, update",
        "policies": {
            "referral_words_read": (WEB, "select", f"person_id = {VIEWER} or {FACILITATED}", None),
            "referral_words_add": (WEB, "insert", None, FACILITATED),
            "referral_words_change": (WEB, "update", FACILITATED, FACILITATED),
            "referral_words_worker": (WORKER, "all", "true", "true"),
        },
    },
)
"""What the partner may be told, sealed: for the person it is about and for workers of the area with a basis for professional secrecy."""

right_count = Table(
    "right_count",
    metadata,
    column("id", "uuid", key=True),
    column("as_of", "date"),
    column("organisation_id", "uuid", "organisation.id", on_delete="CASCADE"),
    column("neighbourhood_id", "int", "neighbourhood.id", optional=True),
    column("kind", "text"),
    column("code", "text"),
    column("persons", "int", optional=True),
    one_of("kind", ["right", "barrier"]),
    Index("ix_right_count_organisation_id", "organisation_id", "as_of"),
    info={"web": "select"},
)
"""How many people each right and barrier concerned in the twelve months before a day, as it may be told: frozen by month, never changed."""
