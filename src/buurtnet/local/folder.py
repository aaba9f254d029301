"""The home folder: who may write and enter it, who holds it, where its sockets are."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from buurtnet.local.refusals import Refused

SHORT = Path("/tmp")
SOCKET_PATH_LIMIT = 80
"""Systems allow 104 to 108 bytes for the path of a unix socket; some room is left."""


class Account(NamedTuple):
    """The account to which root drops."""

    name: str
    uid: int
    gid: int


def find_account() -> Account | None:
    """The account under which PostgreSQL runs: none for an ordinary user, `postgres` for root, because PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise Refused(
            "PostgreSQL does not run as root and there is no account named postgres; start Buurtnet as an ordinary user."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def default_home() -> Path:
    """`/var/lib/buurtnet` for root (a dropped account cannot enter /root), `~/.local/share/buurtnet` for everybody else."""
    return Path("/var/lib/buurtnet") if os.geteuid() == 0 else Path.home() / ".local" / "share" / "buurtnet"


def prepare_home(home: Path, account: Account | None) -> None:
    """Makes the home folder and opens it for the account; refuses where that is not possible."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711 if account else 0o700)
        if account and _is_ours(home) and not home.stat().st_mode & stat.S_IXOTH:
            home.chmod(0o711)
        probe = home / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refused(f"The home folder {home} cannot be written ({error.strerror}); choose another one with --home.") from error
    if account:
        refuse_closed_parents(home, account)


def _is_ours(home: Path) -> bool:
    return (home / "postgres.lock").exists() or not any(home.iterdir())


def refuse_closed_parents(home: Path, account: Account) -> None:
    """Refuses a home that the account cannot reach, such as one under /root."""
    for folder in [*reversed(home.parents), home]:
        facts = folder.stat()
        bit = stat.S_IXUSR if facts.st_uid == account.uid else stat.S_IXGRP if facts.st_gid == account.gid else stat.S_IXOTH
        if not facts.st_mode & bit:
            raise Refused(f"PostgreSQL runs as the account {account.name}, which may not enter {folder}; choose another home with --home.")


def make_private(folder: Path, account: Account | None) -> None:
    """Makes the folder if it is missing, for the account alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)


def find_socket_folder(home: Path, name: str, file: str) -> Path:
    """Where a socket of this home stands: in the home, or, where its path is too long or has signs that an address must escape, in a short folder
    under /tmp that belongs to the same home."""
    folder = home / name
    if len(os.fsencode(folder / file)) <= SOCKET_PATH_LIMIT and quote(str(folder)) == str(folder):
        return folder
    return SHORT / f"buurtnet-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}-{name}"


def make_socket_folder(folder: Path, account: Account | None) -> None:
    """Makes the folder of a socket, for the account alone; refuses a folder that somebody else put in its place."""
    owner = account.uid if account else os.geteuid()
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.uid, account.gid)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner or stat.S_IMODE(facts.st_mode) != 0o700:
        raise Refused(
            f"{folder} should be a private folder of this installation and is not; remove it, or choose another home with --home."
        )


def remove_short_folder(folder: Path) -> None:
    """Clears a socket folder under /tmp away; one in the home stays."""
    if folder.parent == SHORT:
        shutil.rmtree(folder, ignore_errors=True)


class Lock:
    """One parent at a time: a lock on a file, which the system releases with the process however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Takes the lock, or refuses with the process that holds it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise Refused(
                f"{self.path.parent} is in use by another Buurtnet (process {holder}); stop that one, or choose another home with --home."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Lets the next parent in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
