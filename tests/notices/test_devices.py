"""Notices on devices: who may name one, who is told there, and what becomes of a device that is gone."""

import asyncio
from collections.abc import Generator
from datetime import timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from py_vapid import Vapid02

from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import read_inbox
from buurtnet.kit.outbox import deliver
from buurtnet.kit.push import SERVICES, Device, NoPushService, check_device, public_key
from buurtnet.kit.resealing import reseal
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.actions import DEVICES, add_device, plan_notice
from buurtnet.notices.jobs import clear_notices, send_notices
from buurtnet.notices.rules.channels import MOST_FAILURES
from buurtnet.settings import Settings
from buurtnet.worker import list_reactions
from tests.committed import Committed
from tests.made import Made
from tests.notices.conftest import noon
from tests.notices.pushing import Browser, PushService, push_service

MOZILLA = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl"


@pytest.fixture
def service() -> Generator[PushService]:
    with push_service() as running:
        yield running


@pytest.fixture
def real(settings: Settings, service: PushService) -> Settings:
    return msgspec.structs.replace(settings, push_service=service.url)


async def name_device(db: Db, made: Made, settings: Settings, vault: Vault, person: UUID, browser: Browser) -> str:
    """The token of the session in which the person named the device."""
    session = await made.session(person)
    viewer = Viewer(person_id=person, actor_id=person, session_hash=token_hash(session))
    await db.execute("select set_config('app.viewer', $1, true)", str(person))
    await add_device(db, settings, vault, viewer, browser.device)
    return session


async def plan(database: Database, person: UUID, *kinds: str) -> None:
    async with database.transaction() as db:
        for kind in kinds:
            await plan_notice(db, person, kind, event_id=new_id(), object_id=new_id())


async def list_notices(db: Db) -> list[tuple]:
    await db.execute("reset role")
    return [tuple(row) for row in await db.fetch("select channel, state, tries from notice order by id")]


async def count_devices(db: Db) -> int:
    await db.execute("reset role")
    return await db.fetchval("select count(*) from push_subscription")


async def test_the_device_is_told_that_there_is_something_and_nothing_else(
    db: Db, worker_database: Database, made: Made, real: Settings, vault: Vault, service: PushService
) -> None:
    person = await made.person("Leila", language="ar")
    await made.contact(person, "leila.device@example.org")
    browser = service.subscribe("/w/?token=BQYAAAB%2fzT%2bA")
    await name_device(db, made, real, vault, person, browser)
    await plan(worker_database, person, "match_asked", "post_opened")
    assert await send_notices(worker_database, real, vault, clock=noon) == 1
    [pushed] = service.pushed
    assert pushed.path == "/w/?token=BQYAAAB%2fzT%2bA", "addresses are kept as they were given"
    assert browser.read(pushed.body) == {"language": "ar"}
    headers = pushed.headers
    assert (headers["ttl"], headers["urgency"], headers["topic"], headers["content-encoding"]) == ("86400", "normal", "news", "aes128gcm")
    assert Vapid02.verify(headers["authorization"]) and headers["authorization"].endswith(f"k={public_key(vault)}")
    assert await list_notices(db) == [("push", "sent", 1), ("push", "sent", 1)]
    assert not [letter for letter in read_inbox(real.inbox) if letter.to == "leila.device@example.org"], "one channel is enough"


async def test_every_device_is_told_and_one_is_enough(
    db: Db, worker_database: Database, made: Made, real: Settings, vault: Vault, service: PushService
) -> None:
    person = await made.person()
    for path, status in (("/phone", 201), ("/tablet", 201), ("/old", 410), ("/busy", 503)):
        await name_device(db, made, real, vault, person, service.subscribe(path, status))
    await plan(worker_database, person, "message_new")
    assert await send_notices(worker_database, real, vault, clock=noon) == 1
    assert sorted(one.path for one in service.pushed) == ["/busy", "/old", "/phone", "/tablet"]
    assert await list_notices(db) == [("push", "sent", 1)]
    assert await count_devices(db) == 3


async def test_where_the_only_device_is_gone_the_next_channel_is_used_at_once(
    db: Db, worker_database: Database, made: Made, real: Settings, vault: Vault, service: PushService
) -> None:
    person = await made.person()
    await made.contact(person, "gone.device@example.org")
    await name_device(db, made, real, vault, person, service.subscribe("/gone", 404))
    await plan(worker_database, person, "post_opened")
    assert await send_notices(worker_database, real, vault, clock=noon) == 2
    assert await list_notices(db) == [("email", "sent", 2)] and await count_devices(db) == 0
    assert read_inbox(real.inbox)[0].to == "gone.device@example.org"


async def test_a_busy_service_is_asked_later_and_what_presses_goes_by_mail_then(
    db: Db, worker_database: Database, made: Made, real: Settings, vault: Vault, service: PushService
) -> None:
    person = await made.person()
    await made.contact(person, "busy.device@example.org")
    await name_device(db, made, real, vault, person, service.subscribe("/busy", 429, retry_after="3600"))
    await plan(worker_database, person, "match_asked")
    assert await send_notices(worker_database, real, vault, clock=noon) == 1
    assert await list_notices(db) == [("push", "due", 1)]
    assert await db.fetchval("select due_at from notice") == noon() + timedelta(hours=1), "as long as the service wants"
    await send_notices(worker_database, real, vault, clock=lambda: noon() + timedelta(hours=1))
    await send_notices(worker_database, real, vault, clock=lambda: noon() + timedelta(hours=3))
    assert await list_notices(db) == [("email", "sent", 3)] and len(service.pushed) == 2
    assert await count_devices(db) == 1


async def test_a_device_that_never_takes_anything_is_forgotten(
    db: Db, worker_database: Database, made: Made, real: Settings, vault: Vault, service: PushService
) -> None:
    person = await made.person()
    await name_device(db, made, real, vault, person, service.subscribe("/wrong", 403))
    for day in range(1, MOST_FAILURES + 1):
        assert await count_devices(db) == 1
        await plan(worker_database, person, "message_new")
        await send_notices(worker_database, real, vault, clock=lambda day=day: noon(day))
    assert await count_devices(db) == 0


async def test_nobody_is_followed_elsewhere(
    db: Db, worker_database: Database, made: Made, real: Settings, vault: Vault, service: PushService
) -> None:
    person = await made.person()
    service.subscribe("/elsewhere")
    await name_device(db, made, real, vault, person, service.subscribe("/moved", 307, location=f"{service.url}/elsewhere"))
    await plan(worker_database, person, "message_new")
    await send_notices(worker_database, real, vault, clock=noon)
    assert [one.path for one in service.pushed] == ["/moved"] and await list_notices(db) == [("push", "due", 1)]


async def test_a_device_shows_the_notices_of_whoever_named_it_last(
    db: Db, worker_database: Database, made: Made, real: Settings, vault: Vault, service: PushService
) -> None:
    browser = service.subscribe("/shared")
    first, second = await made.person(), await made.person()
    await made.contact(first, "first@example.org")
    await name_device(db, made, real, vault, first, browser)
    await db.execute("reset role")
    await db.execute("update push_subscription set created_at = created_at - interval '1 hour'")
    await db.execute("set local role buurtnet_web")
    await name_device(db, made, real, vault, second, browser)
    await plan(worker_database, first, "message_new")
    assert await send_notices(worker_database, real, vault, clock=noon) == 1
    assert service.pushed == [] and read_inbox(real.inbox)[0].to == "first@example.org"
    await clear_notices(worker_database)
    assert [row["person_id"] for row in await db.fetch("select person_id from push_subscription")] == [second]


async def test_many_workers_tell_a_device_once(
    committed: Committed, town: Made, vault: Vault, real: Settings, service: PushService
) -> None:
    people = []
    for number in range(12):
        person = await town.person(f"Buur {number}")
        session, identity = await town.session(person), new_id()
        device = service.subscribe(f"/{number}").device
        sealed = vault.seal(msgspec.json.encode(device), "push_subscription", "sealed", identity)
        await town.insert(
            "push_subscription", id=identity, person_id=person, session_hash=token_hash(session), lookup=identity.bytes, sealed=sealed
        )
        people.append(person)
    for person in people:
        await plan(committed.worker, person, "match_asked")
    await asyncio.gather(*(send_notices(committed.worker, real, vault, clock=noon) for _ in range(4)))
    assert sorted(one.path for one in service.pushed) == sorted(f"/{number}" for number in range(12))


def test_only_known_push_services_are_asked(settings: Settings) -> None:
    given = Browser(MOZILLA).device
    good = [
        MOZILLA,
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://web.push.apple.com/Q",
        "https://wns2-par02p.notify.windows.com/w/?token=B%2f",
    ]
    for endpoint in good:
        assert check_device(settings, Device(endpoint, given.p256dh, given.auth)).endpoint == endpoint
    bad = [
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:444/fcm/send/abc",
        "https://fcm.googleapis.com.example.org/x",
        "https://evilfcm.googleapis.com/x",
        "https://notify.windows.com.example.org/x",
        "https://user:pass@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://fcm.googleapis.com\\@127.0.0.1/x",
        "https://fcm.googleapis.com/x\r\nHost: 127.0.0.1",
        "//fcm.googleapis.com/x",
        "",
        "https://[/x",
        f"https://fcm.googleapis.com/{'x' * 1000}",
        "http://127.0.0.1:8000/push",
    ]
    for endpoint in bad:
        with pytest.raises(NoPushService):
            check_device(settings, Device(endpoint, given.p256dh, given.auth))
    assert all("." in one.strip(".") for one in SERVICES)


def test_a_service_of_ones_own_stands_on_this_machine_alone(settings: Settings) -> None:
    given = Browser("http://127.0.0.1:9/x").device
    assert check_device(msgspec.structs.replace(settings, push_service="http://127.0.0.1:9"), given) == given
    for setting in ("", "http://127.0.0.1:90", "http://example.org"):
        with pytest.raises(NoPushService):
            check_device(msgspec.structs.replace(settings, push_service=setting), given)
    with pytest.raises(NoPushService):
        outside = msgspec.structs.replace(given, endpoint="http://example.org/x")
        check_device(msgspec.structs.replace(settings, push_service="http://example.org"), outside)


@pytest.mark.parametrize(
    "wrong", [{"p256dh": "BNc"}, {"p256dh": "B" + "A" * 86}, {"p256dh": "ä"}, {"auth": "short"}, {"auth": ""}, {"p256dh": ""}]
)
def test_keys_that_no_browser_has_are_refused(settings: Settings, wrong: dict[str, str]) -> None:
    with pytest.raises(NoPushService):
        check_device(settings, msgspec.structs.replace(Browser(MOZILLA).device, **wrong))


async def test_a_device_is_named_and_taken_back(client: httpx.AsyncClient, made: Made, db: Db, vault: Vault) -> None:
    await made.sign_in(client, await made.person("Leila"))
    page = await client.get("/me/notices")
    assert f'data-push="{public_key(vault)}" data-here=""' in page.text and "notices" in page.text
    assert (await client.get("/api/v1/me/device")).json() == {"key": public_key(vault), "shows": False}
    for _ in range(2):
        assert (await client.put("/api/v1/me/device", json=Browser(MOZILLA).said)).status_code == 204
    assert (await client.get("/api/v1/me/device")).json()["shows"] is True
    assert 'data-here="yes"' in (await client.get("/me/notices")).text
    assert await count_devices(db) == 1
    row = await db.fetchrow("select * from push_subscription")
    assert MOZILLA.encode() not in row["sealed"] and MOZILLA.encode() not in row["lookup"]
    assert (await client.delete("/api/v1/me/device")).status_code == 204
    assert await count_devices(db) == 0


async def test_a_device_that_cannot_be_told_is_refused(client: httpx.AsyncClient, made: Made, db: Db) -> None:
    said = Browser("https://push.example.org/x").said
    assert (await client.put("/api/v1/me/device", json=said)).status_code == 401
    await made.sign_in(client, await made.person("Leila"))
    assert (await client.put("/api/v1/me/device", json=said)).status_code == 422
    assert (await client.put("/api/v1/me/device", json={"endpoint": MOZILLA})).status_code == 400
    assert await count_devices(db) == 0


async def test_a_worker_who_acts_for_somebody_names_no_device(client: httpx.AsyncClient, made: Made, db: Db) -> None:
    sara, leila = await made.staff(), await made.person("Leila")
    await made.sign_in(client, sara, kind="staff", acting_for=leila)
    assert (await client.put("/api/v1/me/device", json=Browser(MOZILLA).said)).status_code == 404
    assert "data-push" not in (await client.get("/me/notices")).text
    assert await count_devices(db) == 0


async def test_whoever_shares_their_phone_has_no_notices_there(
    client: httpx.AsyncClient, made: Made, db: Db, worker_database: Database, settings: Settings, vault: Vault
) -> None:
    leila = await made.person("Leila")
    await made.sign_in(client, leila)
    assert (await client.put("/api/v1/me/device", json=Browser(MOZILLA).said)).status_code == 204
    assert (await client.post("/me/safety", data={"discreet": "yes"})).status_code == 303
    assert await count_devices(db) == 1
    await deliver(worker_database, list_reactions(settings, vault))
    assert await count_devices(db) == 0
    assert (await client.put("/api/v1/me/device", json=Browser(MOZILLA).said)).status_code == 403
    page = (await client.get("/me/notices")).text
    assert "data-push" not in page and "/static/notices" not in page


@pytest.mark.parametrize("address", ["/sign-out", "/me/sign-out-everywhere"])
async def test_signing_out_silences_the_device(client: httpx.AsyncClient, made: Made, db: Db, address: str) -> None:
    await made.sign_in(client, await made.person("Leila"))
    assert (await client.put("/api/v1/me/device", json=Browser(MOZILLA).said)).status_code == 204
    assert (await client.post(address)).status_code == 303
    assert await count_devices(db) == 0


async def test_a_device_belongs_to_one_session_of_one_person(app: Litestar, client: httpx.AsyncClient, made: Made, db: Db) -> None:
    leila, bart = await made.person("Leila"), await made.person("Bart")
    await made.sign_in(client, leila)
    await client.put("/api/v1/me/device", json=Browser(MOZILLA).said)
    for person in (leila, bart):
        await made.sign_in(client, person)
        assert (await client.get("/api/v1/me/device")).json()["shows"] is False
        assert (await client.delete("/api/v1/me/device")).status_code == 204
    assert await count_devices(db) == 1


async def test_an_old_key_leaves_the_devices_too(db: Db, made: Made, worker_database: Database, settings: Settings, vault: Vault) -> None:
    person = await made.person()
    browser = Browser(MOZILLA)
    await name_device(db, made, settings, vault, person, browser)
    newer = Vault({"k2": bytes(32)}, bytes(32))
    newer._ciphers |= vault._ciphers
    async with worker_database.transaction() as worker:
        assert [await reseal(worker, newer, DEVICES), await reseal(worker, newer, DEVICES)] == [1, 0]
        row = await worker.fetchrow("select id, sealed from push_subscription")
    assert msgspec.json.decode(newer.open(row["sealed"], "push_subscription", "sealed", row["id"]), type=Device) == browser.device
