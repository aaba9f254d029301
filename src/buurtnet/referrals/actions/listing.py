"""Loading the installation's rights and barriers from their file."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from buurtnet.kit.db import Db
from buurtnet.referrals.schemas import Kind, ListEntry, ListFile
from buurtnet.settings import SettingUnusable

SAMPLE = Path(__file__).parents[1] / "lists.toml"
SAVE = """
insert into listed (kind, code, labels, position, retired) values ($1, $2, $3, $4, $5)
on conflict (kind, code) do update set labels = excluded.labels, position = excluded.position, retired = excluded.retired
"""
RETIRE = "update listed set retired = true where kind = $1 and not code = any($2::text[])"


def read_file(path: str) -> ListFile:
    """The lists of the file, the usual ones where no file is set; SettingUnusable where the file cannot be read."""
    file = Path(path) if path else SAMPLE
    try:
        lists = msgspec.toml.decode(file.read_bytes(), type=ListFile)
    except OSError as error:
        raise SettingUnusable(f"BUURTNET_RIGHTS names {path}, which cannot be read ({error.strerror}).") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingUnusable(f"BUURTNET_RIGHTS names {path}, which is not right: {error}.") from error
    for kind, entries in (("right", lists.right), ("barrier", lists.barrier)):
        codes = [entry.code for entry in entries]
        if len(set(codes)) < len(codes):
            raise SettingUnusable(f"BUURTNET_RIGHTS names {path}, in which a {kind} stands twice.")
        if any(not {"nl", "fr"} <= entry.label.keys() for entry in entries):
            raise SettingUnusable(f"BUURTNET_RIGHTS names {path}, in which a {kind} has no Dutch or no French label.")
    return lists


async def load_lists(db: Db, path: str = "") -> None:
    """Brings the tables to the file; what it names no more cannot be chosen any more, and stays, because referrals use it."""
    lists = read_file(path)
    await _save(db, "right", lists.right)
    await _save(db, "barrier", lists.barrier)


async def _save(db: Db, kind: Kind, entries: Sequence[ListEntry]) -> None:
    for position, entry in enumerate(entries, 1):
        await db.execute(SAVE, kind, entry.code, entry.label, position, entry.retired)
    await db.execute(RETIRE, kind, [entry.code for entry in entries])
