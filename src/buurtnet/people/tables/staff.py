"""Organisations, the areas they serve, who works there as what, and with what a worker signs in."""

from sqlalchemy import Index, Table

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata, one_of

READ_ONLY = {"web": "select"}
"""Who works where and with whom is set by the operator, in the worker's role: no page can make anybody a worker."""

organisation = Table(
    "organisation",
    metadata,
    column("id", "uuid", key=True),
    column("names", "json"),
    column("phone", "text", optional=True),
    info=READ_ONLY,
)

partnership = Table(
    "partnership",
    metadata,
    column("organisation_id", "uuid", "organisation.id", key=True),
    column("other_id", "uuid", "organisation.id", key=True),
    column("since", "date"),
    column("until", "date", optional=True),
    info=READ_ONLY,
)

area = Table(
    "area",
    metadata,
    column("id", "uuid", key=True),
    column("organisation_id", "uuid", "organisation.id"),
    column("names", "json"),
    column("neighbourhoods", "ints"),
    column("map_published_on", "date", optional=True),
    column("decided_how", "text", optional=True),
)

staff = Table(
    "staff",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("organisation_id", "uuid", "organisation.id"),
    column("role", "text", key=True),
    column("secrecy_basis", "text", optional=True),
    one_of("role", ["facilitator", "coordinator", "mapper", "operator"]),
    info=READ_ONLY,
)

staff_area = Table(
    "staff_area",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("neighbourhood_id", "int", "neighbourhood.id", key=True),
    column("backup", "bool", default="false"),
    Index(None, "neighbourhood_id"),
    info=READ_ONLY,
)

credential = Table(
    "credential",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("kind", "text"),
    column("sealed", "bytes", sealed=True, withheld="The secret of an authenticator; it stands in the worker's own device."),
    column("used_at", "time", optional=True),
    column("last_step", "bigint", optional=True),
    one_of("kind", ["totp", "passkey"]),
    Index(None, "person_id"),
    info={
        "policies": {
            "credential_own": (WEB, "all", f"person_id = {VIEWER}", f"person_id = {VIEWER}"),
            "credential_worker": (WORKER, "all", "true", "true"),
        }
    },
)
