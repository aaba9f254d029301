"""What an operator looks after: the chain of the audit, events that nobody could be told of. Ids and kinds, never what is in them."""

from pathlib import Path
from typing import Any

import click

from buurtnet.cli.reaching import HOME, in_database
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings


@click.group()
def audit() -> None:
    """The audit: who did what to whose data, under pseudonyms."""


@audit.command()
@HOME
def verify(home: Path | None) -> None:
    """Check that nothing that was sealed has been changed or removed since."""
    from buurtnet.kit.audit import verify_audit

    async def work(db: Any, settings: Settings) -> list[str]:
        return await verify_audit(db)

    faults = in_database(home, work)
    if faults:
        raise Refused(" ".join(faults))
    click.echo("Every seal of the audit fits.")


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


COMMANDS = (audit, outbox)
