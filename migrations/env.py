"""How Alembic reaches the schema: every slice's tables, the owner's address, time-outs that keep a busy installation alive."""

import asyncio
import importlib
import pkgutil
from importlib.util import find_spec

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine

import buurtnet
from buurtnet.kit.sql import metadata
from buurtnet.settings import read_settings

for package in pkgutil.iter_modules(buurtnet.__path__, "buurtnet."):
    if package.ispkg and find_spec(f"{package.name}.tables"):
        importlib.import_module(f"{package.name}.tables")


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
    """Partitions of the audit and PostGIS's own tables are nobody's business here."""
    if kind == "table" and reflected and name and (name.startswith("audit_2") or name == "audit_rest"):
        return False
    return alembic_helpers.include_object(thing, name, kind, reflected, compared)


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=is_ours,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    url = context.config.attributes.get("url") or read_settings().owner_url
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(connect())
