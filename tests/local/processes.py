"""What runs below a process, read from /proc."""

import time
from pathlib import Path


def list_descendants(pid: int) -> set[int]:
    """The living processes that the process started, and those that they started."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if facts[0] != "Z":
            parents[int(stat.parent.name)] = int(facts[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found and child not in found}:
        found |= more
    return found - {pid}


def lives(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids: set[int], *, seconds: float = 20) -> set[int]:
    """Those that still live when the time is over: none, if all went well."""
    until = time.monotonic() + seconds
    while (left := {pid for pid in pids if lives(pid)}) and time.monotonic() < until:
        time.sleep(0.05)
    return left
