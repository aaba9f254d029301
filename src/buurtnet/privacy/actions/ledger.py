"""The ledger of those who asked to be forgotten, in a file outside the backups: one keyed hash a line, added to and never changed."""

import fcntl
import os
import re
from datetime import datetime
from pathlib import Path
from uuid import UUID

from buurtnet.kit.vault import Vault

LINE = re.compile(r"([0-9a-f]{64}) \S+")


class LedgerUnusable(Exception):
    """The file of erased people cannot be read or written; the message says why, in one line, for the operator."""


def hash_person(vault: Vault, person_id: UUID) -> bytes:
    """What the ledger holds of a person: nobody without the keys can tell whose it is, and with them only who still has the id."""
    return vault.blind("erased", person_id.bytes)


def read_ledger(path: Path) -> set[bytes]:
    """The hashes in the file; empty where there is none yet. A line that was cut off counts for nothing: whoever it was for is erased again."""
    try:
        lines = path.read_text().splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise LedgerUnusable(f"The list of erased persons {path} cannot be read ({error}).") from error
    return {bytes.fromhex(match[1]) for line in lines if (match := LINE.fullmatch(line))}


def write_ledger(path: Path, hashes: set[bytes], at: datetime) -> None:
    """Adds lines for hashes that are not there yet, and returns once they are on the disk."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            missing = sorted(hashes - read_ledger(path))
            size = os.fstat(descriptor).st_size
            cut_off = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            text = "\n" * cut_off + "".join(f"{one.hex()} {at.isoformat()}\n" for one in missing)
            os.write(descriptor, text.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise LedgerUnusable(f"The list of erased persons {path} cannot be written ({error.strerror}).") from error
