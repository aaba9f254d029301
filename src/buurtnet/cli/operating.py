"""What an operator looks after: the chain of the audit, events that nobody could be told of, the keys. Ids and kinds, never what is in them."""

import asyncio
from pathlib import Path
from typing import Any

import click

from buurtnet.cli.reaching import HOME, in_database, refuse_missing
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings


@click.group()
def audit() -> None:
    """The audit: who did what to whose data, under pseudonyms."""


@audit.command()
@click.option("--known", metavar="SEAL", help="A seal that was noted earlier, elsewhere: it has to stand in the chain still.")
@HOME
def verify(known: str | None, home: Path | None) -> None:
    """Check that nothing that was sealed has been changed or removed since.

    Prints the last seal. Noted elsewhere and given back with --known, it shows also whether the end of the chain was cut off.
    """
    from buurtnet.kit.audit import Sealed, read_sealed, verify_audit

    try:
        noted = bytes.fromhex(known) if known else None
    except ValueError:
        raise Refused("A seal is written in hexadecimal digits, as this command prints it.") from None

    async def work(db: Any, settings: Settings) -> tuple[list[str], Sealed]:
        return await verify_audit(db, known=noted), await read_sealed(db)

    faults, sealed = in_database(home, work)
    if sealed.late:
        faults = [*faults, f"{sealed.late} rows wait for a seal longer than they should: does the worker run?"]
    if faults:
        raise Refused(" ".join(faults))
    click.echo(f"Every seal of the audit fits: {sealed.rows} rows.")
    if sealed.up_to and sealed.hash:
        click.echo(f"Sealed until {sealed.up_to:%Y-%m-%d %H:%M} UTC by {sealed.hash.hex()}")


@click.group()
def outbox() -> None:
    """The outbox: what happened and is still to be told to those who react."""


@outbox.command()
@HOME
def parked(home: Path | None) -> None:
    """List the events that were given up after many tries: when, which kind, id, what failed."""
    from buurtnet.kit.outbox import list_parked

    async def work(db: Any, settings: Settings) -> list[Any]:
        return await list_parked(db)

    for event in in_database(home, work):
        click.echo(f"{event.parked_at:%Y-%m-%d %H:%M}  {event.kind:<28} {event.id}  {event.last_error or ''}")


@outbox.command()
@click.argument("id", type=click.UUID, required=False)
@HOME
def retry(id: Any, home: Path | None) -> None:
    """Try parked events again: the one with that ID, or all of them."""
    from buurtnet.kit.outbox import retry_parked

    async def work(db: Any, settings: Settings) -> int:
        return await retry_parked(db, id)

    count = in_database(home, work)
    if id is not None and not count:
        raise Refused(f"No parked event has the id {id}; `outbox parked` lists them.")
    click.echo(f"{count} to be tried again.")


@click.command()
@HOME
def reseal(home: Path | None) -> None:
    """Seal again with the first key what older keys sealed, and look up the numbers of older releases.

    The last step before an older key leaves the key file (docs/deploying.md, "Keys").
    """
    from buurtnet.local.serve import home_of, open_home

    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url", "keys")
        sealed, found = asyncio.run(_reseal(settings))
        click.echo(f"{sealed} sealed again with the first key.")
        if found:
            click.echo(f"Numbers to call that are looked up from now on: {found}")


async def _reseal(settings: Settings) -> tuple[int, int]:
    """Batch by batch, each in a transaction of its own, so that nobody waits for all of it."""
    from buurtnet.conversations.actions import MESSAGES, NOTES
    from buurtnet.kit.db import Database
    from buurtnet.kit.resealing import reseal as reseal_batch
    from buurtnet.kit.vault import read_vault
    from buurtnet.moderation.actions.reporting import ADDRESSES
    from buurtnet.notices.actions import DEVICES
    from buurtnet.people.actions.contacts import fill_numbers
    from buurtnet.people.actions.resealing import SECRETS
    from buurtnet.posts.actions.speaking import VOICES
    from buurtnet.referrals.actions.resealing import TOLD
    from buurtnet.voice.actions import DRAFTS

    vault, database, count = read_vault(settings.keys), Database(settings.worker_url, size=1, name="buurtnet command"), 0
    await database.open()
    try:
        for place in (*SECRETS, MESSAGES, ADDRESSES, DEVICES, VOICES, NOTES, DRAFTS, TOLD):
            batch = -1
            while batch:
                async with database.transaction() as db:
                    batch = await reseal_batch(db, vault, place)
                count += batch
        async with database.transaction() as db:
            return count, await fill_numbers(db, vault, region=settings.phone_region)
    finally:
        await database.close()


@click.group()
def erased() -> None:
    """People who asked to be forgotten."""


@erased.command("reapply")
@HOME
def reapply_ledger(home: Path | None) -> None:
    """Forget again whoever came back with a restored backup.

    Compares everybody with the list of erased persons (BUURTNET_LEDGER). Doing it again does nothing more.
    """
    from buurtnet.local.serve import home_of, open_home
    from buurtnet.privacy.actions.ledger import LedgerUnusable

    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url", "redis_url", "keys", "ledger")
        try:
            count = asyncio.run(_reapply(settings))
        except LedgerUnusable as error:
            raise Refused(str(error)) from error
    click.echo(f"{count} forgotten again.")


async def _reapply(settings: Settings) -> int:
    from buurtnet.kit.db import Database
    from buurtnet.kit.vault import read_vault
    from buurtnet.local.entrances import FILES
    from buurtnet.privacy.jobs import reapply_ledger

    database = Database(settings.worker_url, size=2, name="buurtnet command")
    await database.open()
    try:
        return await reapply_ledger(database, settings, read_vault(settings.keys), FILES, thorough=True)
    finally:
        await database.close()


COMMANDS = (audit, outbox, reseal, erased)
