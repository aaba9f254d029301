"""Organisations, the areas they serve, and their workers."""

import sys
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import click

from buurtnet.cli.reaching import HOME, in_database, refuse_missing
from buurtnet.kit.viewer import Role
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings

ROLES = ("facilitator", "coordinator", "mapper", "operator")
NAME = click.option(
    "--name", "names", multiple=True, required=True, metavar="NL=…", help="Name per language, as nl=Wijkwerking; give it once per language."
)
PLACE = "Neighbourhood by code or name, or a municipality for all of its neighbourhoods; give it once per place."


def read_names(typed: tuple[str, ...]) -> dict[str, str]:
    """The names by language; refuses what is not written as nl=Wijkwerking."""
    names: dict[str, str] = {}
    for one in typed:
        language, sign, name = one.partition("=")
        if not sign or len(language) != 2 or not name.strip():
            raise Refused(f'"{one}" is not a name per language: write it as nl=Wijkwerking.')
        names[language] = name.strip()
    return names


@click.group()
def organisation() -> None:
    """Organisations: who welcomes people, and is responsible for their data."""


@organisation.command("add")
@NAME
@click.option("--phone", help="Telephone number for people who would rather call.")
@HOME
def add_organisation(names: tuple[str, ...], phone: str | None, home: Path | None) -> None:
    """Add an organisation and print its id."""
    from buurtnet.kit.viewer import SYSTEM
    from buurtnet.people import actions

    read = read_names(names)

    async def work(db: Any, settings: Settings) -> UUID:
        return await actions.add_organisation(db, SYSTEM, read, phone=phone)

    click.echo(in_database(home, work))


@click.group()
def area() -> None:
    """Areas: the neighbourhoods that an organisation serves."""


@area.command("add")
@click.option("--organisation", "named", required=True, help="Organisation, by id or name.")
@NAME
@click.option("--place", "places", multiple=True, required=True, help=PLACE)
@HOME
def add_area(named: str, names: tuple[str, ...], places: tuple[str, ...], home: Path | None) -> None:
    """Add an area of an organisation, where people can join it, and print its id."""
    from buurtnet.kit.viewer import SYSTEM
    from buurtnet.people import actions

    read = read_names(names)

    async def work(db: Any, settings: Settings) -> UUID:
        return await actions.add_area(db, SYSTEM, await _find_organisation(db, named), read, await _find_places(db, places))

    click.echo(in_database(home, work))


@click.group()
def staff() -> None:
    """Workers: facilitators, coordinators, mappers, operators."""


@staff.command("add")
@click.option("--organisation", "named", required=True, help="Organisation, by id or name.")
@click.option("--name", required=True, help="Given name, as residents see it.")
@click.option("--email", required=True, help="Address to which sign-in codes are sent.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Role; give it once per role.")
@click.option("--place", "places", multiple=True, help=PLACE)
@click.option("--backup", "backups", multiple=True, help="The same for places where the worker stands in for others.")
@click.option(
    "--secrecy", help="Basis of professional secrecy, such as art. 458 Sw.; without one no sensitive themes and no contact details."
)
@click.option("--language", default="nl", show_default=True, help="Language of the worker's pages.")
@HOME
def add_staff(
    named: str,
    name: str,
    email: str,
    roles: tuple[Literal["facilitator", "coordinator", "mapper", "operator"], ...],
    places: tuple[str, ...],
    backups: tuple[str, ...],
    secrecy: str | None,
    language: str,
    home: Path | None,
) -> None:
    """Add a worker, and print the secret for their authenticator app: this once."""
    from buurtnet.kit.vault import read_vault
    from buurtnet.kit.viewer import SYSTEM
    from buurtnet.people import actions
    from buurtnet.people.schemas import NewStaff

    async def work(db: Any, settings: Settings) -> str:
        refuse_missing(settings, "keys")
        new = NewStaff(
            organisation_id=await _find_organisation(db, named),
            given_name=name,
            email=email,
            roles=list(roles),
            neighbourhoods=await _find_places(db, places),
            backup=await _find_places(db, backups),
            secrecy_basis=secrecy,
            language=language,
        )
        added = await actions.add_staff(db, read_vault(settings.keys), SYSTEM, new, region=settings.phone_region)
        return added.otpauth

    _show_secret(in_database(home, work))


@staff.command("change")
@click.option("--email", required=True, help="Address with which the worker signs in.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Role; give it once per role, all of them.")
@click.option("--place", "places", multiple=True, help=PLACE)
@click.option("--backup", "backups", multiple=True, help="The same for places where the worker stands in for others.")
@click.option("--secrecy", default="", help="Basis of professional secrecy; without one there is none any more.")
@HOME
def change_staff(
    email: str, roles: tuple[Role, ...], places: tuple[str, ...], backups: tuple[str, ...], secrecy: str, home: Path | None
) -> None:
    """Set what a worker does and where, from their next request on.

    Coordinators do this on their desk for everybody but themselves.
    """
    from buurtnet.kit.vault import read_vault
    from buurtnet.kit.viewer import SYSTEM
    from buurtnet.people.actions.appointing import set_worker

    async def work(db: Any, settings: Settings) -> UUID:
        refuse_missing(settings, "keys")
        own = await _find_places(db, places)
        areas = [(place, False) for place in own]
        areas += [(place, True) for place in await _find_places(db, backups) if place not in own]
        return await set_worker(db, read_vault(settings.keys), SYSTEM, email, list(roles), areas, secrecy, region=settings.phone_region)

    click.echo(in_database(home, work))


async def _find_organisation(db: Any, named: str) -> UUID:
    from buurtnet.people.queries import find_organisations

    found = await find_organisations(db, named)
    if len(found) != 1:
        raise Refused(f'{"No organisation is" if not found else "Several organisations are"} called "{named}".')
    return found[0]


async def _find_places(db: Any, places: tuple[str, ...]) -> list[int]:
    from buurtnet.geography.queries import find_named_places

    found: list[int] = []
    for place in places:
        ids = await find_named_places(db, place)
        if not ids:
            raise Refused(f'No neighbourhood or municipality has the code or name "{place}".')
        found += [one for one in ids if one not in found]
    return found


def _show_secret(otpauth: str) -> None:
    import segno

    click.echo("Scan this with an authenticator app, or copy the address into it. It is shown this once.")
    segno.make(otpauth).terminal(out=sys.stdout, compact=True)
    click.echo(otpauth)


COMMANDS = (organisation, area, staff)
