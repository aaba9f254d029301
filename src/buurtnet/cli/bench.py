"""Benchmarks: they stand in tests/bench of the checkout, one module for each name, and yield one line after the other."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import click
import msgspec

from buurtnet.local.refusals import Refused

PROJECT = Path(__file__).parents[3]
FOLDER = PROJECT / "tests" / "bench"
FILES = {"import": "import_geography"}
"""Benchmarks whose module cannot bear their name."""


def list_benches() -> list[str]:
    """The names of the benchmarks that this checkout has."""
    named = {file: name for name, file in FILES.items()}
    return sorted(named.get(file.stem, file.stem) for file in FOLDER.glob("*.py") if not file.stem.startswith("_"))


def find_bench(name: str) -> Callable[..., Iterator[Mapping[str, Any]]]:
    """The function of the benchmark; refuses a name that does not exist, with those that do."""
    known = list_benches()
    if name not in known:
        raise Refused(f"There is no benchmark {name}; there are: {', '.join(known) or 'none, outside a checkout'}.")
    if str(PROJECT) not in sys.path:
        sys.path.insert(0, str(PROJECT))
    return importlib.import_module(f"tests.bench.{FILES.get(name, name)}").run


@click.command()
@click.argument("name")
@click.option("--quick", is_flag=True, help="The smallest cases, in less than 50 seconds.")
@click.option("--only", metavar="PATTERN", help="Only what fits this regular expression by its name (access).")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the lines to this file too.")
def bench(name: str, *, quick: bool, only: str | None, out: Path | None) -> None:
    """Measure NAME and print one JSON object for each case.

    One of start, import, candidates, why_not, matching, growth, pages, tiles, weight, themes, network, access, lighthouse
    (tests/bench).
    """
    measure = find_bench(name)
    if only is not None:
        measure = _narrow(name, measure, only)
    try:
        file = out.open("w", encoding="utf-8") if out else None
    except OSError as error:
        raise Refused(f"{out} cannot be written ({error.strerror}).") from error
    try:
        for line in measure(quick=quick):
            text = msgspec.json.encode(dict(line)).decode()
            click.echo(text)
            if file:
                file.write(text + "\n")
                file.flush()
    finally:
        if file:
            file.close()


def _narrow(name: str, measure: Callable[..., Iterator[Mapping[str, Any]]], only: str) -> Callable[..., Iterator[Mapping[str, Any]]]:
    """Refuses a benchmark that does all or nothing, and an expression that is none."""
    if "only" not in signature(measure).parameters:
        raise Refused(f"The benchmark {name} has no parts; leave --only out.")
    try:
        re.compile(only)
    except re.error as error:
        raise Refused(f"--only is no regular expression: {error}.") from error
    return partial(measure, only=only)


COMMANDS = (bench,)
