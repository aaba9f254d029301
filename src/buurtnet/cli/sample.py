"""Plausible people for a first look and for benchmarks."""

import asyncio
import time
from pathlib import Path

import click

from buurtnet.cli.reaching import HOME, refuse_missing
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings


@click.group()
def sample() -> None:
    """Plausible people for a first look and for benchmarks; never beside real ones."""


@sample.command()
@click.option("--seed", type=int, default=1030, show_default=True, help="The same seed makes the same town.")
@HOME
def small(seed: int, home: Path | None) -> None:
    """Plant a lively Schaarbeek on the schematic map, and list who can sign in."""
    from buurtnet.local.serve import home_of, open_home
    from buurtnet.sample.ground import CannotPlant
    from buurtnet.sample.small import plant_small

    began = time.monotonic()
    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url", "redis_url", "keys")
        try:
            entrances = plant_small(settings, seed=seed)
        except CannotPlant as reason:
            raise Refused(str(reason)) from reason
    for entrance in entrances:
        click.echo(f"{entrance.name:<12} {entrance.role:<14} {entrance.address}")
    click.echo(f"Planted in {time.monotonic() - began:.1f} s. Their codes stand on the page /inbox of this machine.")


@sample.command()
@click.option("--people", type=click.IntRange(1, 5_000_000), required=True, help="How many people.")
@click.option("--posts", type=click.IntRange(0), help="How many posts (default: ten for each person).")
@click.option("--code-prefix", default="", help="Only neighbourhoods whose code begins so: 21 is Brussels.")
@click.option("--seed", type=int, default=1030, show_default=True, help="The same seed makes the same town.")
@HOME
def large(people: int, posts: int | None, code_prefix: str, seed: int, home: Path | None) -> None:
    """Write a large town by COPY, for benchmarks, over the neighbourhoods that were imported; nobody in it can sign in."""
    from buurtnet.kit.db import Database
    from buurtnet.local.serve import home_of, open_home
    from buurtnet.sample.ground import CannotPlant
    from buurtnet.sample.large import Planted, plant_large

    async def do(settings: Settings) -> Planted:
        database = Database(settings.owner_url or settings.worker_url, size=1, name="buurtnet sample")
        await database.open()
        try:
            return await plant_large(database, people=people, posts=posts, code_prefix=code_prefix, seed=seed)
        finally:
            await database.close()

    began = time.monotonic()
    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url")
        try:
            planted = asyncio.run(do(settings))
        except CannotPlant as reason:
            raise Refused(str(reason)) from reason
    click.echo(f"{planted.people} people, {planted.posts} posts and {planted.ties} ties in {time.monotonic() - began:.1f} s.")


def plant_quietly(settings: Settings) -> None:
    """Plants the small sample at a first start."""
    from buurtnet.sample.small import plant_small

    plant_small(settings)


COMMANDS = (sample,)
