"""Notices: letters that come back."""

import sys
from pathlib import Path
from typing import Any

import click

from buurtnet.cli.reaching import HOME, in_database, refuse_missing
from buurtnet.settings import Settings

SAID = {
    "no report": "This is no report about a letter; nothing was done.",
    "not ours": "The report is about no letter of ours; nothing was done.",
    "not for good": "The letter is late or the mailbox is full; nothing was done.",
    "gone": "Nobody is at the address any more: nothing is sent there, and its owner is asked for another one.",
}


@click.group()
def notices() -> None:
    """Notices: what people are told by e-mail, text message and on their devices."""


@notices.command()
@click.argument("recipient", default="")
@HOME
def bounce(recipient: str, home: Path | None) -> None:
    """Read a mail server's report about a letter that came back, from standard input.

    The mail server pipes them here (docs/deploying.md, "Letters that come back"). RECIPIENT is the address to which the report came, where the
    mail server knows it better than the report says.
    """
    from buurtnet.kit.clock import now
    from buurtnet.kit.vault import read_vault
    from buurtnet.notices.actions import take_back

    letter = sys.stdin.buffer.read()

    async def work(db: Any, settings: Settings) -> str:
        refuse_missing(settings, "keys")
        return await take_back(db, read_vault(settings.keys), letter, recipient, at=now())

    click.echo(SAID[in_database(home, work)])


COMMANDS = (notices,)
