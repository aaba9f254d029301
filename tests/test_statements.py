"""Every SQL statement of the application against the migrated schema, as the roles that run it; and the second wall behind all of them."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import asyncpg
import msgspec
import pytest

import buurtnet
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault, token_hash
from tests.made import Made
from tests.test_architecture import PYTHON, ROOT

BEGINS = re.compile(r"(\s|--[^\n]*\n)*(with|select|insert|update|delete)\b", re.IGNORECASE)
IS_SQL = re.compile(
    r"\b(select\b.*\bfrom\b|insert into \w|delete from \w|update \w+ set\b|exists \(\s*select|order by \w|on conflict)", re.DOTALL
)
SQLITE = ("buurtnet.downloads.actions.geopackage",)
"""What writes into a file of its own that is a database, in a process that reaches no other one."""
WORKER_ONLY = frozenset(
    {
        "conversations.actions.RESEALED",
        "conversations.actions.RESEALED_NOTES",
        "conversations.actions.STALE_NOTES",
        "downloads.actions.making.FORGET",
        "downloads.actions.making.KEEP",
        "geography.actions.counting.COUNT",
        "geography.actions.counting.WRITE_COUNTS",
        "geography.actions.drawing.DRAW",
        "geography.actions.drawing.FORGET_DRAWINGS",
        "geography.actions.importing.WRITE_IMPORT",
        "geography.actions.storing.END",
        "geography.actions.storing.END_TOWNS",
        "geography.actions.storing.FORGET_NEARNESS",
        "geography.actions.storing.KEEP_AREAS",
        "geography.actions.storing.KEEP_TOWNS",
        "geography.actions.storing.WRITE_AREAS",
        "geography.actions.storing.WRITE_CHANGES",
        "geography.actions.storing.WRITE_TOWNS",
        "kit.audit.DROP_OLD",
        "kit.audit.JOIN_PSEUDONYMS",
        "kit.audit.SEAL",
        "kit.jobs.CLEAR",
        "kit.jobs.PARTITIONS",
        "kit.outbox.CLAIM",
        "kit.outbox.DONE",
        "kit.outbox.FAIL",
        "kit.outbox.LOCK",
        "kit.outbox.MARK",
        "kit.outbox.RETRY",
        "matching.actions.leaving.COUNT",
        "matching.actions.parts.ADD_COUNTS",
        "matching.actions.parts.ADD_PAIRS",
        "matching.actions.parts.DONE",
        "matching.actions.parts.TAKE",
        "matching.actions.rounds.CLEAR",
        "matching.actions.rounds.FAIL",
        "matching.actions.rounds.FINISH",
        "matching.actions.rounds.FORGET_COUNTS",
        "matching.actions.rounds.LOCK_ROUND",
        "matching.actions.rounds.STOP",
        "matching.actions.rounds.STOP_PARTS",
        "moderation.actions.reporting.FORGET_ADDRESSES",
        "moderation.actions.reporting.STALE_ADDRESSES",
        "moderation.actions.reporting.WRITE_ADDRESSES",
        "moderation.queries.reports.REPLY",
        "network.actions.measuring.ADD_AREAS",
        "network.actions.measuring.ADD_SNAPSHOT",
        "network.actions.measuring.ADD_TRACE",
        "network.actions.measuring.FORGET_DRAFT",
        "network.actions.measuring.FREEZE_BREAKS",
        "people.actions.following.ASK",
        "people.actions.following.LEAD_ON",
        "people.actions.following.MOVE_FLYERS",
        "people.actions.leaving.BAR",
        "people.actions.leaving.UNBAR",
        "people.actions.staff.ADD_ORGANISATION",
        "posts.actions.forgetting.COUNT",
        "posts.actions.speaking.RESEALED",
        "privacy.actions.forgetting.ENTER",
        "privacy.actions.merging.ABSORB",
        "referrals.actions.counting.FORGET",
        "referrals.actions.counting.FREEZE",
        "referrals.actions.listing.RETIRE",
        "referrals.actions.listing.SAVE",
        "screening.actions.judging.MOVE_COUNTS",
        "screening.actions.loading.END_RULES",
        "screening.actions.loading.SAVE_RULES",
        "themes.actions.SAVE_LABEL",
        "themes.actions.SAVE_THEME",
        "voice.actions.RESEALED",
        "voice.actions.STALE",
    }
)
"""What the web role may not run: boundaries, themes and rules are loaded, measures made, workers appointed, events told, and the audit is
sealed and kept in parts, by others. Nor is the sample planted by it."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(buurtnet.__path__, "buurtnet."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


@cache
def statements() -> dict[str, str]:
    """The statements by name: module constants as they are composed, and those that stand inside functions."""
    found: dict[str, str] = {}
    for module in modules():
        if module.__name__ in SQLITE:
            continue
        short, tree = module.__name__.removeprefix("buurtnet."), ast.parse(inspect.getsource(module))
        own = {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)}
        for name, value in vars(module).items():
            if name in own and name.isupper() and isinstance(value, str) and BEGINS.match(value):
                found[f"{short}.{name}"] = value
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for node in ast.walk(function):
                    if (
                        isinstance(node, ast.Constant)
                        and isinstance(node.value, str)
                        and BEGINS.match(node.value)
                        and IS_SQL.search(node.value)
                    ):
                        found[f"{short}:{node.lineno}"] = node.value
    return found


def test_there_are_as_many_as_one_thinks() -> None:
    assert len(statements()) > 200
    assert {"people.queries.people.OPEN_SESSION", "posts.queries.NEAR_POSTS", "matching.queries.candidates.CANDIDATES"} <= set(statements())


async def may_run(connection: Db, role: str, statement: str) -> bool:
    """Whether the role may run the statement; planning it for real looks at columns, types and grants alike."""
    savepoint, planned = connection.transaction(), f"planned_{new_id().hex}"
    await savepoint.start()
    try:
        await connection.execute(f"set local role {role}")
        prepared = await connection.prepare(statement)
        nothing = ", ".join(["null"] * len(prepared.get_parameters()))
        await connection.execute(f"prepare {planned} as {statement}")
        await connection.execute(f"explain execute {planned}{f'({nothing})' if nothing else ''}")
    except asyncpg.InsufficientPrivilegeError:
        return False
    finally:
        await savepoint.rollback()
    return True


async def test_every_statement_fits_the_schema_and_the_roles_that_run_it(connection: Db) -> None:
    wrong: dict[str, object] = {}
    for name, statement in statements().items():
        wanted = {"buurtnet_worker"} if name in WORKER_ONLY else {"buurtnet_web", "buurtnet_worker"}
        try:
            runs = {role for role in ("buurtnet_web", "buurtnet_worker") if await may_run(connection, role, statement)}
        except asyncpg.PostgresError as error:
            wrong[name] = str(error)
        else:
            if runs != wanted and not (name.startswith("sample.") and "buurtnet_worker" in runs):
                wrong[name] = f"runs as {sorted(runs)} instead of {sorted(wanted)}"
    assert wrong == {}


def test_no_list_of_exceptions_is_out_of_date() -> None:
    assert set(statements()) >= WORKER_ONLY


# --- how statements are put together ---------------------------------------------------------------------------------------------


def is_constant(node: ast.expr) -> bool:
    """Whether it is a module constant, perhaps of another module, or one filled with literals."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="format"), args=[], keywords=words):
            return name.isupper() and all(isinstance(word.value, ast.Constant) for word in words)
        case ast.FormattedValue(value=value, format_spec=None, conversion=-1):
            return is_constant(value)
        case ast.Constant():
            return True
        case _:
            return False


def text_of(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


def faults_of(source: str) -> list[int]:
    """The lines on which SQL is put together from anything but module constants."""
    tree, faults = ast.parse(source), list[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and IS_SQL.search(text_of(node)):
            faults += [part.lineno for part in node.values if not is_constant(part)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            sides = [side for side in (node.left, node.right) if isinstance(side, ast.Constant) and isinstance(side.value, str)]
            if any(IS_SQL.search(str(side.value)) for side in sides) and not (is_constant(node.left) and is_constant(node.right)):
                faults.append(node.lineno)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("execute", "fetch", "fetchrow", "fetchval")
        ):
            # What a function runs is a constant of a module or a literal, or the parameter of a function that runs others' statements.
            statement = node.args[0] if node.args else None
            if isinstance(statement, ast.JoinedStr | ast.BinOp) and not all(is_constant(part) for part in ast.iter_child_nodes(statement)):
                faults.append(node.lineno)
    return faults


def test_statements_hold_nothing_but_module_constants() -> None:
    apart = {f"{name.removeprefix('buurtnet.').replace('.', '/')}.py" for name in SQLITE}
    read = {str(path.relative_to(ROOT)): path.read_text() for path in PYTHON if path.parts[-2] != "local"}
    faults = {name: lines for name, text in read.items() if name not in apart and (lines := faults_of(text))}
    assert faults == {}


@pytest.mark.parametrize(
    "source",
    [
        'f"select id from post where id = {wanted}"',
        'f"{QUERY} order by {column}"',
        '"select id from post where text = \'" + typed + "\'"',
        '"select id from post where text = %s" % typed',
        'db.fetch(f"{QUERY}{more}")',
        'f"delete from post where {CONDITION.format(name=typed)}"',
    ],
)
def test_a_value_in_a_statement_is_seen(source: str) -> None:
    assert faults_of(source)


# --- what comes out of them ------------------------------------------------------------------------------------------------------


@cache
def pairs() -> dict[str, tuple[str, type[msgspec.Struct]]]:
    """Which Struct the rows of which statement become."""
    found: dict[str, tuple[str, type[msgspec.Struct]]] = {}
    for module in modules():
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            match node:
                case ast.Call(func=ast.Name(id="fetch" | "fetch_one"), args=[_, ast.Name(id=kind), ast.Name(id=statement), *_]):
                    struct, text = getattr(module, kind, None), getattr(module, statement, None)
                    if isinstance(text, str) and isinstance(struct, type) and issubclass(struct, msgspec.Struct):
                        found[f"{module.__name__.removeprefix('buurtnet.')}.{statement}"] = text, struct
                case _:
                    continue
    return found


async def test_the_columns_of_a_statement_are_the_fields_of_its_struct(db: Db) -> None:
    wrong: dict[str, object] = {}
    for name, (statement, struct) in pairs().items():
        columns = [column.name for column in (await db.prepare(statement)).get_attributes()]
        needed = {field.name for field in msgspec.structs.fields(struct) if field.required}
        unread, unfilled = set(columns) - set(struct.__struct_fields__), needed - set(columns)
        if unread or unfilled or len(columns) != len(set(columns)):
            wrong[name] = {"nobody reads": unread, "nobody fills": unfilled}
    assert wrong == {}


def test_pairs_are_found() -> None:
    assert len(pairs()) > 40


# --- the second wall -------------------------------------------------------------------------------------------------------------

SECRETS = {
    "contact": ("sealed", "person_id"),
    "credential": ("sealed", "person_id"),
    "message": ("body", "author_id"),
    "push_subscription": ("sealed", "person_id"),
}
"""The tables under row-level security, with a column to change and the one that says whose it is."""


@pytest.fixture
async def secrets(made: Made, vault: Vault, db: Db) -> dict[str, object]:
    """A resident with an address, an authenticator, a message and a device; somebody else; both of one household's worker."""
    owner, other = await made.person("Amina"), await made.person("Bart")
    await made.contact(owner, "amina@example.org")
    await made.insert("credential", id=new_id(), person_id=owner, kind="totp", sealed=b"secret")
    talk = new_id()
    await made.insert("conversation", id=talk)
    await made.insert("participant", conversation_id=talk, person_id=owner)
    await made.insert("message", id=new_id(), conversation_id=talk, author_id=owner, body=b"sealed")
    session = token_hash(await made.session(owner))
    device = {"session_hash": session, "lookup": b"blind"}
    await made.insert("push_subscription", id=new_id(), person_id=owner, sealed=b"sealed", **device)
    return {"owner": owner, "other": other, "conversation": talk, "device": device}


async def as_viewer(db: Db, viewer: object) -> None:
    await db.execute("select set_config('app.viewer', $1, true)", str(viewer or ""))


@pytest.mark.parametrize("viewer", ["other", None])
@pytest.mark.parametrize("table", SECRETS)
async def test_others_secrets_are_not_there(db: Db, secrets: dict[str, object], table: str, viewer: str | None) -> None:
    column, _ = SECRETS[table]
    await as_viewer(db, secrets.get(viewer or ""))
    assert await db.fetch(f"select * from {table}") == []
    if table == "message":
        await as_viewer(db, secrets["owner"])
        for write in ("update message set body = body", "delete from message"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with db.transaction():
                    await db.execute(write)  # What was written stays as it was written, also for the two sides.
    else:
        assert await db.fetch(f"update {table} set {column} = {column} returning id") == []
        assert await db.fetch(f"delete from {table} returning id") == []
    await as_viewer(db, secrets["owner"])
    assert len(await db.fetch(f"select * from {table}")) == 1


@pytest.mark.parametrize("table", SECRETS)
async def test_nobody_puts_secrets_under_somebody_elses_name(db: Db, secrets: dict[str, object], table: str) -> None:
    column, whose = SECRETS[table]
    await as_viewer(db, secrets["other"])
    values = {"id": new_id(), whose: secrets["owner"], column: b"forged"}
    more = {"contact": {"channel": "email"}, "credential": {"kind": "totp"}, "message": {"conversation_id": secrets["conversation"]}}
    values |= (more | {"push_subscription": secrets["device"]})[table]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(
            f"insert into {table} ({', '.join(values)}) values ({', '.join(f'${n}' for n in range(1, len(values) + 1))})", *values.values()
        )


async def test_taking_no_part_one_cannot_write_under_ones_own_name_either(db: Db, secrets: dict[str, object]) -> None:
    await as_viewer(db, secrets["other"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(
            "insert into message (id, conversation_id, author_id, body) values ($1, $2, $3, $4)",
            new_id(),
            secrets["conversation"],
            secrets["other"],
            b"hello",
        )


async def test_a_grant_opens_contacts_for_its_time_and_for_reading_alone(db: Db, made: Made, secrets: dict[str, object]) -> None:
    await made.insert("grant", person_id=secrets["other"], object_id=secrets["owner"], until=now().replace(year=2099))
    await as_viewer(db, secrets["other"])
    assert len(await db.fetch("select * from contact")) == 1
    assert await db.fetch("update contact set channel = 'sms' returning id") == []
    assert await db.fetch("delete from contact returning id") == []
    await made.db.execute("reset role")
    await made.db.execute('update "grant" set until = now()')
    await made.db.execute("set local role buurtnet_web")
    assert await db.fetch("select * from contact") == []


async def test_the_web_role_cannot_step_out_of_its_row_level_security(db: Db, secrets: dict[str, object]) -> None:
    row = await db.fetchrow("select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = 'buurtnet_web'")
    assert not any(row)
    for deed in (
        "alter table contact no force row level security",
        "drop policy contact_read on contact",
        "set role buurtnet_worker",
        "truncate contact",
    ):
        savepoint = db.transaction()
        await savepoint.start()
        # The test's own connection is a superuser's, whose rights to change roles stay with the session: ask for what the role has.
        if deed.startswith("set role"):
            assert not await db.fetchval("select pg_has_role('buurtnet_web', 'buurtnet_worker', 'member')")
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(deed)
        await savepoint.rollback()
