"""Flyers: a short code that brings whoever scans it their neighbourhood, their language and the organisation that welcomes them."""

import secrets
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import Forbidden, Invalid, NotFound
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules import CARD_ALPHABET
from buurtnet.web.language import BY_CODE

SIGNS = 6


class Flyer(msgspec.Struct, frozen=True, kw_only=True):
    """What a flyer's code stands for; names by language."""

    code: str
    organisation_id: UUID
    neighbourhood_id: int
    municipality_id: int
    language: str
    organisation: dict[str, str]
    phone: str | None
    neighbourhood: dict[str, str]


FLYER = """
select f.code, f.organisation_id, f.neighbourhood_id, n.municipality_id, f.language, o.names as organisation, o.phone, n.names as neighbourhood
  from flyer f
  join organisation o on o.id = f.organisation_id
  join neighbourhood n on n.id = f.neighbourhood_id and n.valid_to is null
"""
BY_FLYER_CODE = f"{FLYER} where f.code = $1"
OWN_FLYERS = f"{FLYER} where f.organisation_id = $1 and f.neighbourhood_id = any($2::int[]) order by f.made_at desc, f.code"


async def find_flyer(db: Db, code: str) -> Flyer | None:
    """The flyer of the code, typed in small letters too; None where there is none, or its neighbourhood is gone."""
    return await fetch_one(db, Flyer, BY_FLYER_CODE, code.upper()) if len(code) == SIGNS else None


async def list_flyers(db: Db, viewer: Viewer) -> list[Flyer]:
    """The flyers of the facilitator's organisation and neighbourhoods, the newest first."""
    return await fetch(db, Flyer, OWN_FLYERS, viewer.organisation_id, list(viewer.areas))


async def get_own_flyer(db: Db, viewer: Viewer, code: str) -> Flyer:
    """A flyer of the facilitator's organisation; NotFound for any other."""
    flyer = await find_flyer(db, code)
    if flyer is None or flyer.organisation_id != viewer.organisation_id:
        raise NotFound
    return flyer


ADD_FLYER = """
insert into flyer (code, organisation_id, neighbourhood_id, language, made_by)
select $1, $2::uuid, $3::int, $4::text, $5
 where not exists (select from flyer where organisation_id = $2::uuid and neighbourhood_id = $3::int and language = $4::text)
"""
SAME = "select code from flyer where organisation_id = $1 and neighbourhood_id = $2 and language = $3 order by made_at, code limit 1"


async def make_flyer(db: Db, viewer: Viewer, neighbourhood_id: int, language: str) -> str:
    """The code of the flyer of the facilitator's organisation for a neighbourhood and a language: always the same, so that old paper stays good."""
    if not viewer.staff or "facilitator" not in viewer.roles:
        raise Forbidden
    if neighbourhood_id not in viewer.areas:
        raise Invalid({"neighbourhood_id": N_("Choose a neighbourhood where you work.")})
    if language not in BY_CODE:
        raise Invalid({"language": N_("We do not know this language.")})
    code = "".join(secrets.choice(CARD_ALPHABET) for _sign in range(SIGNS))
    await db.execute(ADD_FLYER, code, viewer.organisation_id, neighbourhood_id, language, viewer.person_id)
    return str(await db.fetchval(SAME, viewer.organisation_id, neighbourhood_id, language))
