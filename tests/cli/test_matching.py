"""`buurtnet matching round` against a database of its own, without any worker process."""

import re

import asyncpg
import pytest
from tests.cli.conftest import Call
from tests.cli.test_commands import refused
from tests.committed import Committed
from tests.made import Made

from buurtnet.kit.clock import now
from buurtnet.kit.db import _set_up
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.matching.actions import parts
from buurtnet.matching.actions.rounds import open_round
from buurtnet.matching.rules.pairs import PAIR_BYTES


@pytest.fixture
async def town(committed: Committed, vault: Vault):
    """Three who ask and two who offer in one neighbourhood, one who asks in another, and an area of each."""
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    made = Made(connection, vault)
    for number in range(3):
        await made.post(await made.person(f"Buur {number}"), reach=0)
    for number in range(2):
        await made.post(await made.person(f"Helper {number}"), "offer", reach=4)
    await made.post(await made.person("Ver", "Collignon"), reach=0)
    for hood in ("Brabantwijk", "Collignon"):
        organisation, places = await made.home_organisation(), [await made.hood(hood)]
        await made.insert("area", id=new_id(), organisation_id=organisation, names={"nl": f"Rond {hood}"}, neighbourhoods=places)
    yield made
    await connection.close()


async def test_a_dry_run_says_what_would_change_and_changes_nothing(call: Call, town: Made) -> None:
    said = (await call("matching", "round", "--dry-run")).output
    assert re.search(r"All themes +4 +2 +6 +2 ", said)
    assert "2 needs would get a question." in said and re.search(r"2 stay without: taken 1, unfit 1\.", said)
    assert re.search(r"Brabantwijk .* asked +2\n", said) and re.search(r"Collignon .* unfit +1\n", said)
    assert len(re.findall(r"^[0-9a-f-]{36}  [0-9a-f-]{36}  0\.\d{3}$", said, re.MULTILINE)) == 2
    assert "kast" not in said and "Buur" not in said, "posts by id alone"
    assert await town.db.fetchval("select count(*) from match") == 0


async def test_a_round_here_and_now_asks(call: Call, town: Made) -> None:
    said = (await call("matching", "round")).output
    assert "2 of 2 questions asked" in said and "2 stay without" in said
    assert await town.db.fetchval("select count(*) from match where state = 'asked'") == 2
    assert tuple(await town.db.fetchrow("select state, origin, dry_run from round")) == ("done", "command", False)
    assert "0 of 0 questions" in (await call("matching", "round")).output


async def test_it_says_how_many_were_too_many_for_the_memory(call: Call, town: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for three pairs: the first need has two, the next one two more."""
    monkeypatch.setattr(parts, "FOR_PAIRS", 3 * PAIR_BYTES / ((3072 - parts.PROGRAM_MIB) * parts.MEBIBYTE))
    said = (await call("matching", "round")).output
    assert "1 of 1 questions asked" in said and "3 wait for the next round: BUURTNET_ROUND_MEMORY" in said


async def test_an_areas_needs_alone(call: Call, town: Made) -> None:
    said = (await call("matching", "round", "--area", "rond collignon")).output
    assert re.search(r"All themes +1 +2 +0 +0 ", said) and "1 stay without: unfit 1." in said
    area = await town.db.fetchval("select id from area where names->>'nl' = 'Rond Brabantwijk'")
    assert "2 of 2 questions asked" in (await call("matching", "round", "--area", str(area))).output


async def test_what_cannot_be_done_is_refused_in_a_line(call: Call, town: Made, committed: Committed) -> None:
    assert 'No area is called "Atlantis"' in refused(await call("matching", "round", "--area", "Atlantis"))
    async with committed.worker.transaction() as db:
        await open_round(db, None, origin="clock", at=now())
    assert "runs already" in refused(await call("matching", "round"))
    assert (await call("matching", "round", "--dry-run")).exit_code == 0, "a try is another kind"
