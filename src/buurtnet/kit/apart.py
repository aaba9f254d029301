"""A process of its own for work that holds the interpreter: it reckons while this one goes on answering, within its memory, and ends with it.

Work is a function that can be imported, with arguments and an answer that can be pickled; they travel through the process's own pipes, and
nobody else can write into those. On Linux the kernel ends the process with its parent; elsewhere it ends when its work is done.
"""

import asyncio
import ctypes
import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self, TypeVar

import structlog

from buurtnet.kit.log import set_up_logs

log = structlog.get_logger("apart")
T = TypeVar("T")
MEBIBYTE = 1024 * 1024
LENGTH = struct.Struct("<Q")
PR_SET_PDEATHSIG = 1
STATUS = Path("/proc/self/status")


class OutOfMemory(Exception):
    """The work needs more memory than it is given."""


class Ended(Exception):
    """The process ended before it answered: somebody stopped it, or the machine had no memory left."""


class Done(NamedTuple):
    """An answer, and the most memory in MiB that the process has taken so far."""

    answer: Any
    peak_mib: int


class Apart:
    """One process for one piece of work at a time; it is started for the first, kept for the next, and ends with the block."""

    def __init__(self, *, most_mib: int) -> None:
        """The process takes at most so many MiB; work that needs more fails as OutOfMemory."""
        self.most_mib = most_mib
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def do(self, work: Callable[..., T], *arguments: Any) -> Done:
        """What the work answers; raises what it raises, OutOfMemory, or Ended. Whoever stops waiting ends the process."""
        async with self._turn:
            process = self._process or await self._start()
            try:
                kind, answer, peak = await _ask(process, pickle.dumps((work, arguments), protocol=5))
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                await self._end()
                raise Ended from error
            except BaseException:
                await self._end()
                raise
        if kind == "memory":
            raise OutOfMemory(answer)
        if kind == "error":
            raise answer
        return Done(answer, peak)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends the process, whatever it does."""
        await self._end()

    async def _start(self) -> asyncio.subprocess.Process:
        command = (sys.executable, "-m", "buurtnet.kit.apart", str(os.getpid()), str(self.most_mib))
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, process_group=0)
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _ask(process: asyncio.subprocess.Process, asked: bytes) -> tuple[str, Any, int]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(LENGTH.pack(len(asked)))
    process.stdin.write(asked)
    await process.stdin.drain()
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return pickle.loads(await process.stdout.readexactly(length))


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit()


def _limit(most_mib: int) -> None:
    """Refuses this process more memory of its own; libraries of linear algebra would take some for each core, and work here on one."""
    os.putenv("OPENBLAS_NUM_THREADS", "1")
    most = most_mib * MEBIBYTE
    with suppress(ValueError, OSError):  # A stricter limit of the machine stays.
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _work(asked: bytes) -> tuple[str, Any]:
    try:
        work, arguments = pickle.loads(asked)
        return "done", work(*arguments)
    except MemoryError as error:
        return "memory", str(error)
    except Exception as error:  # Here is known where it failed; who asked is told what.
        log.warning("work failed", error=type(error).__name__, exc_info=True)
        return "error", error


def _peak_mib() -> int:
    """The most memory that this process has had so far. `ru_maxrss`, in bytes where there is no /proc, would count that of its parent too."""
    if STATUS.exists():
        [peak] = [line.split()[1] for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(peak) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEBIBYTE


def _pack(kind: str, answer: Any) -> bytes:
    peak = _peak_mib()
    try:
        return pickle.dumps((kind, answer, peak), protocol=5)
    except MemoryError as error:
        return pickle.dumps(("memory", str(error), peak))


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Does what it is asked until nobody asks any more."""
    while head := asked.read(LENGTH.size):
        answer = _pack(*_work(asked.read(LENGTH.unpack(head)[0])))
        answers.write(LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()
        del answer


def main() -> None:
    """The process itself: what anything prints goes to standard error, because standard output carries the answers."""
    _end_with(int(sys.argv[1]))
    _limit(int(sys.argv[2]))
    set_up_logs()
    with os.fdopen(os.dup(1), "wb") as answers, suppress(BrokenPipeError):
        os.dup2(2, 1)
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
