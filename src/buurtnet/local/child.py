"""Processes that end with the one that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import IO

from buurtnet.local.folder import Account

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent(signal_number: int, parent: int) -> None:
    """Asks the kernel to send this process the signal when its parent ends, and heeds a parent that has already ended.

    To be called after the change of account, which clears the wish. Elsewhere than on Linux nothing is asked: there a leftover is ended by the
    next start (`end_leftover`).
    """
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal_number)


def _before_exec(ending: int) -> Callable[[], None]:
    parent = os.getpid()
    return lambda: end_with_parent(ending, parent)


class Child:
    """A started process, in a process group of its own, so that Ctrl-C reaches the parent alone and the order of ending is the parent's."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        environment: Mapping[str, str],
        ending: int = signal.SIGTERM,
        account: Account | None = None,
        folder: Path | None = None,
        log: Path | None = None,
    ) -> None:
        """`ending` asks the process to stop; output goes to the log, or where the parent's goes."""
        self.name = name
        self.ending = ending
        with open_log(log) as output:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(environment),
                cwd=folder,
                process_group=0,
                preexec_fn=_before_exec(ending),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                umask=0o077,
            )

    @property
    def exit_code(self) -> int | None:
        """What it ended with, None while it runs."""
        return self.process.poll()

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.exit_code is None

    def ask_to_end(self) -> None:
        """Tells it to end, and does not wait."""
        self.process.send_signal(self.ending)

    def stop(self, *, patience: float = 10) -> None:
        """Asks it to end, waits, and then ends what is left of its group; returns when it is gone."""
        if self.is_alive():
            self.ask_to_end()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def open_log(log: Path | None) -> Generator[IO[bytes] | None]:
    """The file that takes a child's output, the one of the start before kept beside it; nothing special without a path."""
    if log is None:
        yield None
        return
    if log.exists():
        log.replace(log.with_suffix(".log.before"))
    with open(log, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        yield file


def tail_of(log: Path, lines: int = 3) -> str:
    """The last lines of a log in one line, for a refusal."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return "no log"
    return " / ".join(line.strip() for line in text.strip().splitlines()[-lines:]) or "nothing in the log"


def end_leftover(pid_file: Path, mark: str, ending: int, *, patience: float = 20) -> None:
    """Ends a process that outlived its parent, if the file names one whose command line carries the mark, and removes the file."""
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    waited = time.monotonic() + patience
    signalled = False
    while mark in _command_line(pid):
        if not signalled:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, ending)
            signalled = True
        if time.monotonic() > waited:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    pid_file.unlink(missing_ok=True)


def _command_line(pid: int) -> str:
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    found = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return found.stdout
