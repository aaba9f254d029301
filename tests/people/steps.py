"""Steps that several tests of people take."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import httpx

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.actions.codes import find_proven
from buurtnet.people.rules import normalise_address, sign_in_digits
from buurtnet.people.schemas import NewPerson, SignInCode
from tests.made import Made

NAMES = {"nl": "Sociale Dienst 1030", "fr": "Service social 1030", "en": "Social service 1030"}


@asynccontextmanager
async def operating(db: Db) -> AsyncGenerator[Db]:
    """Within the block the connection is in the role in which the operator's commands run."""
    before = await db.fetchval("select current_setting('role')")
    await db.execute("set local role buurtnet_worker")
    try:
        yield db
    finally:
        await db.execute(f"set local role {before}")


async def serve(made: Made, *hoods: str) -> UUID:
    """The home organisation, serving these neighbourhoods."""
    organisation_id = await made.home_organisation()
    ids = [await made.hood(hood) for hood in hoods or ("Brabantwijk",)]
    from buurtnet.kit.ids import new_id

    await made.insert("area", id=new_id(), organisation_id=organisation_id, names=NAMES, neighbourhoods=ids)
    return organisation_id


async def sent_digits(db: Db, vault: Vault) -> str:
    """The digits of the code asked last, as they were sent."""
    return sign_in_digits(vault, await db.fetchval("select id from sign_in_code order by id desc limit 1"))


async def prove(db: Db, vault: Vault, limits: Limits, typed: str, at: datetime) -> SignInCode:
    """A proven address, ready for joining."""
    code = await actions.ask_code(db, vault, limits, normalise_address(typed, "BE"), network="test", language="nl", at=at)
    await db.execute("update sign_in_code set used_at = $2 where id = $1", code.id, at)
    return await find_proven(db, code.browser, at.replace(year=at.year - 1))


async def new_person(made: Made, **values: object) -> NewPerson:
    """What somebody says who joins, right in everything."""
    given = {
        "neighbourhood_id": await made.hood(),
        "languages": ["nl", "tr"],
        "adult": True,
        "discreet": False,
        "consent": True,
        "given_name": "Amina",
    }
    return NewPerson(**(given | values))


async def about(made: Made, **values: object) -> dict[str, object]:
    """The same as a form sends it."""
    given = {
        "neighbourhood_id": await made.hood(),
        "languages": ["nl", "tr"],
        "adult": "yes",
        "discreet": "no",
        "consent": "yes",
        "given_name": "Amina",
    }
    return given | values


async def worker(made: Made, *hoods: str, secrecy: bool = True, **values: object) -> Viewer:
    """A facilitator's staff session, as a viewer, with a session in the table."""
    from buurtnet.kit.vault import token_hash

    hoods = hoods or ("Brabantwijk",)
    identity = await made.staff(hoods=hoods, secrecy="art. 458" if secrecy else None, **values)
    session = await made.session(identity, kind="staff")
    areas = tuple([await made.hood(hood) for hood in hoods])
    organisation_id = values.get("organisation_id") or await made.home_organisation()
    return Viewer(
        person_id=identity,
        actor_id=identity,
        organisation_id=organisation_id,
        roles=("facilitator",),
        areas=areas,
        secrecy=secrecy,
        language="nl",
        session_hash=token_hash(session),
        confirmed_at=now(),
    )


def resident(person_id: UUID) -> Viewer:
    """A resident's own session, as a viewer."""
    return Viewer(person_id=person_id, actor_id=person_id, language="nl")


async def ask(client: httpx.AsyncClient, address: str, page: str = "/sign-in") -> httpx.Response:
    """Asks for a code in this browser."""
    return await client.post(page, data={"address": address})


async def audited(db: Db) -> list[str]:
    """What stands in the audit, in its order."""
    return [row["action"] for row in await db.fetch("select action from audit order by at, id")]
