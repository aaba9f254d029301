"""`./buurtnet run`: the embedded parts that are not named from outside, then web server and worker until somebody stops them."""

import contextlib
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NamedTuple

import msgspec

from buurtnet.local.child import Child
from buurtnet.local.entrances import read_entrances
from buurtnet.local.folder import default_home, find_account, is_held, prepare_home
from buurtnet.local.keys import ensure_keys
from buurtnet.local.migrate import current_is_head, has_municipality, migrate, refuse_unready_database
from buurtnet.local.parts import prepare_parts
from buurtnet.local.ports import hold_port
from buurtnet.local.postgres import FURNISHED, Cluster
from buurtnet.local.prepared import default_shelf, keep_prepared, take_prepared
from buurtnet.local.reference import load_reference, load_sample_map, mark_of_reference
from buurtnet.local.refusals import Refused
from buurtnet.local.supervise import ending_on_signals, serving, watch
from buurtnet.local.valkey import Valkey
from buurtnet.settings import Settings, read_settings

RUNNING = "running.json"
Plant = Callable[[Settings], None]
ADDRESSES = (
    ("/", "a resident's start: ask, offer, answer"),
    ("/staff/sign-in", "the desk of a facilitator"),
    ("/map", "the map of the networks"),
    ("/inbox", "what would be sent by mail and text message, on this machine only"),
    ("/api/docs", "the same use cases for programs"),
)


class Embedded(NamedTuple):
    """What runs in a home: the settings that reach it, and the processes it stands on."""

    settings: Settings
    children: list[Child]


def home_of(given: Path | None) -> Path:
    """The folder that is named, by option or by BUURTNET_HOME, or the default one."""
    return (given or Path(read_settings().home or default_home())).absolute()


@contextlib.contextmanager
def embedded(home: Path, given: Settings, *, durable: bool = True, sample_map: bool = False) -> Generator[Embedded]:
    """Everything that web server and worker need: what is named in the settings from outside, the rest private to the home and migrated.

    A home that is thrown away (not `durable`) is a copy of one that was made before, with the sample map in it where that is wanted.
    """
    with contextlib.ExitStack() as stack:
        prepare_home(home, None if given.database_url else find_account())
        keys = ensure_keys(given.keys, home)
        children: list[Child] = []
        settings = msgspec.structs.replace(
            given,
            home=str(home),
            keys=str(keys),
            ledger=given.ledger or str(home / "erased"),
            mail_url=given.mail_url or f"inbox:{home / 'inbox'}",
            sms_url=given.sms_url or f"inbox:{home / 'inbox'}",
            metrics=given.metrics or _metrics_socket(home),
        )
        settings = _with_database(settings, stack, children, durable=durable, sample_map=sample_map)
        settings = _with_valkey(settings, stack, children)
        try:
            yield Embedded(settings, children)
        finally:
            for child in children:  # Both at once: Valkey takes a tenth of a second to notice.
                child.ask_to_end()


def _metrics_socket(home: Path) -> str:
    """The socket of the metrics inside the home; none where the path is longer than a socket's may be."""
    path = str(home / "metrics.sock")
    return path if len(path.encode()) < 100 else ""


def _with_database(settings: Settings, stack: contextlib.ExitStack, children: list[Child], *, durable: bool, sample_map: bool) -> Settings:
    if settings.database_url:
        if not settings.worker_url:
            raise Refused("BUURTNET_DATABASE_URL is set and BUURTNET_WORKER_URL, the same database as the role of the worker, is not.")
        refuse_unready_database(settings.database_url)
        return settings
    cluster = Cluster(Path(settings.home), durable=durable)
    stack.callback(cluster.stop)
    if durable or not take_prepared(cluster, default_shelf(), sample_map=sample_map):
        fresh = not (cluster.data / FURNISHED).exists()
        with step("made the database", when=fresh):
            cluster.start()
        _bring_up_to_date(cluster)
        if sample_map:
            load_sample_map(cluster.url("worker"))
        if fresh and not durable:
            cluster.leave_only_ours()
            cluster.stop()
            keep_prepared(cluster, default_shelf(), sample_map=sample_map)
    if cluster.child is None:
        cluster.start()
    assert cluster.child is not None
    children.append(cluster.child)
    return msgspec.structs.replace(
        settings, database_url=cluster.url("web"), worker_url=cluster.url("worker"), owner_url=cluster.url("owner")
    )


def _bring_up_to_date(cluster: Cluster) -> None:
    """Tables and what comes with the program, if either is behind; a mark beside the data spares the next start the look at the latter."""
    owner, mark, wanted = cluster.url("owner"), cluster.data / "buurtnet.reference", mark_of_reference()
    behind = not current_is_head(owner)
    if not behind and mark.exists() and mark.read_text() == wanted:
        return
    with step("brought its tables up to date"):
        if behind:
            migrate(owner)
        load_reference(owner)
        mark.write_text(wanted)


def _with_valkey(settings: Settings, stack: contextlib.ExitStack, children: list[Child]) -> Settings:
    if settings.redis_url:
        return settings
    valkey = Valkey(Path(settings.home))
    stack.callback(valkey.stop)
    valkey.start()
    assert valkey.child is not None
    children.append(valkey.child)
    return msgspec.structs.replace(settings, redis_url=valkey.url)


def run_embedded(home: Path, port: int | None, *, plant: Plant) -> None:
    """Runs until it is stopped by Ctrl-C or TERM, or refuses; `plant` puts a sample into a database that has no boundaries yet."""
    began = time.monotonic()
    prepare_parts()
    with contextlib.suppress(KeyboardInterrupt), ending_on_signals():
        held = hold_port(port)
        free = held.getsockname()[1]
        with contextlib.closing(held), embedded(home, reached_at(free, read_settings())) as here:
            first = not has_municipality(here.settings.database_url)
            if first:
                with step("planted a sample neighbourhood"):
                    plant(here.settings)
            with serving(here.settings, held) as children, _announced(home, here.settings):
                _say_welcome(here.settings, home, free, time.monotonic() - began)
                if first:
                    _say_who(here.settings, free)
                watch([*here.children, *children])


def reached_at(port: int, settings: Settings) -> Settings:
    """The settings with the address of this port, unless another address is set."""
    return settings if settings.url != Settings().url else msgspec.structs.replace(settings, url=f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def open_home(home: Path) -> Generator[Settings]:
    """The settings by which a command reaches what is there: named from outside, running in the home, or started for as long as the command takes."""
    given = read_settings()
    if given.database_url:
        refuse_unready_database(given.database_url)
        yield given
    elif is_held(home / "postgres.lock"):
        try:
            yield msgspec.json.decode((home / RUNNING).read_bytes(), type=Settings)
        except (OSError, msgspec.DecodeError):
            raise Refused(f"{home} is in use by a Buurtnet that is starting or stopping; try again in a moment.") from None
    else:
        with ending_on_signals(), embedded(home, given) as here:
            yield here.settings


@contextlib.contextmanager
def _announced(home: Path, settings: Settings) -> Generator[None]:
    """Leaves word in the home of how other commands reach what runs in it."""
    word = home / RUNNING
    making = word.with_suffix(".making")
    making.touch(mode=0o600)
    making.write_bytes(msgspec.json.encode(settings))
    making.replace(word)
    try:
        yield
    finally:
        word.unlink(missing_ok=True)


@contextlib.contextmanager
def step(what: str, *, when: bool = True) -> Generator[None]:
    """Says afterwards what was done and how long it took."""
    began = time.monotonic()
    yield
    if when:
        print(f"  {what:<40} {time.monotonic() - began:5.1f} s", flush=True)


def _say_welcome(settings: Settings, home: Path, port: int, seconds: float) -> None:
    lines = [f"Buurtnet is open at {settings.url} (ready in {seconds:.1f} s; data in {home}; Ctrl-C stops it)"]
    lines += [f"  http://127.0.0.1:{port}{path:<15} {what}" for path, what in ADDRESSES if path != "/inbox" or settings.inbox]
    print(*lines, sep="\n", flush=True)


def _say_who(settings: Settings, port: int) -> None:
    """Who of the sample can sign in, once, after a first start."""
    workers = [f"{one.name}, {one.role} ({one.address})" for one in read_entrances(settings) if one.otpauth]
    if workers:
        print(f"  Who can sign in: {'; '.join(workers[:3])}; the others, and all codes: http://127.0.0.1:{port}/inbox", flush=True)
