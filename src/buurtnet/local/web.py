"""The web server: granian around the ASGI application."""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from buurtnet.local.child import end_with_parent

APPLICATION = "buurtnet.app:create_app"


def load_application(target: str) -> Callable[..., Any]:
    """The application, made inside a server process, which from now on ends with the process that watches over it."""
    end_with_parent(signal.SIGTERM, os.getppid())
    module, _, factory = target.partition(":")
    return getattr(importlib.import_module(module), factory)()


def serve(host: str, port: int, processes: int = 1) -> None:
    """Serves until it is asked to stop; each process is an application of its own on the same port."""
    Server(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    ).serve(target_loader=load_application)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
