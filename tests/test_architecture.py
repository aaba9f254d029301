"""The rules of the architecture that a machine can see. Imports are checked by import-linter, shapes by the type checker."""

import ast
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

import buurtnet
from buurtnet.desk.tables import touch_statements
from buurtnet.geography.tables import place_statements
from buurtnet.kit.outbox import event_kind
from buurtnet.kit.sql import metadata, security_statements
from buurtnet.kit.vault import Vault
from buurtnet.local.postgres import Cluster
from buurtnet.privacy.queries.schema import list_tables
from buurtnet.settings import Settings
from buurtnet.worker import list_reactions

ROOT = Path(buurtnet.__file__).parent
TOP = ROOT.parent.parent
SLICES = sorted(
    path.name
    for path in ROOT.iterdir()
    if path.is_dir() and (path / "__init__.py").exists() and path.name not in ("kit", "web", "local", "cli")
)
FILES = {"__init__", "schemas", "tables", "rules", "queries", "actions", "events", "pages", "api", "jobs"}
PYTHON = sorted(ROOT.rglob("*.py"))
WRITES = re.compile(r"\b(?:insert into|update|delete from|copy_rows\(db,|copy_records_to_table\()\s+[\"']?(\w+)", re.IGNORECASE)
SQL_START = re.compile(r"^\s*(?:with|insert|update|delete|select)\b", re.IGNORECASE)


def tables_by_slice() -> dict[str, str]:
    """Which slice owns which table, by where it is declared."""
    owners: dict[str, str] = {}
    for path in [*ROOT.glob("*/tables.py"), *ROOT.glob("*/tables/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Table" and isinstance(node.args[0], ast.Constant):
                owners[str(node.args[0].value)] = path.relative_to(ROOT).parts[0]
    return owners


def statements(path: Path) -> list[str]:
    """Every string of a module that is an SQL statement."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_START.match(node.value):
            found.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
            if SQL_START.match(text):
                found.append(text)
    return found


@pytest.mark.parametrize("slice_", SLICES)
def test_a_slice_says_what_it_is_and_holds_only_the_agreed_files(slice_: str) -> None:
    folder = ROOT / slice_
    tree = ast.parse((folder / "__init__.py").read_text())
    assert ast.get_docstring(tree), f"{slice_} has no docstring"
    assert len(tree.body) == 1, f"{slice_}/__init__.py holds code"
    if slice_ == "sample":
        return
    names = {path.stem for path in folder.glob("*.py")} | {
        path.name for path in folder.iterdir() if path.is_dir() and (path / "__init__.py").exists()
    }
    assert names <= FILES, f"{slice_} holds {names - FILES}"


def test_a_slice_writes_only_its_own_tables() -> None:
    owners = tables_by_slice()
    wrong = []
    for path in PYTHON:
        slice_ = path.relative_to(ROOT).parts[0]
        if slice_ in ("privacy", "local", "sample"):
            continue
        for statement in statements(path):
            for table in WRITES.findall(
                re.sub(r"for (no key )?update|on conflict.*? do update", "", statement, flags=re.DOTALL | re.IGNORECASE)
            ):
                if owners.get(table, slice_) != slice_:
                    wrong.append(f"{path.relative_to(ROOT)} writes {table} of {owners[table]}")
    assert not wrong, "\n".join(wrong)


def test_privacy_erases_across_slices_in_one_place_and_from_the_tags() -> None:
    owners = tables_by_slice()
    folder = ROOT / "privacy"
    for path in folder.rglob("*.py"):
        written = {table for statement in statements(path) for table in WRITES.findall(statement)}
        assert {owners.get(table, "privacy") for table in written} <= {"privacy"}, f"{path} writes a table of another slice by name"
        makes = [
            node.lineno
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("delete", "update", "insert")
        ]
        assert not makes or path.relative_to(folder).as_posix() in ("actions/erasing.py", "actions/moving.py"), f"{path}:{makes}"


def test_a_slice_copies_rows_into_its_own_tables_alone() -> None:
    owners = tables_by_slice()
    for path in PYTHON:
        slice_ = path.relative_to(ROOT).parts[0]
        for node in ast.walk(ast.parse(path.read_text())) if slice_ not in ("privacy", "local", "sample") else ():
            match node:
                case ast.Call(func=ast.Attribute(attr="copy_records_to_table"), args=[ast.Constant(value=str(table)), *_]):
                    assert owners[table] == slice_, f"{path}:{node.lineno}"
                case _:
                    continue


def kind_of(path: Path) -> str:
    """What a file of a slice is by the name that all slices share; its slice's name where it is none."""
    parts = path.relative_to(ROOT).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 and parts[0] in SLICES else parts[0]


def test_sql_stands_in_queries_and_actions_alone_and_queries_only_read() -> None:
    wrong = []
    for path in PYTHON:
        kind = kind_of(path)
        for statement in statements(path):
            if kind in FILES - {"queries", "actions", "__init__"} and re.search(r"\b(from|set|into)\b", statement):
                wrong.append(f"{path.relative_to(ROOT)} holds {statement.strip()[:40]}")
            if kind == "queries" and WRITES.search(re.sub(r"for (no key )?update", "", statement)):
                wrong.append(f"{path.relative_to(ROOT)} writes {statement.strip()[:40]}")
    assert wrong == []


HEIGHT = {"pages": 6, "api": 5, "jobs": 5, "actions": 4, "queries": 3, "rules": 2, "tables": 2, "events": 1, "schemas": 1}


SAID_BY_BOTH = ("buurtnet.people.pages.cookies",)
"""What pages and programs are told alike, and in no other words than those of HTTP."""


def test_inside_a_slice_imports_go_down() -> None:
    wrong = []
    for path in PYTHON:
        kind, slice_ = kind_of(path), path.relative_to(ROOT).parts[0]
        for node in ast.walk(ast.parse(path.read_text())) if kind in HEIGHT else ():
            named = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            names = [f"{named}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            found = [name.split(".")[2] for name in names if name.startswith(f"buurtnet.{slice_}.") and name not in SAID_BY_BOTH]
            wrong += [f"{path.relative_to(ROOT)} imports {name}" for name in found if HEIGHT.get(name, 0) > HEIGHT[kind]]
    assert wrong == []


def test_rules_ask_neither_the_time_nor_chance() -> None:
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())) if kind_of(path) == "rules" else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in ("now", "today", "utcnow", "monotonic", "uuid4", "new_id"), f"{path}:{node.lineno}"


def test_events_hold_ids_and_moments_alone() -> None:
    for path in ROOT.glob("*/events.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.AnnAssign):
                assert ast.unparse(node.annotation) in ("UUID", "UUID | None", "int", "bool", "datetime"), f"{path}:{node.lineno}"


def test_every_event_is_heard_by_somebody(settings: Settings, vault: Vault) -> None:
    told = {event_kind(event) for event in list_reactions(settings, vault)}
    declared = {
        f"{path.parent.name}.{node.name}"
        for path in ROOT.glob("*/events.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    }
    assert declared == told


def test_constants_have_a_user() -> None:
    texts = {path: path.read_text() for path in [*PYTHON, *sorted((TOP / "tests").rglob("*.py"))]}
    idle = []
    for path in PYTHON:
        for node in ast.parse(texts[path]).body:
            targets = node.targets if isinstance(node, ast.Assign) else ()
            for name in (target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper()):
                word = re.compile(rf"\b{name}\b")
                if len(word.findall(texts[path])) < 2 and not any(word.search(text) for other, text in texts.items() if other != path):
                    idle.append(f"{path.relative_to(ROOT)}: {name}")
    assert idle == []


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|lorem ipsum)\b|\bfor now\b", re.IGNORECASE)


def test_nothing_is_left_for_later() -> None:
    for path in [*PYTHON, *ROOT.rglob("*.html"), *ROOT.rglob("*.sql"), *(ROOT / "web" / "assets").rglob("*.js")]:
        found = UNFINISHED.search(path.read_text())
        assert found is None, f"{path}: {found}"


def test_functions_stay_short() -> None:
    long = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60:
                long.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert long == []


UNSAFE = re.compile(r"\|\s*safe\b|<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|autoescape", re.IGNORECASE)


def test_templates_hold_no_script_no_style_and_nothing_unescaped() -> None:
    for path in ROOT.rglob("*.html"):
        found = UNSAFE.search(path.read_text())
        assert found is None, f"{path}: {found}"
    trusted = {str(path.relative_to(ROOT)) for path in PYTHON if "Markup(" in path.read_text()}
    assert trusted == {"people/pages/cards.py", "web/templating.py"}


HEAVY = ("sqlalchemy", "alembic", "geoalchemy2", "numpy", "scipy", "shapely", "pyogrio", "ortools")


@pytest.mark.parametrize(("module", "spared"), [("app", HEAVY), ("worker", (*HEAVY, "litestar")), ("local.journey", (*HEAVY, "litestar"))])
def test_a_process_starts_without_what_it_does_not_need(module: str, spared: tuple[str, ...]) -> None:
    asked = f"import sys, buurtnet.{module}; print([name for name in {spared!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_statements_in_files_only_read() -> None:
    for path in ROOT.rglob("*.sql"):
        if path.parts[-2] == "local" or path.name == "roles.sql":
            continue
        text = re.sub(r"--.*", "", path.read_text())
        assert not re.search(r"\b(insert into|update \w|delete from|truncate|drop|alter|create)\b", text, re.IGNORECASE), path


def test_only_the_unit_of_work_commits() -> None:
    for path in PYTHON:
        if path == ROOT / "kit" / "db.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")), f"{path}:{node.lineno}"


LASTING = re.compile(
    r"set_config\([^)]*,\s*false\)|pg_(try_)?advisory_lock(_shared)?\(|\bset session\b|execute\([\"']set (?!local|constraints)",
    re.IGNORECASE,
)


def test_nothing_is_set_in_a_connection_beyond_its_transaction() -> None:
    """Connections go back to the pool as they are (`kit/db.py`), and the next request is somebody else's."""
    files = [*ROOT.rglob("*.py"), *ROOT.rglob("*.sql")]
    assert [str(path) for path in files if LASTING.search(path.read_text())] == []


def test_only_settings_reads_the_environment() -> None:
    for path in PYTHON:
        parts = path.relative_to(ROOT).parts
        if parts[0] in ("settings.py", "local"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")), f"{path}:{node.lineno}"


def test_no_deferred_annotations_and_no_files_that_say_nothing() -> None:
    for path in PYTHON:
        text = path.read_text()
        assert "from __future__ import annotations" not in text, path
        assert "TYPE_CHECKING" not in text, path
        assert path.stem not in ("utils", "helpers", "common", "base", "manager", "misc"), path


def test_files_stay_short() -> None:
    assert [str(path) for path in PYTHON if len(path.read_text().splitlines()) > 300] == []


def test_geometry_stands_only_in_geography(template: str) -> None:
    owners = tables_by_slice()
    with_geometry = {
        table.name for table in metadata.tables.values() for column in table.columns if type(column.type).__name__ == "Geometry"
    }
    assert {owners[name] for name in with_geometry} == {"geography"}


SMALL = {
    *(
        "block",
        "card",
        "claim",
        "emphasis",
        "flyer",
        "halving",
        "helper_check",
        "organisation",
        "place_question",
        "put_first",
        "rule_change",
    ),
    *("referral", "report", "round", "sign_in_code", "tenure", "weight"),
}
"""Tables of some thousands of rows at most in the largest town: to look through one costs no more than to keep an index."""


def test_what_points_at_a_row_that_goes_is_found_by_an_index() -> None:
    """For each row that goes, PostgreSQL looks for whatever refers to it: without an index in the whole table, each time."""
    leaving = {
        table.name for table in list_tables() if table.info.get("kept_by") or any(column.info.get("person") for column in table.columns)
    }
    slow = []
    for table in list_tables():
        keys = [one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)]
        for key in table.foreign_keys if table.name not in SMALL else ():
            column = key.parent.name
            wholes = [[one.name for one in index.columns] for index in (*keys, *table.indexes) if serves(index, column)]
            if key.column.table.name in leaving and not any(names[:1] == [column] for names in wholes):
                slow.append(f"{table.name}.{column}")
    assert slow == []


def serves(index: Index | PrimaryKeyConstraint | UniqueConstraint, column: str) -> bool:
    """Whether the index holds every row in which the column has a value."""
    where = index.dialect_options["postgresql"].get("where") if isinstance(index, Index) else None
    return where is None or str(where) == f"{column} is not null"


CATALOGUE = """
select 'policy' as what, tablename || '.' || policyname as name, concat_ws(' ', roles, cmd, 'using', qual, 'check', with_check) as said
  from pg_policies where schemaname = 'public'
union all
select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) from pg_constraint
 where connamespace = 'public'::regnamespace and conrelid <> 0
union all
select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
union all
select 'column', table_name || '.' || column_name, concat_ws(' ', data_type, udt_name, is_nullable, column_default)
  from information_schema.columns where table_schema = 'public'
union all
select 'security', relname, concat_ws(' ', relrowsecurity, relforcerowsecurity) from pg_class
 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
union all
select 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal and tgname = 'touched'
union all
select 'function', proname, prosrc from pg_proc
 where pronamespace = 'public'::regnamespace and (proname ~ '^touch_|hood_on$|lity_on$' or proname = 'note_touched')
"""
NOBODYS = re.compile(r"^(audit_2|audit_rest|alembic_version|spatial_ref_sys|geography_columns|geometry_columns|pk_audit_|audit_rest_)")
"""Partitions of the audit, and what belongs to the tools."""


async def catalogue(url: str) -> dict[tuple[str, str], str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(CATALOGUE)
    await connection.close()
    return {(row["what"], row["name"]): row["said"] for row in rows if not NOBODYS.match(row["name"]) and "audit_20" not in row["name"]}


async def test_the_migrated_schema_is_what_the_tables_declare(cluster: Cluster, template: str) -> None:
    """Policies, checks and defaults are invisible to Alembic's comparison: the whole catalogue beside that of a scratch database made from the tables."""
    name = cluster.create_database(f"scratch_{os.urandom(4).hex()}")
    engine = create_async_engine(cluster.url("owner", name).replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        for statement in [*security_statements(), *touch_statements(), *place_statements()]:
            await connection.execute(text(statement))
    await engine.dispose()
    migrated, declared = await catalogue(cluster.url("superuser", template)), await catalogue(cluster.url("superuser", name))
    cluster.run_sql(f"drop database {name} with (force)")
    assert {key: (migrated.get(key), said) for key, said in declared.items() if migrated.get(key) != said} == {}
    assert sorted(set(migrated) - set(declared)) == []


def test_migrations_only_go_up() -> None:
    down = [
        path.name
        for path in (Path(buurtnet.__file__).parents[2] / "migrations" / "versions").glob("*.py")
        if "def downgrade" in path.read_text()
    ]
    assert down == []


def test_alembic_finds_nothing_to_migrate(cluster: Cluster, template: str) -> None:
    config = Config(toml_file=TOP / "pyproject.toml")
    config.attributes["url"] = cluster.url("owner", template)
    with ThreadPoolExecutor(1) as thread:  # Its environment runs an event loop of its own.
        thread.submit(command.check, config).result()


async def test_roles_may_do_what_the_tables_declare(connection: asyncpg.Connection) -> None:
    for table in metadata.tables.values():
        for role, key in (("buurtnet_web", "web"), ("buurtnet_worker", "worker")):
            wanted = set(table.info.get(key, "select, insert, update, delete").split(", "))
            has = await connection.fetch(
                """select lower(privilege_type) as may from information_schema.role_table_grants where table_name = $1 and grantee = $2
                    union all
                   select lower(privilege_type) || ' (' || column_name || ')' from information_schema.role_column_grants c
                    where table_name = $1 and grantee = $2 and not exists (
                      select from information_schema.role_table_grants t
                       where (t.table_name, t.grantee, t.privilege_type) = (c.table_name, c.grantee, c.privilege_type))""",
                table.name,
                role,
            )
            assert {row["may"] for row in has} == wanted, (table.name, role)
    owned = await connection.fetch(
        "select relname from pg_class c join pg_roles r on r.oid = relowner where rolname in ('buurtnet_web', 'buurtnet_worker')"
    )
    assert not owned


async def test_every_foreign_key_and_check_is_named_by_the_convention(connection: asyncpg.Connection) -> None:
    rows = await connection.fetch(
        "select conname, contype from pg_constraint c join pg_class t on t.oid = conrelid join pg_namespace n on n.oid = t.relnamespace"
        " where nspname = 'public' and relname not like 'audit_%' and relname <> 'spatial_ref_sys' and relname <> 'alembic_version'"
        " and contype in ('c','f','u','p')"
    )
    prefixes = {b"c": "ck_", b"f": "fk_", b"u": "uq_", b"p": "pk_"}
    assert [row["conname"] for row in rows if not row["conname"].startswith(prefixes[row["contype"]])] == []
