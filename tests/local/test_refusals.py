"""What stands in the way is said in one line, with what to do."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from buurtnet.local.folder import Account, find_socket_folder, make_socket_folder, prepare_home, refuse_closed_parents
from buurtnet.local.keys import ensure_keys
from buurtnet.local.migrate import PROJECT, find_head, refuse_unready_database
from buurtnet.local.ports import hold_port
from buurtnet.local.postgres import Cluster
from buurtnet.local.programs import find_postgres, find_valkey
from buurtnet.local.refusals import Refused
from buurtnet.settings import SettingUnusable, read_settings


def run_cli(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The program as it is called from outside, with these settings alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BUURTNET_")}
    return subprocess.run(
        [sys.executable, "-m", "buurtnet.cli", *words], env=kept | settings, capture_output=True, text=True, check=False, timeout=60
    )


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done
    assert done.stderr.startswith("buurtnet: ")
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


def test_a_port_that_is_taken() -> None:
    with hold_port(None) as held:
        port = held.getsockname()[1]
        assert 8000 <= port < 8100
        with pytest.raises(Refused, match=f"Port {port} is taken"):
            hold_port(port)
        with hold_port(None) as next_one:
            assert next_one.getsockname()[1] > port
        assert_one_line(run_cli("run", "--port", str(port), "--home", "/nowhere-of-any-use/x"), f"Port {port} is taken", "--port")
    with hold_port(port):
        pass


def test_a_port_that_another_program_listens_on_for_all_addresses() -> None:
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        with pytest.raises(Refused, match="is taken"):
            hold_port(other.getsockname()[1])


def test_a_home_that_cannot_be_written(fresh_home: Path) -> None:
    fresh_home.write_text("a file, not a folder")
    assert_one_line(run_cli("run", "--home", str(fresh_home)), str(fresh_home), "cannot be written", "--home")
    assert_one_line(run_cli("run", "--home", "/proc/buurtnet"), "/proc/buurtnet", "cannot be written")


def test_a_home_that_the_account_cannot_enter(fresh_home: Path) -> None:
    closed = fresh_home / "closed"
    closed.mkdir(parents=True, mode=0o700)
    with pytest.raises(Refused, match=f"may not enter {closed}"):
        refuse_closed_parents(closed / ".." / "closed", Account("somebody", 64321, 64321))


def test_a_home_of_ours_is_opened_and_a_folder_of_somebody_is_not(fresh_home: Path) -> None:
    account = Account("somebody", 64321, 64321)
    fresh_home.mkdir(mode=0o700)
    prepare_home(fresh_home, account)
    assert stat.S_IMODE(fresh_home.stat().st_mode) == 0o711
    fresh_home.chmod(0o700)
    (fresh_home / "letter.txt").write_text("private")
    with pytest.raises(Refused, match="may not enter"):
        prepare_home(fresh_home, account)
    assert stat.S_IMODE(fresh_home.stat().st_mode) == 0o700


def test_a_socket_folder_that_somebody_else_put_there(fresh_home: Path) -> None:
    folder = find_socket_folder(fresh_home / ("x" * 90), "sockets", ".s.PGSQL.5432")
    assert folder.parent == Path("/tmp")
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    try:
        with pytest.raises(Refused, match="should be a private folder"):
            make_socket_folder(folder, None)
    finally:
        folder.rmdir()


def test_programs_that_are_missing(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_home.mkdir()
    with pytest.raises(Refused, match="BUURTNET_PG_BIN names"):
        find_postgres(str(fresh_home))
    monkeypatch.setattr("buurtnet.local.programs.PLACES", (str(fresh_home / "*"),))
    monkeypatch.setenv("PATH", str(fresh_home))
    with pytest.raises(Refused, match=r"with PostGIS was not found.+apt-get install.+brew install postgis"):
        find_postgres()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Refused, match="BUURTNET_REDIS_URL"):
        find_valkey()


def test_programs_without_postgis(fresh_home: Path) -> None:
    bin_ = fresh_home / "pgsql-16" / "bin"
    bin_.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (bin_ / name).touch()
    with pytest.raises(Refused, match="with PostGIS was not found in"):
        find_postgres(str(bin_))
    control = fresh_home / "pgsql-16" / "share" / "extension" / "postgis.control"
    control.parent.mkdir(parents=True)
    control.touch()
    assert find_postgres(str(bin_)) == bin_


def test_the_newest_programs_win_unless_the_data_ask_for_others(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in (14, 15, 17):
        for file in ("bin/postgres", "bin/initdb", "share/extension/postgis.control"):
            path = fresh_home / f"pgsql-{version}" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    monkeypatch.setattr("buurtnet.local.programs.PLACES", (str(fresh_home / "pgsql-*/bin"),))
    monkeypatch.setenv("PATH", "")
    assert find_postgres().parent.name == "pgsql-17"
    assert find_postgres(version=15).parent.name == "pgsql-15"
    with pytest.raises(Refused, match="PostgreSQL 16 with PostGIS was not found"):
        find_postgres(version=16)


def test_data_of_another_version(fresh_home: Path) -> None:
    (fresh_home / "postgres").mkdir(parents=True)
    (fresh_home / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refused, match="PostgreSQL 9 with PostGIS was not found"):
        Cluster(fresh_home).start()


def test_keys(fresh_home: Path) -> None:
    fresh_home.mkdir()
    path = ensure_keys("", fresh_home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    assert ensure_keys("", fresh_home).read_bytes() == before
    path.rename(fresh_home / "elsewhere")
    (fresh_home / "postgres").mkdir()
    with pytest.raises(Refused, match="is gone"):
        ensure_keys("", fresh_home)
    missing = str(fresh_home / "missing")
    assert_one_line(run_cli("run", "--home", str(fresh_home / "new"), BUURTNET_KEYS=missing), missing, "cannot be read")
    shutil.rmtree(fresh_home / "postgres")
    path.write_bytes(b"\xff\xfe broken")
    assert_one_line(run_cli("run", "--home", str(fresh_home)), "damaged")


def test_a_database_that_does_not_answer(fresh_home: Path) -> None:
    nowhere = "postgresql://buurtnet_web:secret-word@127.0.0.1:1/buurtnet"
    with pytest.raises(Refused, match="does not answer as BUURTNET_DATABASE_URL says") as refusal:
        refuse_unready_database(nowhere)
    assert "secret-word" not in str(refusal.value)
    for wrong in (nowhere, "no address at all", "postgresql://[::1/x"):
        assert_one_line(
            run_cli("run", BUURTNET_DATABASE_URL=wrong, BUURTNET_WORKER_URL=wrong, BUURTNET_HOME=str(fresh_home)), "does not answer"
        )
    assert_one_line(run_cli("run", BUURTNET_DATABASE_URL=nowhere, BUURTNET_HOME=str(fresh_home)), "BUURTNET_WORKER_URL")
    assert_one_line(run_cli("migrate", BUURTNET_OWNER_URL=nowhere), "BUURTNET_OWNER_URL")


def test_migrations_that_are_behind(fresh_home: Path) -> None:
    cluster = Cluster(fresh_home, durable=False)
    cluster.start()
    with pytest.raises(Refused, match=f"at migration none and this version needs {find_head()}: run .+ migrate"):
        refuse_unready_database(cluster.url("web"))
    cluster.stop()


def test_settings_that_are_missing_or_in_unreadable_files(fresh_home: Path) -> None:
    assert_one_line(run_cli("serve"), "BUURTNET_DATABASE_URL, BUURTNET_REDIS_URL, BUURTNET_KEYS must be set")
    assert_one_line(
        run_cli("worker", BUURTNET_REDIS_URL="redis://127.0.0.1:1"), "BUURTNET_WORKER_URL, BUURTNET_KEYS, BUURTNET_LEDGER must be set"
    )
    assert_one_line(run_cli("serve", BUURTNET_DATABASE_URL_FILE=str(fresh_home)), "BUURTNET_DATABASE_URL_FILE names")
    fresh_home.write_text("postgresql://somewhere\n")
    assert read_settings({"BUURTNET_DATABASE_URL_FILE": str(fresh_home)}).database_url == "postgresql://somewhere"
    with pytest.raises(SettingUnusable):
        read_settings({"BUURTNET_KEYS_FILE": "/nowhere"})


def test_options_that_do_not_go_together(fresh_home: Path) -> None:
    fresh_home.touch()
    assert run_cli("run", "--geography", str(fresh_home)).returncode == 2
    assert run_cli("run", "--port", "70000").returncode == 2
    assert run_cli("walk").returncode == 2


def test_the_newest_migration_is_the_one_that_alembic_finds() -> None:
    config = Config(toml_file=PROJECT / "pyproject.toml")
    assert ScriptDirectory.from_config(config).get_heads() == [find_head()]
