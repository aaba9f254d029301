"""The private PostgreSQL cluster: a unix socket in a private folder, no port, no passwords."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

from buurtnet.local.child import Child, end_leftover, tail_of
from buurtnet.local.folder import (
    Lock,
    find_account,
    find_socket_folder,
    make_private,
    make_socket_folder,
    prepare_home,
    remove_short_folder,
)
from buurtnet.local.programs import find_postgres
from buurtnet.local.refusals import Refused
from buurtnet.settings import read_settings

Role = Literal["superuser", "owner", "web", "worker"]
ROLES: dict[Role, str] = {"superuser": "buurtnet_super", "owner": "buurtnet_owner", "web": "buurtnet_web", "worker": "buurtnet_worker"}
FURNISHED = "buurtnet.furnished"
ROLES_SQL = Path(__file__).with_name("roles.sql")
BARE_SQL = Path(__file__).with_name("bare.sql")
EXTENSION_SQL = "create extension if not exists postgis"
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement or a key in a log line could carry somebody's words or address.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10min"}
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
MEBIBYTE = 1024 * 1024
READY_WITHIN = 120
"""Seconds; recovery after a power failure replays up to `max_wal_size`."""


class Cluster:
    """PostgreSQL with PostGIS in a home folder, as a direct child of this process."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        """Not durable: nothing is forced to disk, for homes that are thrown away."""
        self.home = home.absolute()
        self.data = self.home / "postgres"
        self.sockets = find_socket_folder(self.home, "sockets", ".s.PGSQL.5432")
        self.log = self.home / "postgres.log"
        self.child: Child | None = None
        self._durable = durable
        self._lock = Lock(self.home / "postgres.lock")

    def start(self) -> None:
        """Makes the cluster where there is none yet, starts it, and returns when it answers; refuses with the reason when it cannot."""
        self._account = find_account()
        prepare_home(self.home, self._account)
        self._lock.take()
        try:
            end_leftover(self.data / "postmaster.pid", str(self.data), signal.SIGINT)
            self._programs = self._find_programs()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            make_socket_folder(self.sockets, self._account)
            self._launch()
            self._furnish()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends the cluster and lets the home go; harmless when it does not run."""
        if self.child:
            self.child.stop(patience=30)
            self.child = None
        remove_short_folder(self.sockets)
        self._lock.release()

    def url(self, role: Role, database: str = "buurtnet") -> str:
        """The address of a database for one of the four roles."""
        return f"postgresql://{ROLES[role]}@/{database}?host={self.sockets}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Makes a database of the owner, as a copy of the template if one is named; gives its name back."""
        identifiers = [name, *([template] if template else [])]
        if not all(re.fullmatch(r"[a-z_][a-z0-9_]*", word) for word in identifiers):
            raise ValueError(f"Not the name of a database: {identifiers}")
        copied = f" template {template} strategy file_copy" if template else ""
        self.run_sql(f"create database {name} owner buurtnet_owner{copied}")
        if template is None:
            self.run_sql(EXTENSION_SQL, database=name)
        return name

    def leave_only_ours(self) -> None:
        """Takes away the databases that PostgreSQL comes with, half of all files: for a cluster that is copied often. It takes no other database any more."""
        self.run_sql(BARE_SQL.read_text(), database="buurtnet")

    def run_sql(self, sql: str, *, database: str = "postgres") -> str:
        """What psql prints for the statements, run as the superuser; refuses with the server's message."""
        command = [str(self._programs / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-", self.url("superuser", database)]
        done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False, env=_clean_environment(), cwd="/")
        if done.returncode:
            raise Refused(f"The database refused: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'no message'}")
        return done.stdout

    def _find_programs(self) -> Path:
        made_with = self.data / "PG_VERSION"
        version = int(made_with.read_text().strip()) if made_with.exists() else None
        return find_postgres(read_settings().pg_bin, version=version)

    def _initialise(self) -> None:
        """Builds the cluster in a folder beside, so that a start killed half-way leaves nothing that looks finished."""
        making = self.home / "postgres.making"
        shutil.rmtree(making, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        make_private(making, self._account)
        options = ["--auth=trust", "--data-checksums", "--encoding=UTF8", f"--locale={LOCALE}", "--no-instructions"]
        options += [f"--username={ROLES['superuser']}", f"--pgdata={making}", *([] if self._durable else ["--no-sync", "--wal-segsize=4"])]
        done = subprocess.run(
            [str(self._programs / "initdb"), *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=_clean_environment(),
            cwd="/",
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
            umask=0o077,
        )
        if done.returncode:
            reason = done.stderr.strip().splitlines()
            raise Refused(f"The database could not be made in {self.home}: {reason[-1] if reason else 'initdb gave no reason'}")
        making.rename(self.data)

    def _launch(self) -> None:
        options = {**TUNING, **_memory_settings(), **({} if self._durable else THROW_AWAY), "unix_socket_directories": str(self.sockets)}
        command = [str(self._programs / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        self.child = Child(
            "PostgreSQL",
            command,
            environment=_clean_environment(),
            ending=signal.SIGINT,
            account=self._account,
            folder=Path("/"),
            log=self.log,
        )
        patience = time.monotonic() + READY_WITHIN
        while not self._is_ready():
            if not self.child.is_alive():
                raise Refused(f"PostgreSQL did not start: {tail_of(self.log)} (whole log: {self.log})")
            if time.monotonic() > patience:
                raise Refused(f"PostgreSQL was not ready within {READY_WITHIN} seconds (log: {self.log}).")
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        """The eighth line of PostgreSQL's own pid file says so; pg_ctl reads the same line."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _furnish(self) -> None:
        """Makes roles, database and extension; a marker spares the next start the look."""
        marker = self.data / FURNISHED
        wanted = ROLES_SQL.read_text()
        if marker.exists() and marker.read_text() == wanted:
            return
        self.run_sql(wanted)
        marker.write_text(wanted)


def _clean_environment() -> dict[str, str]:
    """Nothing of the caller's environment, so that a PGHOST or a locale set there changes nothing."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": LOCALE, "HOME": "/"}


def _memory_settings() -> dict[str, str]:
    """Shared buffers and cache estimate for this machine, modest because other things run on it too."""
    known = "SC_PHYS_PAGES" in os.sysconf_names
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEBIBYTE if known else 2048
    return {"shared_buffers": f"{min(max(total // 8, 64), 512)}MB", "effective_cache_size": f"{max(total // 2, 256)}MB"}
