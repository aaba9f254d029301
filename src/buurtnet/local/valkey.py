"""Valkey on a unix socket, for the queue's bell and for counters; what it holds may be lost at any time."""

import signal
import socket
import time
from pathlib import Path

from buurtnet.local.child import Child, end_leftover, tail_of
from buurtnet.local.folder import Lock, find_socket_folder, make_private, make_socket_folder, prepare_home, remove_short_folder
from buurtnet.local.programs import find_valkey
from buurtnet.local.refusals import Refused

READY_WITHIN = 30


class Valkey:
    """A Valkey server in a home folder, as a direct child of this process."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.data = self.home / "valkey"
        self.log = self.home / "valkey.log"
        self.child: Child | None = None
        self._sockets = find_socket_folder(self.home, "valkey-socket", "valkey")
        self._lock = Lock(self.home / "valkey.lock")

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return self._sockets / "valkey"

    @property
    def url(self) -> str:
        """Its address for redis-py and arq."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Starts it and returns when it answers; a file of it that is damaged is set aside, because nothing in it is needed."""
        prepare_home(self.home, None)
        self._lock.take()
        try:
            end_leftover(self.data / "valkey.pid", "valkey", signal.SIGTERM)
            make_socket_folder(self._sockets, None)
            if not self._launch():
                self.data.replace(self.home / f"valkey.damaged-{time.time_ns()}")
                if not self._launch():
                    raise Refused(f"Valkey did not start: {tail_of(self.log)} (whole log: {self.log})")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends it and lets the home go; harmless when it does not run."""
        if self.child:
            self.child.stop()
            self.child = None
        remove_short_folder(self._sockets)
        self._lock.release()

    def _launch(self) -> bool:
        make_private(self.data, None)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "pidfile": str(self.data / "valkey.pid"),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        command = [str(find_valkey()), *(word for name, value in options.items() for word in (f"--{name}", value))]
        self.child = Child("Valkey", command, environment={"PATH": "/usr/bin:/bin"}, folder=self.data, log=self.log)
        patience = time.monotonic() + READY_WITHIN
        while self.child.is_alive() and time.monotonic() < patience:
            if self._answers():
                return True
            time.sleep(0.01)
        self.child.stop()
        return False

    def _answers(self) -> bool:
        """Whether it says PONG; while it still reads its file it says LOADING."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False
