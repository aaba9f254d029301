"""A finished cluster kept aside for homes that are thrown away: a copy of it takes a tenth of the time that making one takes."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from buurtnet.local.migrate import PROJECT, VERSIONS
from buurtnet.local.postgres import BARE_SQL, ROLES_SQL, Cluster
from buurtnet.local.programs import find_postgres
from buurtnet.local.reference import mark_of_reference
from buurtnet.settings import read_settings

SAMPLE_MAP = (PROJECT / "geo" / "sample" / "schaarbeek.geojson", PROJECT / "geo" / "sources.toml")


def default_shelf() -> Path:
    """The folder of what can be made again at any time."""
    return Path("/var/cache/buurtnet") if os.geteuid() == 0 else Path.home() / ".cache" / "buurtnet"


def name_prepared(*, sample_map: bool = False) -> str:
    """Changes with everything that a finished cluster is made from, the sample map included where it is to hold that."""
    digest = hashlib.sha256(f"{find_postgres(read_settings().pg_bin)} {mark_of_reference()}".encode())
    for file in (ROLES_SQL, BARE_SQL, *sorted(VERSIONS.glob("*.py")), *(SAMPLE_MAP if sample_map else ())):
        digest.update(file.read_bytes())
    return f"{'sample' if sample_map else 'postgres'}-{digest.hexdigest()[:16]}"


def take_prepared(cluster: Cluster, shelf: Path, *, sample_map: bool = False) -> bool:
    """Copies the finished cluster into a home that has none; whether there was one to copy."""
    source, making = shelf / name_prepared(sample_map=sample_map), cluster.home / "postgres.making"
    if cluster.data.exists() or not (source / "PG_VERSION").exists():
        return False
    cluster.home.mkdir(parents=True, exist_ok=True)
    if not _copy(source, making):
        return False
    making.rename(cluster.data)
    return True


def keep_prepared(cluster: Cluster, shelf: Path, *, sample_map: bool = False) -> None:
    """Puts a copy of this stopped cluster on the shelf in the place of older ones; a shelf that cannot be written stays empty."""
    name = name_prepared(sample_map=sample_map)
    making = shelf / f"making-{os.getpid()}"
    try:
        shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
        older = [found for found in shelf.glob(f"{name.partition('-')[0]}-*") if found.name != name]
        if not _copy(cluster.data, making):
            return
        making.rename(shelf / name)
    except OSError:
        shutil.rmtree(making, ignore_errors=True)
        return
    for found in older:
        shutil.rmtree(found, ignore_errors=True)


def _copy(source: Path, target: Path) -> bool:
    shutil.rmtree(target, ignore_errors=True)
    done = subprocess.run(["cp", "-a", source, target], capture_output=True, check=False)
    if done.returncode:
        shutil.rmtree(target, ignore_errors=True)
    return done.returncode == 0
