"""The web server: granian around the ASGI application."""

import importlib
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from buurtnet.local.child import end_with_parent

APPLICATION = "buurtnet.app:create_app"
BACKLOG = 1024
OPTIONS: dict[str, Any] = {"interface": Interfaces.ASGI, "websockets": False, "log_level": LogLevels.warning, "workers_kill_timeout": 5}


LEAVE = signal.SIGUSR1
"""Tells a server process that it is to stop soon: live connections, which would hold it up until it is killed, end now."""


class Server(MPServer):
    """granian whose live connections end before it waits for the others."""

    def _stop_workers(self) -> None:
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid or 0, LEAVE)
        super()._stop_workers()


class HeldServer(Server):
    """granian on a socket that is open already, so that between choosing a port and serving on it nobody else can take it."""

    def __init__(self, held: socket.socket) -> None:
        """The socket is bound and listens; one process serves on it."""
        address, port = held.getsockname()
        super().__init__(APPLICATION, address=address, port=port, backlog=BACKLOG, **OPTIONS)
        self._held = held

    def _init_shared_socket(self) -> None:
        self._held.setblocking(False)
        self._held.set_inheritable(True)
        self._sso, self._sfd = self._held, self._held.fileno()
        self._shd = SocketHolder(self._sfd, False, BACKLOG)  # pyright: ignore[reportCallIssue]  # The stub leaves the constructor out.


def load_application(target: str) -> Callable[..., Any]:
    """The application, made inside a server process, which from now on ends with the process that watches over it."""
    end_with_parent(signal.SIGTERM, os.getppid())
    module, _, factory = target.partition(":")
    application = getattr(importlib.import_module(module), factory)()
    signal.signal(LEAVE, lambda *_: application.state.news.end())
    return application


def serve(host: str, port: int, processes: int = 1) -> None:
    """Serves until it is asked to stop; each process is an application of its own on the same port."""
    Server(APPLICATION, address=host, port=port, workers=processes, backlog=BACKLOG, **OPTIONS).serve(target_loader=load_application)


def serve_held(held: socket.socket) -> None:
    """Serves on an open socket until it is asked to stop."""
    multiprocessing.set_start_method("fork", force=True)  # The server process is to inherit the socket, and the program as imported.
    HeldServer(held).serve(target_loader=load_application)
