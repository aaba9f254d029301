"""Databases for tests that need real commits. One that holds again what it held at first is lent to the next test, with its open connections:
to make one, and to read its catalogue once more in each new connection, takes longer than most of these tests."""

import os

import asyncpg

from buurtnet.kit.db import Database
from buurtnet.local.postgres import Cluster

TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname"
SHAPE = """
select (select count(*) from pg_class), (select count(*) from pg_attribute), (select count(*) from pg_proc), (select count(*) from pg_trigger),
       (select count(*) from pg_constraint), (select count(*) from pg_policy), (select max(oid) from pg_class)
"""
"""Changes with whatever is made or dropped."""
BUSY = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"


class Committed:
    """A database of its own; `web` and `worker` are open Databases."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self.name = cluster.create_database(f"committed_{os.urandom(4).hex()}", template=template)
        self.web = Database(cluster.url("web", self.name), size=12)
        self.worker = Database(cluster.url("worker", self.name), size=12)
        self.superuser_url = cluster.url("superuser", self.name)
        self._cluster = cluster

    async def open(self) -> None:
        """Connects, and notes what there is."""
        await self.web.open()
        await self.worker.open()
        self._superuser = await asyncpg.connect(
            self.superuser_url, server_settings={"session_replication_role": "replica", "lock_timeout": "2s"}
        )
        tables = [row["relname"] for row in await self._superuser.fetch(TABLES)]
        held = {table for table in tables if await self._superuser.fetchval(f'select exists (select from "{table}")')}
        self._empty = "; ".join(f'delete from "{table}"' for table in tables if table not in held)
        self._look = " union all ".join(f'select count(*), max(xmin::text::bigint) from "{table}"' for table in sorted(held))
        self._noted = await self._note()
        self._open = True

    async def close(self) -> None:
        """Closes all connections, for who copies the database; nobody is lent it afterwards."""
        self._open = False
        await self.web.close()
        await self.worker.close()
        await self._superuser.close()

    async def _note(self) -> list[asyncpg.Record]:
        return [*await self._superuser.fetch(SHAPE), *await self._superuser.fetch(self._look)]

    async def restore(self) -> bool:
        """Empties what was empty at first; whether everything is now as it was."""
        try:
            if not self._open or await self._superuser.fetchval(BUSY):
                return False
            await self._superuser.execute(self._empty)
            return await self._note() == self._noted
        except (asyncpg.PostgresError, OSError):
            return False

    async def drop(self) -> None:
        """Takes the database away."""
        if self._open:
            await self.close()
        self._cluster.run_sql(f"drop database {self.name} with (force)")
