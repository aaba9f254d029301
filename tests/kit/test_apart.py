"""Work in a process of its own: what it answers, what it may take, and that it ends with whoever asked."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from buurtnet.kit.apart import Apart, Ended, OutOfMemory
from tests.local.processes import wait_until_gone

SLOW = "import asyncio, os, time; from buurtnet.kit.apart import Apart; print(os.getpid(), flush=True)\n"
SLOW += "async def main():\n    apart = Apart(most_mib=256)\n    print((await apart.do(os.getpid)).answer, flush=True)\n    await apart.do(time.sleep, 60)\n"
SLOW += "asyncio.run(main())"


def take(mebibytes: int) -> int:
    return len(bytearray(mebibytes * 1024 * 1024))


def refuse() -> None:
    raise ValueError("not this one")


def talk() -> str:
    print("this goes to standard error")
    return "answer"


async def test_it_answers_from_one_process_that_is_kept_and_says_what_it_took() -> None:
    held = bytearray(300 * 1024 * 1024)
    async with Apart(most_mib=256) as apart:
        first, second = await apart.do(os.getpid), await apart.do(os.getpid)
        assert (await apart.do(take, 64)).peak_mib >= first.peak_mib + 60
    assert len(held) > 256 * 1024 * 1024, "what the parent holds is not the child's"
    assert first.answer == second.answer != os.getpid()
    assert 5 < first.peak_mib < 256
    assert wait_until_gone({first.answer}) == set()


async def test_what_the_work_raises_is_raised_here_and_the_process_goes_on() -> None:
    async with Apart(most_mib=256) as apart:
        with pytest.raises(ValueError, match="not this one"):
            await apart.do(refuse)
        assert (await apart.do(talk)).answer == "answer"


async def test_more_memory_than_it_is_given_is_refused_and_less_is_not() -> None:
    async with Apart(most_mib=200) as apart:
        with pytest.raises(OutOfMemory):
            await apart.do(take, 400)
        assert (await apart.do(take, 100)).answer == 100 * 1024 * 1024


async def test_whoever_stops_waiting_ends_it_and_a_killed_one_is_said() -> None:
    async with Apart(most_mib=256) as apart:
        pid = (await apart.do(os.getpid)).answer
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await apart.do(take_long)
        assert wait_until_gone({pid}) == set()
        with pytest.raises(Ended):
            await apart.do(end_oneself)
        assert (await apart.do(talk)).answer == "answer"


def take_long() -> None:
    import time

    time.sleep(60)


def end_oneself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_it_ends_with_the_one_who_asked() -> None:
    asking = subprocess.Popen([sys.executable, "-c", SLOW], stdout=subprocess.PIPE, text=True)
    assert asking.stdout is not None and int(asking.stdout.readline()) == asking.pid
    working = int(asking.stdout.readline())
    asking.kill()
    asking.wait()
    assert wait_until_gone({working}, seconds=5) == set()
