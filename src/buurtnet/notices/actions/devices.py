"""Devices that show notices: each belongs to the session in which it was named, and goes with it."""

from uuid import UUID

import msgspec

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Forbidden, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.push import Device, check_device
from buurtnet.kit.resealing import Sealed
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.queries import NEWEST_NAMED
from buurtnet.notices.rules.channels import MOST_FAILURES
from buurtnet.notices.schemas import Outcome
from buurtnet.settings import Settings

REMOVE = "delete from push_subscription where session_hash = $1"
ADD = "insert into push_subscription (id, person_id, session_hash, lookup, sealed) values ($1, $2, $3, $4, $5)"
FORGET_GONE = "delete from push_subscription where id = any($1::uuid[])"
COUNT_FAILED = "update push_subscription set failures = failures + 1 where id = any($1::uuid[])"
FORGET_FAILED = "delete from push_subscription where id = any($1::uuid[]) and failures >= $2"
FORGIVE = "update push_subscription set failures = 0 where id = any($1::uuid[]) and failures > 0"
FORGET_OF = "delete from push_subscription s using person p where p.id = s.person_id and p.id = $1 and (p.discreet or p.state = 'erased')"
FORGET_PASSED_ON = f"delete from push_subscription s where not ({NEWEST_NAMED})"
STALE = """
select id, sealed from push_subscription where not starts_with(encode(sealed, 'hex'), encode($1::bytea, 'hex')) order by id limit $2 for update
"""
WRITE = "update push_subscription set sealed = new.sealed from unnest($1::uuid[], $2::bytea[]) new (id, sealed) where push_subscription.id = new.id"
DEVICES = Sealed("push_subscription", "sealed", STALE, WRITE)


class SharedPhone(Forbidden):
    """Somebody else looks at the phone: nothing may appear there."""

    text = N_("Somebody else may look at your phone. So we send you nothing but your code.")


async def add_device(db: Db, settings: Settings, vault: Vault, viewer: Viewer, device: Device) -> None:
    """From now on the device of this session shows the viewer's notices; SharedPhone, or NoPushService where nobody knows who would send
    them. Not for a worker who acts for somebody: it is not that person's device."""
    if viewer.session_hash is None or viewer.person_id is None or viewer.actor_id != viewer.person_id:
        raise NotFound
    if viewer.discreet:
        raise SharedPhone
    check_device(settings, device)
    identity = new_id()
    sealed = vault.seal(msgspec.json.encode(device), "push_subscription", "sealed", identity)
    await db.execute(REMOVE, viewer.session_hash)
    await db.execute(ADD, identity, viewer.person_id, viewer.session_hash, vault.blind("device", device.endpoint), sealed)


async def remove_device(db: Db, viewer: Viewer) -> None:
    """The device of this session shows no notices any more."""
    await db.execute(REMOVE, viewer.session_hash)


async def note_devices(db: Db, outcome: Outcome) -> None:
    """Forgets the devices that are gone, and those that took nothing many times in a row."""
    await db.execute(FORGET_GONE, outcome.gone)
    await db.execute(COUNT_FAILED, outcome.failed)
    await db.execute(FORGET_FAILED, outcome.failed, MOST_FAILURES)
    await db.execute(FORGIVE, outcome.reached)


async def forget_devices(db: Db, person_id: UUID | None = None) -> None:
    """Forgets the devices of somebody who shares their phone now, or is gone; of everybody those that show another's notices since."""
    if person_id is not None:
        await db.execute(FORGET_OF, person_id)
    else:
        await db.execute(FORGET_PASSED_ON)
