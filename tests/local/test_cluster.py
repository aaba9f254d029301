"""The private PostgreSQL and Valkey: real processes in fresh homes."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import redis
from tests.local.processes import list_descendants, wait_until_gone

from buurtnet.local.postgres import Cluster
from buurtnet.local.prepared import keep_prepared, name_prepared, take_prepared
from buurtnet.local.refusals import Refused
from buurtnet.local.valkey import Valkey

HOLD = """
import sys, time
from pathlib import Path
from buurtnet.local.postgres import Cluster
from buurtnet.local.valkey import Valkey
cluster, valkey = Cluster(Path(sys.argv[1])), Valkey(Path(sys.argv[1]))
cluster.start()
valkey.start()
print("ready", flush=True)
time.sleep(120)
"""


def ask(url: str, sql: str) -> object:
    """The first value that the database answers."""

    async def connect() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(connect())


def test_it_starts_keeps_its_data_and_stops(fresh_home: Path) -> None:
    cluster = Cluster(fresh_home)
    cluster.start()
    assert cluster.child is not None
    pid = cluster.child.process.pid
    ask(cluster.url("owner"), "create table kept as select 1 as one")
    cluster.stop()
    assert not wait_until_gone({pid})
    cluster.start()
    assert ask(cluster.url("owner"), "select one from kept") == 1
    cluster.stop()
    cluster.stop()


def test_roles_own_nothing_and_cannot_pass_row_level_security(fresh_home: Path) -> None:
    cluster = Cluster(fresh_home, durable=False)
    cluster.start()
    rows = "select string_agg(rolname, ' ' order by rolname) from pg_roles where rolname like 'buurtnet%' and rolcanlogin and not rolsuper"
    assert ask(cluster.url("web"), rows) == "buurtnet_owner buurtnet_web buurtnet_worker"
    assert (
        ask(
            cluster.url("web"),
            "select bool_or(rolbypassrls or rolcreaterole or rolcreatedb) from pg_roles where rolname ~ '^buurtnet_[ow]'",
        )
        is False
    )
    assert ask(cluster.url("owner"), "select count(*) from pg_extension where extname = 'postgis'") == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask(cluster.url("web"), "create table mine (x int)")
    cluster.create_database("copied", template="buurtnet")
    assert ask(cluster.url("owner", "copied"), "select postgis_lib_version() is not null")
    with pytest.raises(ValueError, match="Not the name"):
        cluster.create_database('x"; drop database buurtnet; --')
    cluster.stop()


def test_it_opens_no_port_and_lets_nobody_else_in(fresh_home: Path) -> None:
    cluster, valkey = Cluster(fresh_home), Valkey(fresh_home)
    cluster.start()
    valkey.start()
    assert ask(cluster.url("web"), "show listen_addresses") == ""
    assert ask(cluster.url("web"), "show data_checksums") == "on"
    assert ask(cluster.url("web"), "show fsync") == "on"
    assert redis.Redis.from_url(valkey.url).config_get("port") == {"port": "0"}
    for folder in (cluster.data, cluster.sockets, valkey.data, valkey.socket.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    if os.geteuid() == 0:
        assert cluster.data.owner() == "postgres"
    valkey.stop()
    cluster.stop()


def test_two_homes_run_side_by_side_and_one_home_only_once(fresh_home: Path) -> None:
    one, other = Cluster(fresh_home / "one"), Cluster(fresh_home / "other")
    one.start()
    other.start()
    ask(one.url("owner"), "create table here as select 1 as one")
    assert ask(other.url("owner"), "select to_regclass('here') is null")
    with pytest.raises(Refused, match=f"in use by another Buurtnet .process {os.getpid()}"):
        Cluster(fresh_home / "one").start()
    other.stop()
    assert ask(one.url("owner"), "select one from here") == 1
    one.stop()


def test_a_home_killed_during_the_first_start_recovers(fresh_home: Path) -> None:
    script = "import sys; from pathlib import Path; from buurtnet.local.postgres import Cluster; Cluster(Path(sys.argv[1])).start()"
    for moment in (0.15, 0.6, 1.2):
        process = subprocess.Popen([sys.executable, "-c", script, fresh_home], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            below = list_descendants(process.pid)
            process.kill()
            process.wait()
            assert not wait_until_gone(below)
    (fresh_home / "postgres.making").mkdir(exist_ok=True)
    (fresh_home / "postgres.making" / "PG_VERSION").write_text("half")
    cluster = Cluster(fresh_home)
    cluster.start()
    assert ask(cluster.url("web"), "select postgis_lib_version() is not null")
    cluster.stop()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_survives_the_parent(fresh_home: Path, ending: int) -> None:
    parent = subprocess.Popen([sys.executable, "-c", HOLD, fresh_home], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    below = list_descendants(parent.pid)
    assert len(below) > 5
    parent.send_signal(ending)
    parent.wait()
    parent.stdout.close()
    assert not wait_until_gone(below)
    cluster = Cluster(fresh_home)
    cluster.start()
    cluster.stop()


def test_a_long_path_gets_a_short_socket(fresh_home: Path) -> None:
    home = fresh_home / ("a long name " * 8)
    cluster, valkey = Cluster(home, durable=False), Valkey(home)
    cluster.start()
    valkey.start()
    assert len(str(cluster.sockets)) < 60
    assert ask(cluster.url("web"), "select 1") == 1
    assert redis.Redis.from_url(valkey.url).ping()
    valkey.stop()
    cluster.stop()
    assert not cluster.sockets.exists()
    assert not valkey.socket.parent.exists()


def test_a_damaged_valkey_file_is_set_aside(fresh_home: Path) -> None:
    valkey = Valkey(fresh_home)
    valkey.start()
    redis.Redis.from_url(valkey.url).set("a", "1")
    valkey.stop()
    valkey.start()
    assert redis.Redis.from_url(valkey.url).get("a") == b"1"
    valkey.stop()
    for file in (fresh_home / "valkey" / "appendonlydir").iterdir():
        file.write_bytes(b"damaged" * 100)
    valkey.start()
    assert redis.Redis.from_url(valkey.url).get("a") is None
    assert list(fresh_home.glob("valkey.damaged-*"))
    valkey.stop()


def test_a_cluster_that_cannot_start_says_why(fresh_home: Path) -> None:
    cluster = Cluster(fresh_home, durable=False)
    cluster.start()
    cluster.stop()
    (cluster.data / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(Refused, match=r"PostgreSQL did not start: .+postgres\.log") as refusal:
        cluster.start()
    assert "\n" not in str(refusal.value)
    assert cluster.child is None


def test_a_prepared_cluster_is_copied_and_older_ones_go(fresh_home: Path) -> None:
    shelf = fresh_home / "shelf"
    first, second = Cluster(fresh_home / "one", durable=False), Cluster(fresh_home / "two", durable=False)
    assert not take_prepared(first, shelf)
    first.start()
    ask(first.url("owner"), "create table prepared as select 1 as one")
    first.leave_only_ours()
    first.stop()
    (shelf / "postgres-of-an-older-version").mkdir(parents=True)
    keep_prepared(first, shelf)
    keep_prepared(first, shelf, sample_map=True)
    assert {found.name for found in shelf.iterdir()} == {name_prepared(), name_prepared(sample_map=True)}
    assert name_prepared() != name_prepared(sample_map=True)
    assert take_prepared(second, shelf)
    assert not take_prepared(second, shelf)
    first.start()
    second.start()
    assert ask(second.url("owner"), "select array_agg(datname::text) from pg_database") == ["buurtnet"]
    ask(second.url("owner"), "drop table prepared")
    assert ask(first.url("owner"), "select one from prepared") == 1
    second.stop()
    first.stop()
    keep_prepared(first, Path("/proc/nowhere"))
