"""`./buurtnet run` as somebody starts it: real processes, the real application, a sample neighbourhood."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.local.processes import list_descendants, wait_until_gone

from buurtnet.local.serve import ADDRESSES


class Running(NamedTuple):
    """A started Buurtnet and the port that it printed."""

    process: subprocess.Popen[str]
    home: Path
    port: int
    printed: str


@contextlib.contextmanager
def running(home: Path, *options: str, **settings: str) -> Generator[Running]:
    """Started, ready, and stopped afterwards."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BUURTNET_")}
    with (home.parent / f"{home.name}.errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "buurtnet.cli", "run", "--home", str(home), *options],
            env=kept | settings,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    try:
        printed = ""
        while "/api/docs" not in printed:
            line = process.stdout.readline()
            assert line, printed + (home.parent / f"{home.name}.errors").read_text()
            printed += line
        told = re.search(r"http://127\.0\.0\.1:(\d+)", printed)
        assert told
        yield Running(process, home, int(told[1]), printed)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)
        process.stdout.close()


def fetch(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
        return answer.status


@pytest.fixture(scope="module")
def warm_home() -> Generator[Path]:
    """A home in which Buurtnet ran once."""
    with tempfile.TemporaryDirectory(prefix="buurtnet-run-") as parent:
        Path(parent).chmod(0o711)
        with running(Path(parent) / "home") as first:
            assert "planted a sample neighbourhood" in first.printed
        yield first.home


def test_it_serves_what_it_prints_on_one_port_and_ends_with_ctrl_c(warm_home: Path) -> None:
    with running(warm_home) as here:
        assert "planted" not in here.printed
        for path, _ in ADDRESSES:
            assert f"http://127.0.0.1:{here.port}{path}" in here.printed
            assert fetch(here.port, path) == 200, path
        assert re.search(r"ready in \d+\.\d s", here.printed)
        below = list_descendants(here.process.pid)
        assert list_listening(below | {here.process.pid}) == {("tcp", f"0100007F:{here.port:04X}")}
        assert_other_commands_reach(here)
        here.process.send_signal(signal.SIGINT)
        assert here.process.wait(30) == 0
        assert not wait_until_gone(below, seconds=1)
    assert not (warm_home / "running.json").exists()
    done = migrate(warm_home)
    assert done.returncode == 0, done.stderr


def list_listening(pids: set[int]) -> set[tuple[str, str]]:
    """The addresses on which these processes wait for connections, as /proc writes them."""
    held = {os.readlink(link) for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    listening: set[tuple[str, str]] = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            facts = line.split()
            if facts[3] == "0A" and f"socket:[{facts[9]}]" in held:
                listening.add((table, facts[1]))
    return listening


def assert_other_commands_reach(here: Running) -> None:
    told = here.home / "running.json"
    assert told.stat().st_mode & 0o077 == 0
    assert json.loads(told.read_bytes())["url"] == f"http://127.0.0.1:{here.port}"
    done = migrate(here.home)
    assert done.returncode == 0, done.stderr


def migrate(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "buurtnet.cli", "migrate", "--home", str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_two_homes_run_side_by_side_and_one_home_only_once(warm_home: Path) -> None:
    second_home = warm_home.with_name("second")
    subprocess.run(["cp", "-a", warm_home, second_home], check=True)
    with running(warm_home) as one, running(second_home) as other:
        assert one.port != other.port
        assert fetch(one.port, "/health/live") == fetch(other.port, "/health/live") == 200
        again = subprocess.run(
            [sys.executable, "-m", "buurtnet.cli", "run", "--home", str(warm_home)], capture_output=True, text=True, check=False, timeout=60
        )
        assert again.returncode == 1
        assert re.fullmatch(rf"buurtnet: .+ in use by another Buurtnet \(process {one.process.pid}\).+\n", again.stderr)
        assert fetch(one.port, "/health/live") == 200


@pytest.mark.parametrize("name", ["buurtnet web", "buurtnet worker", "postgres", "valkey-server"])
def test_the_death_of_one_child_ends_all(warm_home: Path, name: str) -> None:
    with running(warm_home) as here:
        below = list_descendants(here.process.pid)
        victim = min(pid for pid in below if Path(f"/proc/{pid}/comm").read_text().strip() == name)
        os.kill(victim, signal.SIGKILL)
        assert here.process.wait(30) == 1
        assert not wait_until_gone(below, seconds=1)
    errors = (warm_home.parent / "home.errors").read_text()
    assert re.search(r"buurtnet: The .+ ended by itself", errors)


def test_nothing_survives_a_killed_parent(warm_home: Path) -> None:
    with running(warm_home) as here:
        below = list_descendants(here.process.pid)
        assert len(below) > 8
        here.process.kill()
        assert not wait_until_gone(below)
    with running(warm_home) as here:
        assert fetch(here.port, "/health/ready") == 200
