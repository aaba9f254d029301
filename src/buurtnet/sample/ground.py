"""What the small sample stands on: boundaries, two organisations with their areas, and their workers."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from buurtnet.geography.actions import import_sample
from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import SYSTEM, Role, Viewer
from buurtnet.people.actions import add_area, add_organisation, add_staff
from buurtnet.people.schemas import NewStaff
from buurtnet.settings import Settings

PEOPLE_THERE = "select exists (select from person)"
PLACES = "select names->>'nl' as name, id, source from neighbourhood where valid_to is null and inhabited order by code collate \"C\""
SARAS = ("Brabantwijk", "Collignon", "Haachtse Steenweg", "Josaphat", "Dailly")
SHOWN = (*SARAS, "Noordwijk", "Helmet", "Terdelt")
"""Where residents and workers decided to show the map."""
REST = ("Plasky", "Tervurense Poort", "Reyers", "Georges Henri")
LINDE = ("Helmet", "Terdelt")
SECRECY = "art. 458 Sw."


class CannotPlant(Exception):
    """There is something in the database or the settings that a sample must not be put beside, or something missing; said in one line."""


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can sign in: what the local inbox shows beside the codes. `about` says what there is to see for them."""

    name: str
    role: str
    address: str
    otpauth: str | None = None
    about: str = ""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Where the small sample grows, and who works there."""

    places: dict[str, int]
    service: UUID
    linde: UUID
    area: UUID
    """The area whose map is published."""
    workers: dict[str, Viewer]
    entrances: list[Entrance]

    def worker_of(self, place: str, organisation_id: UUID) -> Viewer:
        """The facilitator who is responsible for a place."""
        if organisation_id == self.linde:
            return self.workers["Nora"]
        return self.workers["Sara" if place in SARAS else "Mehdi"]


async def lay_ground(db: Db, settings: Settings, vault: Vault) -> Ground:
    """Boundaries, organisations, areas and workers; CannotPlant beside people or on another map than the schematic one."""
    if await db.fetchval(PEOPLE_THERE):
        raise CannotPlant("There are people in this database already; a sample goes into an empty one (choose another --home).")
    rows = await db.fetch(PLACES)
    if not rows:
        await import_sample(db)
        rows = await db.fetch(PLACES)
    places = {row["name"]: row["id"] for row in rows if row["source"] == "sample"}
    if not {*SHOWN, *REST} <= places.keys():
        raise CannotPlant("Other boundaries than the schematic sample map are imported; the small sample grows on that map alone.")
    service = await add_organisation(
        db,
        SYSTEM,
        {"nl": "Sociale dienst 1030", "fr": "Service social 1030", "en": "Social service 1030", "ar": "الخدمة الاجتماعية 1030"},
        phone="+32 2 555 10 30",
    )
    linde = await add_organisation(db, SYSTEM, {"nl": "Buurthuis De Linde", "fr": "Maison de quartier Le Tilleul", "en": "The Linden Tree"})
    area = await add_area(
        db, SYSTEM, service, {"nl": "Schaarbeek laag en midden", "fr": "Schaerbeek bas et centre"}, [places[name] for name in SHOWN]
    )
    await add_area(db, SYSTEM, service, {"nl": "Schaarbeek hoog", "fr": "Schaerbeek haut"}, [places[name] for name in REST])
    await add_area(db, SYSTEM, linde, {"nl": "Rond de Linde", "fr": "Autour du Tilleul"}, [places[name] for name in LINDE])
    ground = Ground(places=places, service=service, linde=linde, area=area, workers={}, entrances=[])
    mehdis = [name for name in (*SHOWN, *REST) if name not in SARAS]
    staff: tuple[tuple[str, UUID, Role, Sequence[str], Sequence[str]], ...] = (
        ("Sara", service, "facilitator", SARAS, ("Helmet",)),
        ("Mehdi", service, "facilitator", mehdis, ("Dailly",)),
        ("Lien", service, "coordinator", (), ()),
        ("Ines", service, "mapper", (), ()),
        ("Nora", linde, "facilitator", LINDE, ()),
    )
    for name, organisation, role, own, backup in staff:
        await _hire(db, settings, vault, ground, name, organisation, role, [places[one] for one in own], [places[one] for one in backup])
    return ground


async def _hire(
    db: Db, settings: Settings, vault: Vault, ground: Ground, name: str, organisation: UUID, role: Role, own: list[int], backup: list[int]
) -> None:
    secrecy = SECRECY if role == "facilitator" else None
    new = NewStaff(
        organisation_id=organisation,
        given_name=name,
        email=f"{name.lower()}@example.org",
        roles=[role],
        neighbourhoods=own,
        backup=backup,
        secrecy_basis=secrecy,
        language="fr" if name in ("Mehdi", "Nora") else "nl",
    )
    added = await add_staff(db, vault, SYSTEM, new, region=settings.phone_region)
    ground.workers[name] = Viewer(
        person_id=added.person_id,
        actor_id=added.person_id,
        name=name,
        state="active",
        organisation_id=organisation,
        language=new.language,
        roles=(role,),
        areas=(*own, *backup),
        secrecy=secrecy is not None,
    )
    ground.entrances.append(Entrance(name=name, role=role, address=new.email, otpauth=added.otpauth))
