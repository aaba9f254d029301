"""How long the main job takes from the command to the end: whole processes of `./buurtnet run --once`, on a checkout that is set up."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from buurtnet.local.refusals import Refused

PROJECT = Path(__file__).parents[2]
RUNS, QUICK_RUNS = 5, 3
BUDGET = 5.0


def run(quick: bool) -> Iterator[dict[str, object]]:
    """One line: the median of some runs after one that is not counted, and the time until web server and worker answered."""
    _once()
    taken = [_once() for _ in range(QUICK_RUNS if quick else RUNS)]
    seconds = median(whole for whole, _ in taken)
    yield {
        "bench": "start",
        "case": "run --once, warm",
        "seconds": round(seconds, 2),
        "fastest_seconds": round(min(whole for whole, _ in taken), 2),
        "answering_seconds": round(median(answering for _, answering in taken), 2),
        "runs": len(taken),
        "within": seconds <= BUDGET,
    }


def _once() -> tuple[float, float]:
    """The seconds of one whole process, and those after which it said that web server and worker answer."""
    began = time.perf_counter()
    process = subprocess.Popen([PROJECT / "buurtnet", "run", "--once"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    answering, said = 0.0, []
    for line in process.stdout:
        said.append(line)
        if "answer on" in line:
            answering = time.perf_counter() - began
    if process.wait() != 0:
        sys.stderr.writelines(said)
        raise Refused("The main job failed; what it said stands above.")
    return time.perf_counter() - began, answering
