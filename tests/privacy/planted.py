"""A canary in every tagged column of one person, made from the tags alone, and a look into every corner for what is left of it.

A table that another slice adds is planted by itself; where its constraints want something special, the test fails and `SPECIAL` says it.
"""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import redis.asyncio
from sqlalchemy import ARRAY, CheckConstraint, Column, LargeBinary, SmallInteger, Table, Text
from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy.dialects.postgresql import JSONB

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.privacy.queries.schema import list_tables
from buurtnet.privacy.rules import tags
from tests.made import Made

ALLOWED = re.compile(r"^(\w+) in \((.*)\)$")
SPECIAL: dict[str, dict[str, Any]] = {
    "person": {"picture": 1, "adult": True, "language": "en", "posts_on_trial": 0},
    "match": {"state": "asked", "asked_at": "now", "offered_at": "now", "score": 1.0, "parts": [1.0] * 5, "languages": ["nl"]},
    "pair_memory": {"what": "declined"},
    "rest": {"since": "now", "until": "later", "away": False},
    "post": {"state": "open", "quiet": True, "kind": "need"},
    "tie": {"helps": 1, "a_helped": 1},
    "preference": {"quiet_from": 21, "quiet_until": 8},
    "voice_draft": {"seconds": 3},
    "referral": {"right": "income", "barrier": "language"},
}
"""What a table's constraints want of a row, beyond what its columns say."""


class Planted:
    """One person with a canary everywhere; `words` are the canaries by table and column, `ids` what was made, by table."""

    def __init__(self, made: Made, vault: Vault, name: str) -> None:
        self.made, self.vault, self.name = made, vault, name
        self.words: dict[tuple[str, str], str] = {}
        self.ids: dict[str, Any] = {}
        self.person: UUID = new_id()
        self.other: UUID = new_id()
        self.address = f"kanarie-{name}@example.org"

    def canary(self, table: Table, column: Column[Any]) -> str:
        """A word that stands nowhere else."""
        return self.words.setdefault((table.name, column.name), f"kanarie{self.name}{len(self.words):03}")

    async def plant(self, other: UUID) -> None:
        """Fills a row of the person in every table that has one."""
        self.other = other
        self.ids = {"person": self.person}
        await self.made.insert("conversation", id=(talk := new_id()))
        self.ids["conversation"] = talk
        await self.made.insert("participant", conversation_id=talk, person_id=other)
        tables = list_tables()
        for table in tables:
            if tags.list_owners(table) or tags.list_tagged(table, "personal"):
                await self._fill(table)

    async def _fill(self, table: Table) -> None:
        values: dict[str, Any] = {}
        key = new_id()
        for column in table.columns:
            if column.name == "id" and isinstance(column.type, UUID_TYPE) and not column.foreign_keys:
                values["id"] = self.person if table.name == "person" else key
        for column in table.columns:
            if column.name not in values:
                value = await self._value(table, column, values)
                if value is not None:
                    values[column.name] = value
        special = {name: self._special(value) for name, value in SPECIAL.get(table.name, {}).items()}
        values |= special
        identity = next(values[column.name] for column in table.primary_key.columns)
        for column in tags.list_tagged(table, "sealed"):
            values[column.name] = self.vault.seal(self.canary(table, column), table.name, column.name, identity)
        self.ids[table.name] = identity
        await self.made.insert(table.name, **values)

    @staticmethod
    def _special(value: Any) -> Any:
        from datetime import timedelta

        return {"now": now(), "later": now() + timedelta(days=3)}.get(value, value) if isinstance(value, str) else value

    async def _value(self, table: Table, column: Column[Any], values: dict[str, Any]) -> Any:
        """What the column holds: the person where it says whose the row is, a canary where it holds words, else what is needed at all."""
        allowed = self._allowed(table, column)
        if column.info.get("person"):
            taken = [name for name in values if table.c[name].info.get("person")]
            return self.other if taken else self.person
        if column.foreign_keys:
            return await self._referred(table, column)
        if column.info.get("lookup") == "own":
            return self.vault.blind("sign-in", self.address)
        if column.info.get("personal") and not allowed:
            if isinstance(column.type, Text):
                return self.canary(table, column)
            if isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Text) and not self._checked(table, column):
                return [self.canary(table, column)]
        if column.info.get("object") == "row" and isinstance(column.type, UUID_TYPE):
            return self.ids.get("post", self.person)
        if column.server_default is not None or (column.nullable and not column.info.get("personal")):
            return None
        return self._plain(column, allowed)

    def _checked(self, table: Table, column: Column[Any]) -> bool:
        """Whether a constraint says which words the column may hold."""
        return any(isinstance(one, CheckConstraint) and column.name in str(one.sqltext) for one in table.constraints)

    @staticmethod
    def _allowed(table: Table, column: Column[Any]) -> list[str]:
        for one in table.constraints:
            if isinstance(one, CheckConstraint) and (match := ALLOWED.match(str(one.sqltext))) and match[1] == column.name:
                return re.findall(r"'([^']*)'", match[2])
        return []

    @staticmethod
    def _plain(column: Column[Any], allowed: list[str]) -> Any:
        if allowed:
            return allowed[0]
        match column.type:
            case UUID_TYPE():
                return new_id()
            case LargeBinary():
                return new_id().bytes * 2 if column.name == "person_hash" else new_id().bytes
            case Text():
                return "x"
            case JSONB():
                return {}
            case ARRAY():
                return []
            case SmallInteger():
                return 1
            case kind if kind.python_type is bool:
                return False
            case kind if kind.python_type in (int, float):
                return kind.python_type(1)
            case kind:
                return now().date() if kind.python_type.__name__ == "date" else now()

    async def _referred(self, table: Table, column: Column[Any]) -> Any:
        """The row that a foreign key wants: the person's own where there is one, else any, else somebody else's."""
        parent = next(iter(column.foreign_keys)).column.table
        if parent.name == "person":
            return None if column.nullable else self.other
        if (table.name, column.name) in (("match", "offer_id"), ("round_pair", "offer_id")):
            return await self.made.post(self.other, "offer")
        if parent.name in self.ids:
            return self.ids[parent.name]
        if parent.name == "neighbourhood":
            return await self.made.hood()
        if parent.name == "organisation":
            return await self.made.home_organisation()
        if parent.name == "theme":
            return await self.made.theme("transport.move")
        return None


async def list_corners(db: Db, vault: Vault) -> list[tuple[str, str]]:
    """Every row of every table as text, with what is sealed in it opened, beside the table's name."""
    corners: list[tuple[str, str]] = []
    named = {table.name: table for table in list_tables()}
    for row in await db.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition"
    ):
        name = row["relname"]
        if name in ("spatial_ref_sys", "neighbourhood", "neighbourhood_near", "municipality", "boundary_import", "theme_label"):
            continue
        table = named.get(name)
        sealed = [column.name for column in tags.list_tagged(table, "sealed")] if table is not None else []
        key = next(iter(table.primary_key.columns)).name if table is not None else ""
        for found in await db.fetch(f'select t.*, t::text as whole from "{name}" t'):
            opened = "".join(
                vault.open(found[one], name, one, found[key]).decode(errors="replace")
                for one in sealed
                if found[one] and len(found[one]) > 20
            )
            corners.append((name, found["whole"] + opened))
    return corners


async def list_keys(url: str) -> list[tuple[str, str]]:
    """Every key of Valkey with what it holds."""
    client = redis.asyncio.Redis.from_url(url)
    try:
        found: list[tuple[str, str]] = []
        async for key in client.scan_iter():
            kind = (await client.type(key)).decode()
            value = await client.get(key) if kind == "string" else await client.dump(key)
            found.append((f"valkey {key.decode(errors='replace')}", repr(value)))
        return found
    finally:
        await client.aclose()


def list_files(folder: Path) -> list[tuple[str, str]]:
    """Every file of a home that is no database, keys or binary of ours."""
    return [
        (str(file), file.read_bytes().decode(errors="replace"))
        for file in folder.rglob("*")
        if file.is_file() and "postgres" not in file.parts and file.stat().st_size < 2_000_000 and "pg_" not in str(file)
    ]
