"""Organisations, the areas they serve, who works there as what, and with what a worker signs in."""

from sqlalchemy import CheckConstraint, Index, Table

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata, one_of

COORDINATES = f"exists (select from staff own where own.person_id = {VIEWER} and own.role = 'coordinator' and own.organisation_id ="
"""Whether the viewer coordinates the organisation that follows, inside a policy."""
SOMEBODY_ELSE = f"person_id <> {VIEWER}"
APPOINTS = f"role <> 'operator' and {SOMEBODY_ELSE} and {COORDINATES} staff.organisation_id)"
PLACES = f"""{SOMEBODY_ELSE} and exists (
  select from staff own join staff theirs on theirs.organisation_id = own.organisation_id
   where own.person_id = {VIEWER} and own.role = 'coordinator' and theirs.person_id = staff_area.person_id)"""
INVITES = f"{SOMEBODY_ELSE} and {COORDINATES} tenure.organisation_id)"
BEGINS = f"person_id = {VIEWER} or {COORDINATES} tenure.organisation_id)"
AGREES = f"({COORDINATES} partnership.organisation_id) or {COORDINATES} partnership.other_id))"


def _set_by_coordinators(table: str, who: str) -> dict[str, tuple[str, str, str | None, str | None]]:
    """Everybody's to read, and the coordinators' to set: no page makes anybody a worker but theirs, and nobody sets what they may themselves."""
    return {
        f"{table}_read": (WEB, "select", "true", None),
        f"{table}_add": (WEB, "insert", None, who),
        f"{table}_change": (WEB, "update", who, who),
        f"{table}_remove": (WEB, "delete", who, None),
        f"{table}_worker": (WORKER, "all", "true", "true"),
    }


organisation = Table(
    "organisation",
    metadata,
    column("id", "uuid", key=True),
    column("names", "json"),
    column("phone", "text", optional=True),
    info={"web": "select"},
)

partnership = Table(
    "partnership",
    metadata,
    column("organisation_id", "uuid", "organisation.id", key=True),
    column("other_id", "uuid", "organisation.id", key=True),
    column("proposed_on", "date", default="current_date"),
    column("since", "date", optional=True),
    column("until", "date", optional=True),
    CheckConstraint("organisation_id <> other_id", name="two"),
    info={
        "web": "select, insert, update",
        "policies": {
            "partnership_read": (WEB, "select", "true", None),
            "partnership_propose": (WEB, "insert", None, f"{COORDINATES} partnership.organisation_id)"),
            "partnership_agree": (WEB, "update", AGREES, AGREES),
            "partnership_worker": (WORKER, "all", "true", "true"),
        },
    },
)
"""Proposed by the first organisation; it stands from the day on which the other one agreed until either ends it."""

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
    info={"policies": _set_by_coordinators("staff", APPOINTS)},
)

staff_area = Table(
    "staff_area",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("neighbourhood_id", "int", "neighbourhood.id", key=True),
    column("backup", "bool", default="false"),
    Index(None, "neighbourhood_id"),
    info={"policies": _set_by_coordinators("staff_area", PLACES)},
)

tenure = Table(
    "tenure",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("organisation_id", "uuid", "organisation.id"),
    column("invited_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("invited_at", "time", optional=True),
    column("begun_at", "time", optional=True),
    column("left_at", "time", optional=True),
    info={
        "web": "select, insert, update",
        "policies": {
            "tenure_read": (WEB, "select", "true", None),
            "tenure_invite": (WEB, "insert", None, INVITES),
            "tenure_change": (WEB, "update", BEGINS, BEGINS),
            "tenure_worker": (WORKER, "all", "true", "true"),
        },
    },
)
"""A worker's time here: invited, begun, left. What they signed in with before an invitation does not count any more."""

credential = Table(
    "credential",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("kind", "text"),
    column("sealed", "bytes", sealed=True, withheld="The secret of an authenticator; it stands in the worker's own device."),
    column("used_at", "time", optional=True),
    column("last_step", "bigint", optional=True),
    column("label", "text", optional=True, personal=True),
    column("added_at", "time", default="now()"),
    one_of("kind", ["totp", "passkey"]),
    Index(None, "person_id"),
    info={
        "policies": {
            "credential_own": (WEB, "all", f"person_id = {VIEWER}", f"person_id = {VIEWER}"),
            "credential_worker": (WORKER, "all", "true", "true"),
        }
    },
)
