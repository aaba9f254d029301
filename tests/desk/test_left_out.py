"""Who is left out: found, suggested for first, and never asked for anything."""

from datetime import datetime, time, timedelta
from uuid import UUID

import httpx
import numpy as np
import pytest

from buurtnet.desk.queries.left_out import list_carriers, list_people
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.matching.actions import forget_first
from buurtnet.matching.queries import find_candidates
from buurtnet.matching.queries.pairing import read_pairs
from buurtnet.matching.queries.pool import read_pool
from buurtnet.matching.rules.assignment import prioritise
from buurtnet.matching.rules.fit import bond_part
from buurtnet.matching.rules.pairs import compute_parts, find_pairs
from buurtnet.matching.schemas import Bonds
from buurtnet.web.language import ZONE, today
from tests.made import Made


@pytest.fixture
async def worker(client: httpx.AsyncClient, made: Made) -> UUID:
    worker = await made.staff()
    await made.sign_in(client, worker, kind="staff")
    return worker


async def names(db: Db, worker: UUID, read: object = list_people) -> list[str]:
    page = await read(db, worker, "nl", today(), area=None, after=None)  # type: ignore[operator]
    return [one.name for one in page.items]


async def test_who_asked_and_met_nobody_stands_there_until_they_do(db: Db, made: Made, worker: UUID) -> None:
    asks, met, paused, silent, elsewhere = [
        await made.person(name, hood, **values)
        for name, hood, values in (
            ("Amina", "Brabantwijk", {}),
            ("Bart", "Brabantwijk", {}),
            ("Chadia", "Brabantwijk", {"state": "paused"}),
            ("Deniz", "Brabantwijk", {}),
            ("Els", "Helmet", {}),
        )
    ]
    for author in (asks, met, paused, elsewhere):
        await made.post(author)
    await made.post(silent, state="refused")
    await made.insert("tie_component", person_id=met, component=met)
    assert await names(db, worker) == ["Amina"], "who rests is left in peace"


async def test_who_goes_first_counts_as_if_they_had_waited_longest(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID) -> None:
    others, amina = await made.person("Bart"), await made.person("Amina")
    waits = await made.post(others, created_at=now() - timedelta(days=3))
    first = await made.post(amina)
    assert (await client.post(f"/desk/left-out/{amina}/first")).status_code == 303
    pool = await read_pool(db, at=now() + timedelta(seconds=1))
    order = {UUID(bytes=bytes(one).ljust(16, b"\0")): priority for one, priority in zip(pool.needs.id, prioritise(pool), strict=True)}
    assert order[first] > order[waits]
    assert np.isclose(order[first], 0.5), "as much as two weeks, and no more: urgent needs stay before it"
    assert "goes first" in (await client.get("/desk/left-out")).text
    assert await db.fetchval("select count(*) from notice") == 0, "nobody is asked for anything by it"
    assert await db.fetchval("select count(*) from audit where action = 'put_first'") == 1
    await forget_first(db, today() + timedelta(days=31))
    assert await db.fetchval("select count(*) from put_first") == 0


@pytest.mark.parametrize("who", ["asker", "helper"])
async def test_each_new_bond_of_who_goes_first_counts_as_a_first_one(db: Db, made: Made, worker: UUID, who: str) -> None:
    """In the search for one post from either side, in rounds, and by hand; until the day is over."""
    asker, helper = await made.person("Amina"), await made.person("Bart")
    for one in (asker, helper):
        await made.component(one, one)
    need, offer = await made.post(asker), await made.post(helper, "offer")

    async def bonds(at: datetime) -> list[float]:
        pool = await read_pool(db, at=at)
        pairs = find_pairs(pool)
        by_hand = (await read_pairs(db, need, [offer], at=at))[offer]
        return [
            *[one.parts.bond for side in (need, offer) for one in await find_candidates(db, side, 1, at=at)],
            float(compute_parts(pool, pairs.need, pairs.offer, pairs.near)[0, 4]),
            bond_part(by_hand.need, by_hand.offer, by_hand.pair, Bonds()),
        ]

    assert await bonds(now()) == [Bonds().bridging] * 4
    first = asker if who == "asker" else helper
    await made.insert("put_first", person_id=first, until=today())
    assert await bonds(now()) == [Bonds().first] * 4
    after_midnight = datetime.combine(today() + timedelta(days=1), time(0, 30), ZONE)
    assert await bonds(after_midnight) == [Bonds().bridging] * 4, "the day ends where people live"
    await forget_first(db, today() + timedelta(days=1))
    assert await bonds(now()) == [Bonds().bridging] * 4


async def test_somebody_who_is_free_is_asked_at_once(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID) -> None:
    need = await made.post(await made.person("Amina"))
    await made.post(await made.person("Bart"), "offer")
    author = await db.fetchval("select author_id from post where id = $1", need)
    await client.post(f"/desk/left-out/{author}/first")
    assert await db.fetchval("select state from match where need_id = $1", need) == "asked"
    assert "something is under way" in (await client.get("/desk/left-out")).text


@pytest.mark.parametrize(("helps", "limit", "carries"), [(1, 1, False), (2, 2, True), (3, 8, False), (4, 8, True)])
async def test_who_gives_what_they_said_is_enough_is_thought_of(
    db: Db, made: Made, worker: UUID, helps: int, limit: int, carries: bool
) -> None:
    helper, asker = await made.person("Bart", monthly_max=limit), await made.person("Amina")
    for days in range(helps):
        need, offer = await made.post(asker, state="met"), await made.post(helper, "offer")
        await made.match(need, offer, "completed", agreed_at=now() - timedelta(days=days))
    assert await names(db, worker, list_carriers) == (["Bart"] if carries else [])


async def test_no_number_is_written_about_anybody(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    """Counters stand on the lists, never on a person."""
    helper, asker = await made.person("Bart"), await made.person("Amina")
    for _ in range(4):
        await made.match(await made.post(asker, state="met"), await made.post(helper, "offer"), "completed", agreed_at=now())
    for name in ("nobody", "carrying"):
        items = (await client.get(f"/desk/left-out?list={name}")).text.partition('<ul class="list tasks">')[2].partition("</main>")[0]
        assert "person-" in items
        words = [word for word in items.replace(str(helper), "").replace(str(asker), "").split(">") if word.strip()[:1].isdigit()]
        assert words == []


async def test_a_worker_notes_how_an_agreement_went(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID) -> None:
    helper, asker = await made.person("Bart"), await made.person("Amina")
    matches = []
    for said in (None, now()):
        need, offer = await made.post(asker, engaged=1), await made.post(helper, "offer", engaged=1)
        matches.append(await made.match(need, offer, "agreed", agreed_at=now() - timedelta(days=9), need_done_at=said))
    page = (await client.get("/desk/left-out?list=silent")).text
    assert page.count('value="worked"') == 1, "a worker confirms only what one of the two said"
    assert (await client.post(f"/desk/agreements/{matches[0]}", data={"how": "worked"})).status_code == 409
    assert (await client.post(f"/desk/agreements/{matches[0]}", data={"how": "lost"})).status_code == 422
    assert (await client.post(f"/desk/agreements/{matches[0]}", data={"how": "no_contact"})).status_code == 303
    assert (await client.post(f"/desk/agreements/{matches[1]}", data={"how": "worked"})).status_code == 303
    assert [await db.fetchval("select state from match where id = $1", one) for one in matches] == ["failed", "completed"]
