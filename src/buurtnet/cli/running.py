"""Running the program, or one of its parts."""

import importlib
from pathlib import Path

import click

from buurtnet.cli.reaching import HOME, PORT, refuse_missing
from buurtnet.cli.sample import plant_quietly
from buurtnet.local.refusals import Refused
from buurtnet.settings import read_settings


@click.command()
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

    run_embedded(home_of(home), port, plant=plant_quietly)


@click.command()
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


@click.command()
@click.option("--check", is_flag=True, help="Say only whether a worker has shown itself in the last half minute (exit 0) or not (exit 1).")
def worker(*, check: bool) -> None:
    """Do the background work.

    Notices, reactions, clocks, nightly measures; any number of workers share it.
    """
    refuse_missing(read_settings(), "worker_url", "redis_url", "keys", "ledger")
    parts = importlib.import_module("buurtnet.worker")
    if not check:
        parts.run_worker()
    elif not parts.is_working():
        raise Refused("No worker has shown itself in the last half minute.")


@click.command()
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


@click.command()
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


COMMANDS = (run, serve, worker, migrate, keys)
