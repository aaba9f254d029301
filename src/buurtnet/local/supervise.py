"""Web server and worker: started together, watched together, stopped together."""

import contextlib
import http.client
import signal
import socket
import time
from collections.abc import Generator, Sequence
from types import FrameType

from buurtnet.local.child import Child
from buurtnet.local.parts import Part, serve_web, work
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_WITHIN = 60


@contextlib.contextmanager
def ending_on_signals() -> Generator[None]:
    """Ctrl-C, TERM and a closed terminal all raise KeyboardInterrupt, once: what comes after does not disturb the ending."""

    def end_once(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.getsignal(each) for each in SIGNALS}
    for each in SIGNALS:
        if each != signal.SIGHUP or before[each] != signal.SIG_IGN:  # nohup stays what it is.
            signal.signal(each, end_once)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextlib.contextmanager
def serving(settings: Settings, held: socket.socket) -> Generator[list[Child | Part]]:
    """Web server and worker of these settings, ready to answer on the held port; leaving the block stops both."""
    port = held.getsockname()[1]
    children: list[Child | Part] = []
    try:
        children.append(Part("web server", serve_web, held, settings=settings))
        held.close()
        children.append(Part("worker", work, settings=settings))
        wait_until_ready(port, children)
        yield children
    finally:
        stop_together(children)


def wait_until_ready(port: int, children: Sequence[Child | Part]) -> None:
    """Returns when the web server says that it lives; refuses when a child ends before."""
    patience = time.monotonic() + READY_WITHIN
    while not _lives(port):
        refuse_ended(children)
        if time.monotonic() > patience:
            raise Refused(f"The web server did not answer within {READY_WITHIN} seconds.")
        time.sleep(0.02)


def _lives(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def refuse_ended(children: Sequence[Child | Part]) -> None:
    """Refuses when one of the children has ended by itself, so that the others are stopped too."""
    for child in children:
        if not child.is_alive():
            raise Refused(f"The {child.name} ended by itself (exit {child.exit_code}); what it said stands above. All was stopped.")


def watch(children: Sequence[Child | Part]) -> None:
    """Waits for as long as all children live."""
    while True:
        refuse_ended(children)
        time.sleep(0.2)


def stop_together(children: Sequence[Child | Part]) -> None:
    """Asks all to end, then waits for each."""
    for child in children:
        if child.is_alive():
            child.ask_to_end()
    for child in children:
        child.stop()
