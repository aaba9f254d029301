"""Network measures: the draft, and the frozen month."""

import calendar
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from buurtnet.cli.reaching import HOME, in_database
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings


@click.group()
def network() -> None:
    """Network measures: the draft of the facilitators, the frozen months of everybody."""


@network.command()
@HOME
def draft(home: Path | None) -> None:
    """Make the facilitators' draft of the measures anew, through today."""
    from buurtnet.kit.clock import now
    from buurtnet.network.actions import draft_measures

    async def work(db: Any, settings: Settings) -> None:
        await draft_measures(db, on=now().date())

    in_database(home, work)
    click.echo("The draft is new.")


@network.command()
@click.argument("month", required=False, metavar="[YYYY-MM]")
@HOME
def freeze(month: str | None, home: Path | None) -> None:
    """Publish the measures of a month that is over (default: the last one).

    A month that is frozen already stays as it is. Only areas that decided to show their map have figures in it.
    """
    from buurtnet.kit.clock import now
    from buurtnet.network.actions import freeze_month

    last = read_month(month, now().date())

    async def work(db: Any, settings: Settings) -> None:
        await freeze_month(db, on=last)

    in_database(home, work)
    click.echo(f"The month {last:%Y-%m} is frozen.")


def read_month(typed: str | None, today: date) -> date:
    """The last day of the month that was typed, or of the month before today; refuses one that is not over."""
    if typed is None:
        return today.replace(day=1) - timedelta(days=1)
    try:
        first = datetime.strptime(typed, "%Y-%m").date()  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        raise Refused(f"{typed} is not a month: write it as 2026-10.") from None
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if last >= today:
        raise Refused(f"The month {typed} is not over yet.")
    return last


COMMANDS = (network,)
