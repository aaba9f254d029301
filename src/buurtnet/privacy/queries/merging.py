"""What would go along when two accounts become one."""

from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import bindparam, literal_column, or_, select

from buurtnet.kit.db import Db
from buurtnet.privacy.queries.schema import list_tables, run
from buurtnet.privacy.rules import tags

ONE = literal_column("1")


async def list_coming(db: Db, person_id: UUID) -> list[str]:
    """The tables that hold something of the person, as far as a worker's page may look: what is sealed for the person's eyes is not among them."""
    found: list[str] = []
    for table in list_tables():
        owners = tags.list_owners(table)
        if not owners or table.info.get("policies") or "select" not in table.info.get("web", "select"):
            continue
        mine = or_(*(owner == bindparam("person", type_=UUID_TYPE) for owner in owners))
        if await run(db, select(ONE).select_from(table).where(mine).limit(ONE), person=person_id):
            found.append(table.name)
    return found
