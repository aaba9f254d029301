"""Two neighbours who fit, and what the worker process does in between."""

from uuid import UUID

import msgspec
import pytest

from buurtnet.kit.db import Database, Db
from buurtnet.kit.outbox import deliver
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.settings import Settings
from tests.made import Made


class Pair(msgspec.Struct):
    """An asker and a helper who fit."""

    asker: UUID
    helper: UUID
    need: UUID
    offer: UUID

    @property
    def as_asker(self) -> Viewer:
        return viewer(self.asker)

    @property
    def as_helper(self) -> Viewer:
        return viewer(self.helper)


def viewer(person_id: UUID) -> Viewer:
    """A resident who is signed in."""
    return Viewer(person_id=person_id, actor_id=person_id, language="nl")


def worker(person_id: UUID, **more: object) -> Viewer:
    """A facilitator who is signed in."""
    return Viewer(person_id=person_id, actor_id=person_id, roles=("facilitator",), **more)


@pytest.fixture
async def pair(made: Made) -> Pair:
    asker, helper = await made.person("Amina"), await made.person("Hatice")
    return Pair(asker, helper, await made.post(asker), await made.post(helper, "offer", text="Ik heb sterke armen"))


@pytest.fixture
def tell(worker_database: Database, settings: Settings, vault: Vault):
    """Delivers what stands in the outbox to all reactions, as the worker process does."""
    from buurtnet.worker import list_reactions

    reactions = list_reactions(settings, vault)

    async def tell() -> int:
        return await deliver(worker_database, reactions)

    return tell


async def read_match(db: Db, need: UUID, offer: UUID | None = None) -> dict:
    """The match of a need, as it stands."""
    row = await db.fetchrow("select * from match where need_id = $1 and ($2::uuid is null or offer_id = $2)", need, offer)
    return dict(row) if row else {}


async def send_all(connection: Db) -> None:
    """Lets everything that is planned be told."""
    await connection.execute("update notice set state = 'sent', sent_at = now() where state = 'due'")


async def notices(connection: Db, person_id: UUID) -> list[str]:
    """The kinds of notice somebody has been planned, oldest first."""
    return [row["kind"] for row in await connection.fetch("select kind from notice where person_id = $1 order by id", person_id)]
