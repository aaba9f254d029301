"""The unit of work: one request or one job is one transaction, opened and committed here and nowhere else."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext, suppress
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from buurtnet.kit.errors import Conflict, Invalid, NotFound, Refusal, Unavailable
from buurtnet.kit.text import N_

Db = asyncpg.Connection
T = TypeVar("T")
SPARE = 2
"""Connections that no request holds as its own: for the short transactions apart, which would else wait for the requests that wait for them."""
SET_VIEWER = "select set_config('app.viewer', $1, true)"
LONG = 3600.0
"""Seconds that a statement of a patient transaction may take, and a pause between two of them; such statements are called with this timeout."""
BE_PATIENT = "select set_config('statement_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)"
TOUCHED = "select current_setting('app.touched', true)"
"""What triggers noted of this transaction (`desk/tables.py`)."""
ARRAYS = "select $1::int[], $2::uuid[], $3::bool[], $4::smallint[], $5::bigint[], $6::real[], $7::float8[], $8::date[], $9::timestamptz[], $10::bytea[]"
"""asyncpg asks what a kind of array is when a connection first meets one: here for all of them at once, before somebody waits for it."""
CONSTRAINTS: dict[str, Refusal | type[Refusal]] = {}
"""What a violated constraint says to people, by its name; slices add theirs at import (`refuse_when`)."""


def refuse_when(constraint: str, refusal: type[Refusal]) -> None:
    """From now on the named constraint, violated, raises the refusal."""
    CONSTRAINTS[constraint] = refusal


def translate(error: asyncpg.PostgresError) -> Exception:
    """The refusal that stands for a database error, or the error itself where it is nobody's mistake but ours."""
    if (refusal := CONSTRAINTS.get(getattr(error, "constraint_name", None) or "")) is not None:
        return refusal if isinstance(refusal, Refusal) else refusal()
    match error:
        case (
            asyncpg.UniqueViolationError()
            | asyncpg.SerializationError()
            | asyncpg.DeadlockDetectedError()
            | asyncpg.LockNotAvailableError()
        ):
            return Conflict()
        case asyncpg.ForeignKeyViolationError():
            return NotFound()
        case asyncpg.CharacterNotInRepertoireError() | asyncpg.UntranslatableCharacterError():
            return Invalid({"": N_("There is a sign in it that we cannot keep. Please take it out.")})
        case (
            asyncpg.CannotConnectNowError()
            | asyncpg.TooManyConnectionsError()
            | asyncpg.AdminShutdownError()
            | asyncpg.QueryCanceledError()  # It takes longer than a statement may.
        ):
            return Unavailable()
        case _:
            return error


async def _set_up(connection: Db) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=lambda value: msgspec.json.encode(value).decode(), decoder=msgspec.json.decode
        )
    await connection.prepare(ARRAYS)


async def _leave(_: Any) -> None:
    """A connection goes back as it is: what a transaction sets ends with it, and nothing is set, locked or listened to outside one."""


class Database:
    """The pool of connections of one process, and the only place where transactions begin and end."""

    _room: AbstractAsyncContextManager[Any] = nullcontext()

    def __init__(self, url: str, *, size: int = 10, name: str = "buurtnet", tell: Callable[[str], Awaitable[None]] | None = None) -> None:
        """`tell` is told after each commit what it touched (`kit/news.py`)."""
        self._url, self._size, self._name, self._tell = url, size, name, tell
        self._pool: asyncpg.Pool | None = None
        self._room = asyncio.Semaphore(max(size - SPARE, 1))

    async def open(self) -> None:
        """Connects; raises what PostgreSQL says where the address is wrong."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._size,
            init=_set_up,
            reset=_leave,
            command_timeout=60,
            server_settings={
                "application_name": self._name,
                "timezone": "UTC",
                "statement_timeout": "30s",
                "idle_in_transaction_session_timeout": "60s",
                "jit": "off",
            },
        )

    async def close(self) -> None:
        """Closes every connection."""
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def transaction(self, viewer_id: UUID | None = None, *, readonly: bool = False) -> AsyncGenerator[Db]:
        """A connection inside a transaction: leaving the block commits, an exception rolls back and integrity errors become refusals."""
        async with self.bare(readonly=readonly) as db:
            if viewer_id is not None:
                await db.execute(SET_VIEWER, str(viewer_id))
            yield db

    @asynccontextmanager
    async def bare(self, *, readonly: bool = False) -> AsyncGenerator[Db]:
        """The same without a viewer set: for the statement that finds the session and sets the viewer at once."""
        async with self.glance() as db, db.transaction(readonly=readonly):
            yield db
            touched = await db.fetchval(TOUCHED) if self._tell is not None and not readonly else None
        if touched and self._tell is not None:
            await self._tell(touched)

    @asynccontextmanager
    async def glance(self) -> AsyncGenerator[Db]:
        """A connection without a transaction around it, for one statement that only reads: one way to the database and back."""
        assert self._pool is not None, "open() comes first"
        try:
            async with self._pool.acquire() as db:
                yield db  # type: ignore[misc]
        except asyncpg.PostgresError as error:
            raise translate(error) from error
        except (OSError, asyncpg.InterfaceError) as error:
            raise Unavailable from error

    @asynccontextmanager
    async def unit(self, *, readonly: bool) -> AsyncGenerator["Unit"]:
        """A request's unit of work; whoever holds it says at its end whether it is kept, and silence rolls back."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._room)
            unit = Unit(await stack.enter_async_context(self.bare(readonly=readonly)), stack)
            try:
                yield unit
            finally:
                if not unit.ended:
                    await unit.end(keep=False)


class RolledBack(Exception):
    """Leaves a transaction without keeping what it did."""


class Unit:
    """One request's transaction, from the session's look-up to the moment before the response starts."""

    def __init__(self, db: Db, stack: AsyncExitStack) -> None:
        self.db, self._stack, self.ended = db, stack, False

    async def end(self, *, keep: bool) -> None:
        """Commits or rolls back, once; raises the refusal or error that a failing commit means."""
        self.ended = True
        if keep:
            await self._stack.aclose()
            return
        reason = RolledBack()
        with suppress(RolledBack):
            await self._stack.__aexit__(RolledBack, reason, None)


@asynccontextmanager
async def savepoint(db: Db, *, keep: bool = True) -> AsyncGenerator[None]:
    """A part of a transaction that may fail by itself: what was done in it stays where it ends well, or never if it is only tried (`keep` false).
    Integrity errors become refusals."""
    inner = db.transaction()
    await inner.start()
    kept = False
    try:
        yield
        kept = keep
    except asyncpg.PostgresError as error:
        raise translate(error) from error
    finally:
        await (inner.commit() if kept else inner.rollback())


async def be_patient(db: Db) -> None:
    """Lets this transaction take its time, up to LONG; to be called first in it."""
    await db.execute(BE_PATIENT, f"{LONG:.0f}s")


async def fetch(db: Db, kind: type[T], statement: str, *values: Any) -> list[T]:
    """The rows of the statement as Structs of the kind, by column name."""
    return msgspec.convert([dict(row) for row in await db.fetch(statement, *values)], list[kind], from_attributes=False)  # type: ignore[valid-type]


async def fetch_one(db: Db, kind: type[T], statement: str, *values: Any) -> T | None:
    """The first row of the statement as a Struct of the kind, or None."""
    row = await db.fetchrow(statement, *values)
    return None if row is None else msgspec.convert(dict(row), kind)


async def copy_rows(db: Db, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes many rows by COPY; refused by PostgreSQL for tables with row-level security."""
    await db.copy_records_to_table(table, records=rows, columns=list(columns))
