"""What happened elsewhere becomes a worker's task, about the right person."""

import pytest

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.matching.events import MatchFailed
from buurtnet.moderation.jobs import call_unhappy
from tests.made import Made


@pytest.mark.parametrize("unhappy", ["asker", "helper"])
async def test_who_felt_uneasy_is_called_and_not_the_other_one(db: Db, made: Made, unhappy: str) -> None:
    people = {"asker": await made.person("Amina"), "helper": await made.person("Bart", "Collignon")}
    need, offer = await made.post(people["asker"]), await made.post(people["helper"], "offer")
    match_id = await made.match(need, offer, "failed", reason="not_right")
    other = "helper" if unhappy == "asker" else "asker"
    memory = {"person_id": people[unhappy], "other_id": people[other], "theme_id": await made.theme("transport.move"), "what": "unhappy"}
    await made.insert("pair_memory", id=new_id(), **memory)
    await call_unhappy(db, MatchFailed(match_id))
    task = await db.fetchrow("select * from task where kind = 'unhappy'")
    assert task is not None and task["urgent"]
    assert task["person_id"] == people[unhappy]
    assert task["neighbourhood_id"] == await made.hood("Brabantwijk" if unhappy == "asker" else "Collignon")
