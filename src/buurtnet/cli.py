"""The program's commands: each reads its options, calls the part that does the work, and turns a refusal into one line."""

import asyncio
import importlib
import sys
from pathlib import Path

import click

from buurtnet.kit.errors import Refusal
from buurtnet.kit.vault import KeysUnusable
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings, SettingUnusable, read_settings

HOME = click.option(
    "--home", type=click.Path(path_type=Path), help="Folder of the data (default: ~/.local/share/buurtnet, for root /var/lib/buurtnet)."
)
PORT = click.IntRange(1, 65535)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def commands() -> None:
    """Buurtnet: neighbours who help each other, with a social worker at the centre."""


@commands.command()
@click.option("--once", is_flag=True, help="Do the main job once in a throw-away home, print each step, and stop.")
@click.option(
    "--geography", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Boundaries for --once (default: the sample)."
)
@click.option("--port", type=PORT, help="Port on this machine (default: 8000, or the next free one).")
@HOME
def run(*, once: bool, geography: Path | None, port: int | None, home: Path | None) -> None:
    """Serve on this machine.

    With a private database and queue, and a sample neighbourhood at the first start; until Ctrl-C.
    """
    if once:
        from buurtnet.local.once import run_once

        run_once(home, geography)
        return
    if geography:
        raise click.UsageError("--geography goes with --once; for a lasting import there is the command `geography import`.")
    from buurtnet.local.serve import home_of, run_embedded

    run_embedded(home_of(home), port, plant=_plant_sample)


def _plant_sample(settings: Settings) -> None:
    from buurtnet.sample.small import plant_small

    plant_small(settings)


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 in a container.")
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Web processes on that port.")
def serve(host: str, port: int, processes: int) -> None:
    """Serve the pages alone.

    Database, queue and keys are those that the BUURTNET_… settings name (docs/deploying.md).
    """
    from buurtnet.local.migrate import refuse_unready_database

    settings = read_settings()
    refuse_missing(settings, "database_url", "redis_url", "keys")
    refuse_unready_database(settings.database_url)
    from buurtnet.local.web import serve as serve_pages

    serve_pages(host, port, processes)


@commands.command()
@click.option("--check", is_flag=True, help="Say only whether a worker has shown itself in the last half minute (exit 0) or not (exit 1).")
def worker(*, check: bool) -> None:
    """Do the background work.

    Notices, reactions, clocks, nightly measures; any number of workers share it.
    """
    refuse_missing(read_settings(), "worker_url", "redis_url", "keys")
    parts = importlib.import_module("buurtnet.worker")
    if not check:
        parts.run_worker()
    elif not parts.is_working():
        raise Refused("No worker has shown itself in the last half minute.")


@commands.command()
@HOME
def migrate(home: Path | None) -> None:
    """Bring the tables to this version.

    As the role of BUURTNET_OWNER_URL; where that is not set, the tables of the home.
    """
    from buurtnet.local import migrate as migration
    from buurtnet.local.reference import load_reference
    from buurtnet.local.serve import home_of, open_home

    settings = read_settings()
    if settings.owner_url:
        migration.migrate(settings.owner_url)
        load_reference(settings.owner_url)
    else:
        with open_home(home_of(home)):
            pass
    click.echo(f"The database is at migration {migration.find_head()}.")


@commands.command()
@click.argument("file", type=click.Path(path_type=Path))
def keys(file: Path) -> None:
    """Make a FILE of fresh keys.

    For BUURTNET_KEYS. Keep a copy in a safe place, apart from the backups: what is sealed with lost keys stays sealed.
    """
    from buurtnet.kit.vault import new_key_file

    try:
        new_key_file(file)
    except OSError as error:
        raise Refused(f"{file} cannot be written ({error.strerror}).") from error
    click.echo(f"Keys are in {file}.")


@commands.group()
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
    from buurtnet.kit.db import Database
    from buurtnet.local.serve import home_of, open_home

    async def do(url: str) -> None:
        database = Database(url, size=1, name="buurtnet geography")
        await database.open()
        try:
            async with database.transaction() as db:
                report = await import_geography(db, file, source, vintage=vintage, population=population)
        finally:
            await database.close()
        click.echo("\n".join(tell_report(report)))

    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url")
        asyncio.run(do(settings.worker_url))


@geography.command()
def list_sources() -> None:
    """List the boundary files that can be imported, with publisher and licence."""
    from buurtnet.geography.actions import read_sources

    for name, source in read_sources().items():
        click.echo(f"{name:<22} {source.title}\n{'':<22} {source.publisher}, {source.licence}")


def refuse_missing(settings: Settings, *names: str) -> None:
    """Refuses when one of the settings is empty."""
    missing = [f"BUURTNET_{name.upper()}" for name in names if not getattr(settings, name)]
    if missing:
        raise Refused(f"{', '.join(missing)} must be set (docs/deploying.md); `./buurtnet run` needs none of them.")


def main() -> None:
    """Runs the command; a refusal is one line and exit 1."""
    try:
        commands(prog_name="./buurtnet")
    except (Refused, KeysUnusable, SettingUnusable) as refusal:
        click.echo(f"buurtnet: {refusal}", err=True)
        sys.exit(1)
    except Refusal as refusal:
        click.echo(f"buurtnet: {refusal.text % refusal.values if refusal.values else refusal.text}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
