"""Offers and needs, with the copy of what matching reads of their authors."""

from sqlalchemy import CheckConstraint, Index, Table, text

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata, one_of
from buurtnet.people.schemas import EVERY_SLOT

STATES = ["waiting", "open", "met", "withdrawn", "expired", "refused", "redirected"]
READ_FROM_INDEX = [
    "id",
    "author_id",
    "organisation_id",
    "language_bits",
    "reach",
    "slots",
    "from_on",
    "until_on",
    "capacity",
    "engaged",
    "active",
    "urgency",
    "created_at",
    "component",
]
"""What matching and the desk's lists read of an open post, and never the row for it."""

post = Table(
    "post",
    metadata,
    column("id", "uuid", key=True),
    column("organisation_id", "uuid", "organisation.id"),
    column("kind", "text"),
    column("author_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("on_behalf_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("theme_id", "smallint", "theme.id", optional=True),
    column("language", "text"),
    column("text", "text", personal=True),
    column("state", "text"),
    column("quiet", "bool"),
    column("neighbourhood_id", "int", "neighbourhood.id", personal=True),
    column("reach", "smallint"),
    column("slots", "int", optional=True),
    column("own_slots", "bool", default="false"),
    column("from_on", "date", optional=True),
    column("until_on", "date", optional=True),
    column("urgency", "text", default="'normal'"),
    column("capacity", "smallint", default="1"),
    column("engaged", "smallint", default="0"),
    column("again", "bool", default="false"),
    column("active", "bool", default="true"),
    column("language_bits", "bigint", default="0"),
    column("component", "uuid", optional=True, object="none", withheld="Who is connected with whom, over others."),
    column("changes_asked", "text", optional=True, personal=True),
    column("asks_at", "time", optional=True),
    column("renewal_asked_at", "time", optional=True),
    column("expires_at", "time"),
    column("created_at", "time", default="now()"),
    column("closed_at", "time", optional=True),
    column("version", "int", default="1"),
    one_of("kind", ["offer", "need"]),
    one_of("state", STATES),
    one_of("urgency", ["normal", "urgent"]),
    CheckConstraint("engaged between 0 and capacity", name="engaged"),
    CheckConstraint("capacity between 1 and 20", name="capacity"),
    CheckConstraint("reach between 0 and 4", name="reach"),
    CheckConstraint(f"slots between 1 and {EVERY_SLOT}", name="slots"),
    CheckConstraint("char_length(text) between 3 and 600 or text = '' and state not in ('open', 'met')", name="text"),
    CheckConstraint("theme_id is not null or state in ('waiting', 'withdrawn', 'refused', 'expired')", name="theme_known"),
    CheckConstraint("until_on is null or from_on is null or until_on >= from_on", name="dates"),
    Index(
        "ix_post_open",
        "kind",
        "neighbourhood_id",
        "theme_id",
        postgresql_where=text("state = 'open'"),
        postgresql_include=READ_FROM_INDEX,
    ),
    Index(
        "ix_post_near",
        "neighbourhood_id",
        "reach",
        "id",
        postgresql_where=text("state = 'open' and active and (kind = 'offer' or not quiet)"),
    ),
    Index(None, "author_id"),
    Index("ix_post_on_behalf_by", "on_behalf_by", postgresql_where=text("on_behalf_by is not null")),
    Index("ix_post_waiting", "neighbourhood_id", "created_at", postgresql_where=text("state = 'waiting'")),
    Index("ix_post_expires_at", "expires_at", postgresql_where=text("state in ('open', 'waiting')")),
    Index("ix_post_closed_at", "closed_at", postgresql_where=text("closed_at is not null")),
)

post_count = Table(
    "post_count",
    metadata,
    column("year", "smallint", key=True),
    column("organisation_id", "uuid", "organisation.id", key=True, on_delete="CASCADE"),
    column("kind", "text", key=True),
    column("theme_id", "smallint", "theme.id", key=True),
    column("state", "text", key=True),
    column("posts", "int"),
    info={"web": "select"},
)
"""What is left of posts that are not kept any more: how many closed how, in a year, without a place and without anybody."""

FACILITATED = f"""exists (select from post p
  join staff f on f.person_id = {VIEWER} and f.role = 'facilitator' and f.organisation_id = p.organisation_id
  join staff_area fa on fa.person_id = f.person_id and fa.neighbourhood_id = p.neighbourhood_id
 where p.id = post_voice.post_id
   and (f.secrecy_basis is not null or exists (select from theme th where th.id = p.theme_id and th.review <> 'always')))"""
"""A facilitator of the post's area and organisation, as `queries.FACILITATED`; who was matched is added where matches are."""

post_voice = Table(
    "post_voice",
    metadata,
    column("post_id", "uuid", "post.id", key=True, on_delete="CASCADE"),
    column("author_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("sound", "bytes", sealed=True, personal=True),
    column("seconds", "smallint"),
    column("worded_at", "time", optional=True),
    CheckConstraint("seconds between 1 and 30", name="seconds"),
    Index(None, "author_id"),
    info={
        "web": "select, insert, update (worded_at)",
        "policies": {
            "post_voice_read": (WEB, "select", f"author_id = {VIEWER} or {FACILITATED}", None),
            "post_voice_add": (
                WEB,
                "insert",
                None,
                f"author_id = {VIEWER} and exists (select from post p where p.id = post_voice.post_id and p.author_id = post_voice.author_id)",
            ),
            "post_voice_word": (WEB, "update", f"author_id = {VIEWER} or {FACILITATED}", f"author_id = {VIEWER} or {FACILITATED}"),
            "post_voice_worker": (WORKER, "all", "true", "true"),
        },
    },
)
"""What an author said, with when a worker wrote it down in the post's words. A voice tells who somebody is: no neighbour hears it before both
said yes."""
