"""Network measures: the draft, the frozen months, and the months that were before."""

import asyncio
import calendar
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from buurtnet.cli.reaching import HOME, in_database, refuse_missing
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings

MOST_MONTHS = 60


@click.group()
def network() -> None:
    """Network measures: the draft of the facilitators, the frozen months of everybody."""


@network.command()
@HOME
def draft(home: Path | None) -> None:
    """Make the facilitators' draft of the measures anew, through today."""
    from buurtnet.kit.clock import now
    from buurtnet.network.actions.measuring import draft_measures

    async def work(db: Any, settings: Settings) -> None:
        await draft_measures(db, on=now().date(), say=click.echo)

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
    from buurtnet.network.actions.measuring import freeze_month

    last = read_month(month, now().date())

    async def work(db: Any, settings: Settings) -> None:
        await freeze_month(db, on=last, say=click.echo)

    in_database(home, work)
    click.echo(f"The month {last:%Y-%m} is frozen.")


@network.command()
@click.option("--months", type=click.IntRange(1, MOST_MONTHS), default=24, show_default=True, help="How many months back from this one.")
@HOME
def backfill(months: int, home: Path | None) -> None:
    """Publish the months before this one that are not published yet, the oldest first.

    Each month is whole or not there: broken off, it goes on where it stopped when it is called again, and what stands stays. Windows of which
    posts or matches are no longer kept have no figures. Only areas that decided to show their map have figures.
    """
    from buurtnet.local.serve import home_of, open_home

    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url")
        asyncio.run(_backfill(settings, months))


async def _backfill(settings: Settings, months: int) -> None:
    from buurtnet.kit.clock import months_before, now
    from buurtnet.kit.db import Database
    from buurtnet.network.actions.measuring import backfill_months
    from buurtnet.privacy.jobs import MONTHS_KEPT

    database = Database(settings.worker_url, size=1, name="buurtnet command")
    await database.open()
    try:
        done = await backfill_months(database, months=months, kept_from=months_before(now().date(), MONTHS_KEPT), say=click.echo)
    finally:
        await database.close()
    click.echo(f"{sum(one.state == 'made' for one in done)} of {months} months are new.")


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
