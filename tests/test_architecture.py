"""The rules of the architecture that a machine can see. Imports are checked by import-linter, shapes by the type checker."""

import ast
import re
from pathlib import Path

import asyncpg
import pytest

import buurtnet
from buurtnet.kit.sql import metadata, security_statements

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
    for path in ROOT.glob("*/tables.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Table" and isinstance(node.args[0], ast.Constant):
                owners[str(node.args[0].value)] = path.parent.name
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


async def test_the_catalogue_is_what_the_tables_declare(connection: asyncpg.Connection) -> None:
    """Grants, row-level security and policies are invisible to Alembic: compare them with the declarations in a scratch copy."""
    declared = {statement for statement in security_statements() if statement.startswith("create policy")}
    rows = await connection.fetch("select policyname, tablename from pg_policies where schemaname = 'public'")
    assert {(row["policyname"], row["tablename"]) for row in rows} == {
        (re.match(r"create policy (\w+)", text)[1], re.search(r'on "(\w+)"', text)[1]) for text in declared
    }
    forced = await connection.fetch("select relname from pg_class where relforcerowsecurity and relrowsecurity and relkind in ('r', 'p')")
    assert {row["relname"] for row in forced} == {table.name for table in metadata.tables.values() if table.info.get("policies")}
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
