"""Who looked at somebody's data or did something with it: the audit, read by the person's own pseudonym."""

from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer

MOST = 200
LOOKS = """
select a.at, a.action, a.object_kind, a.reason, worker.given_name as name,
       (select s.role from staff s where s.person_id = worker.id order by s.role = 'facilitator' desc, s.role limit 1) as role,
       organisation.names as organisation
  from pseudonym mine
  join audit a on a.subject = mine.alias and a.actor is distinct from mine.alias
  left join pseudonym theirs on theirs.alias = a.actor
  left join person worker on worker.id = theirs.person_id
  left join organisation on organisation.id = worker.organisation_id
 where mine.person_id = $1 order by a.at desc, a.id desc limit $2
"""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One time somebody looked or did something; without a name where that worker is not here any more."""

    at: datetime
    action: str
    object_kind: str | None
    reason: str | None
    name: str | None
    role: str | None
    organisation: dict[str, str] | None

    def organisation_in(self, language: str) -> str:
        """The organisation's name in the language."""
        return name_in(self.organisation, language) if self.organisation else ""


async def list_looks(db: Db, person_id: UUID) -> list[Look]:
    """The last times anybody but the person looked at their data or did something with it, newest first."""
    return await fetch(db, Look, LOOKS, person_id, MOST)


LOOKS_IN_PERSON = "select looks_in_person from person where id = $1"


async def are_looks_in_person(db: Db, viewer: Viewer) -> bool:
    """Whether the viewer asked that it is shown face to face only."""
    return bool(await db.fetchval(LOOKS_IN_PERSON, viewer.person_id))
