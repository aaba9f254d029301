"""Web server and worker as processes: both forked from one that has imported the program, so that its import is paid once and begins early."""

import contextlib
import importlib
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path
from threading import Thread

from buurtnet.settings import Settings, take_settings

CONTEXT = multiprocessing.get_context("forkserver")


def prepare_parts() -> None:
    """Begins to import the program in the process that parts come from; returns at once, and costs nothing where it has begun before."""
    CONTEXT.set_forkserver_preload(["buurtnet.local.nursery"])
    forkserver.ensure_running()


def serve_web(held: socket.socket) -> None:
    """Serves the pages on the open socket."""
    importlib.import_module("buurtnet.local.web").serve_held(held)


def work() -> None:
    """Does the background work."""
    importlib.import_module("buurtnet.worker").run_worker()


class Part:
    """A started part of the program, in a process group of its own, so that Ctrl-C reaches the parent alone; it ends when the parent ends."""

    ending = signal.SIGTERM

    def __init__(self, name: str, task: Callable[..., None], *given: socket.socket, settings: Settings) -> None:
        """The task with what it is given, with these settings as its own."""
        self.name = name
        prepare_parts()
        self.process = CONTEXT.Process(target=_begin, args=(name, settings, task, given))
        self.process.start()

    @property
    def exit_code(self) -> int | None:
        """What it ended with, None while it runs."""
        return self.process.exitcode

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.is_alive()

    def ask_to_end(self) -> None:
        """Tells it to end, and does not wait."""
        self.process.terminate()

    def stop(self, *, patience: float = 10) -> None:
        """Asks it to end, waits, and then ends what is left of its group; returns when it is gone."""
        if self.is_alive():
            self.ask_to_end()
            self.process.join(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        self.process.join()


def _begin(name: str, settings: Settings, task: Callable[..., None], given: tuple[socket.socket, ...]) -> None:
    os.setpgid(0, 0)
    os.umask(0o077)
    Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(OSError):  # Linux shows it in lists of processes.
        Path("/proc/self/comm").write_text(f"buurtnet {name.partition(' ')[0]}")
    take_settings(settings)
    task(*given)


def _end_with_parent() -> None:
    """The parent by name is the one that started the part; by the system it is the process that both come from, which lives while its parts do."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
