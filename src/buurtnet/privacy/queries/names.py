"""Names of organisations."""

from uuid import UUID

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db

ORGANISATIONS = "select id, names from organisation"


async def list_organisations(db: Db, language: str) -> dict[UUID, str]:
    """The organisations' names in the language, by id."""
    return {row["id"]: name_in(row["names"], language) for row in await db.fetch(ORGANISATIONS)}
