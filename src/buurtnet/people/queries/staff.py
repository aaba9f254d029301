"""Who works where: a coordinator's colleagues, what a worker signs in with, organisations that work together."""

from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer
from buurtnet.people.schemas import Passkey

PASSKEYS = "select id, label, added_at, used_at from credential where person_id = $1 and kind = 'passkey' order by added_at, id"


async def list_passkeys(db: Db, viewer: Viewer) -> list[Passkey]:
    """The devices with which the viewer signs in."""
    return await fetch(db, Passkey, PASSKEYS, viewer.person_id)
