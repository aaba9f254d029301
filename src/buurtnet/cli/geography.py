"""Boundaries: where they come from, and importing them."""

from pathlib import Path
from typing import Any

import click

from buurtnet.cli.reaching import HOME, in_database
from buurtnet.settings import Settings


@click.group()
def geography() -> None:
    """Neighbourhoods: where boundaries come from, and importing them."""


@geography.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Entry of geo/sources.toml that describes the file.")
@click.option("--vintage", help="Year of the file, where it is not the one of the entry.")
@click.option("--population", type=click.Path(path_type=Path), help="Table with the population, where the source has one.")
@HOME
def import_boundaries(file: Path, source: str, vintage: str | None, population: Path | None, home: Path | None) -> None:
    """Import the boundaries in FILE (Shapefile, GeoPackage, GeoJSON) and say what was found in it."""
    from buurtnet.geography.actions import import_geography
    from buurtnet.geography.rules.telling import tell_report

    async def work(db: Any, settings: Settings) -> str:
        return "\n".join(tell_report(await import_geography(db, file, source, vintage=vintage, population=population)))

    click.echo(in_database(home, work))


@geography.command("population")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Entry of geo/sources.toml under which the boundaries were imported.")
@HOME
def count_population(file: Path, source: str, home: Path | None) -> None:
    """Write how many people live in each neighbourhood, from a table FILE (code and number), and say what in it was wrong."""
    from buurtnet.geography.actions import count_people
    from buurtnet.geography.rules.telling import tell_count

    async def work(db: Any, settings: Settings) -> str:
        return "\n".join(tell_count(await count_people(db, file, source)))

    click.echo(in_database(home, work))


@geography.command()
def list_sources() -> None:
    """List the boundary files that can be imported, with publisher and licence."""
    from buurtnet.geography.actions import read_sources

    for name, source in read_sources().items():
        click.echo(f"{name:<22} {source.title}\n{'':<22} {source.publisher}, {source.licence}")


COMMANDS = (geography,)
