"""What somebody says instead of typing: who hears it, who writes it down, and when it is gone."""

import base64
from uuid import UUID

import asyncpg
import httpx
import pytest

from buurtnet.conversations.actions import NOTES, open_conversation, report_conversation, send_message, stop_conversation
from buurtnet.conversations.queries import get_conversation, get_reported_voice, get_voice, list_newer
from buurtnet.conversations.schemas import NewMessage
from buurtnet.kit.audit import grant_access
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.resealing import reseal
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import VISITOR, Viewer
from buurtnet.matching.queries import matches
from buurtnet.moderation.actions import carry_out
from buurtnet.posts import queries as posts
from buurtnet.posts.actions import approve_post, change_post, publish_post, word_post
from buurtnet.posts.actions.speaking import VOICES
from buurtnet.posts.pages.drafts import COOKIE
from buurtnet.posts.rules import DangerStays
from buurtnet.posts.schemas import NewPost, Post, PostChange
from buurtnet.voice.actions import DRAFTS, clear_drafts, drop_draft, keep_draft
from buurtnet.voice.queries import get_draft
from buurtnet.voice.rules import check_note
from tests.made import Made
from tests.sounds import RECORDED, make_ogg, make_sound, make_track

CLEAN = check_note(RECORDED).sound
FILE = {"voice": ("voice", RECORDED, "audio/webm")}


async def as_(db: Db, person: UUID, **values: object) -> Viewer:
    """Acts as the person, for row-level security too."""
    await db.execute("select set_config('app.viewer', $1, true)", str(person))
    return Viewer(person_id=person, actor_id=person, language="nl", **values)


async def speak(db: Db, vault: Vault, person: UUID, *, text: str = "", theme: str | None = "transport.move") -> Post:
    new = NewPost(kind="need", text=text, theme=theme, voice=RECORDED)
    return await publish_post(db, await as_(db, person), new, at=now(), vault=vault)


async def test_a_spoken_post_waits_until_a_worker_has_written_it_down(db: Db, connection: Db, made: Made, vault: Vault) -> None:
    amina, sara = await made.person(), await made.staff()
    post = await speak(db, vault, amina)
    assert (post.state, post.text, post.voice, post.worded) == ("waiting", "", 2, False)
    assert (await posts.get_voice(db, await as_(db, amina), vault, post.id)).sound == CLEAN
    sealed = await connection.fetchval("select sound from post_voice")
    assert b"webm" not in sealed

    worker = await as_(db, sara)
    assert (await posts.get_voice(db, worker, vault, post.id)).sound == CLEAN
    with pytest.raises(Invalid):
        await approve_post(db, worker, post.id)
    for wrong in ({"text": " "}, {"language": "xx"}):
        with pytest.raises(Invalid):
            await word_post(db, worker, post.id, **({"text": "Ik zoek een ladder", "language": "nl"} | wrong), version=1, at=now())
    await word_post(db, worker, post.id, "Je cherche une échelle", language="fr", version=1, at=now())
    await approve_post(db, worker, post.id)
    mine = await posts.get_post(db, await as_(db, amina), post.id)
    assert (mine.state, mine.text, mine.language, mine.worded) == ("open", "Je cherche une échelle", "fr", True)
    actions = [row["action"] for row in await connection.fetch("select action from audit order by at, id")]
    assert "post worded" in actions


async def test_the_words_of_a_worker_are_screened_like_any_others(db: Db, connection: Db, made: Made, vault: Vault) -> None:
    amina, sara = await made.person(), await made.staff()
    post = await speak(db, vault, amina)
    await word_post(db, await as_(db, sara), post.id, "Mijn man slaat mij", language="nl", version=1, at=now())
    with pytest.raises(DangerStays):
        await approve_post(db, await as_(db, sara), post.id)


async def test_what_the_author_typed_stays_the_authors(db: Db, made: Made, vault: Vault) -> None:
    amina, sara = await made.person(), await made.staff()
    typed = await speak(db, vault, amina, text="Een kast dragen")
    assert typed.state == "waiting", "a voice is listened to first, also beside words"
    with pytest.raises(NotFound):
        await word_post(db, await as_(db, sara), typed.id, "Iets anders", language="nl", version=1, at=now())
    post = await speak(db, vault, amina)
    await word_post(db, await as_(db, sara), post.id, "Ik zoek een ladder", language="nl", version=1, at=now())
    change = PostChange(version=2, text="Ik zoek een lange ladder", reach=1)
    changed = await change_post(db, await as_(db, amina), post.id, change, at=now())
    assert (changed.state, changed.worded) == ("waiting", False)
    with pytest.raises(NotFound):
        await word_post(db, await as_(db, sara), post.id, "Iets anders", language="nl", version=3, at=now())


async def test_nobody_else_hears_a_post_not_even_past_the_handlers(db: Db, connection: Db, made: Made, vault: Vault) -> None:
    amina = await made.person()
    post = await speak(db, vault, amina)
    others = {
        "a neighbour": await made.person("Buur"),
        "a worker of elsewhere": await made.staff("Els", hoods=("Helmet",)),
        "a worker of another organisation": await made.staff("Tom", organisation_id=await made.organisation("Andere")),
        "a coordinator": await made.staff("Koen", role="coordinator"),
    }
    for who, person in others.items():
        with pytest.raises(NotFound):
            await posts.get_voice(db, await as_(db, person), vault, post.id)
        assert await db.fetch("select sound from post_voice") == [], who
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute("insert into post_voice (post_id, author_id, sound, seconds) select id, $1, '', 1 from post", person)
    plain = await made.staff("Pia", secrecy=None)
    await as_(db, plain)
    assert len(await db.fetch("select from post_voice")) == 1
    await connection.execute("set local role none")
    await connection.execute("update post set theme_id = (select id from theme where slug = 'papers.letter')")
    await connection.execute("set local role buurtnet_web")
    assert await db.fetch("select from post_voice") == [], "a delicate theme is for who keeps secrets"


async def test_the_other_side_hears_it_from_both_yes_until_one_ends_it(db: Db, connection: Db, made: Made, vault: Vault) -> None:
    amina, hatice = await made.person(), await made.person("Hatice")
    need, offer = await speak(db, vault, amina), await made.post(hatice, "offer")
    talk = await open_conversation(db, amina, hatice)
    match_id = await made.match(need.id, offer, "offered", asked_at=now(), offered_at=now(), offer_answer="yes", conversation_id=talk)

    async def hear(person: UUID) -> bytes | None:
        viewer = await as_(db, person)
        seen = len(await db.fetch("select from post_voice where author_id <> $1", person))
        try:
            heard = (await matches.get_voice(db, viewer, vault, match_id)).sound
        except NotFound:
            heard = None
        assert (heard is None) == (seen == 0), "both walls say the same"
        return heard

    async def become(state: str) -> None:
        await connection.execute("set local role none")
        await connection.execute("update match set state = $2 where id = $1", match_id, state)
        await connection.execute("set local role buurtnet_web")

    assert await hear(hatice) is None, "before both yes"
    await become("agreed")
    assert await hear(hatice) == CLEAN and await hear(amina) is None and await hear(await made.person("Buur")) is None
    page = await matches.get_match(db, await as_(db, hatice), match_id)
    assert (page.need.voice, page.offer.voice) == (2, None)
    await become("failed")
    assert await hear(hatice) is None
    await become("agreed")
    await stop_conversation(db, await as_(db, amina), talk)
    await as_(db, hatice)
    assert await db.fetch("select from post_voice") == [], "after a stop the second wall is shut"


async def test_a_message_may_be_said(db: Db, connection: Db, made: Made, vault: Vault) -> None:
    amina, hatice = await made.person(), await made.person("Hatice")
    talk = await open_conversation(db, amina, hatice)
    with pytest.raises(Invalid):
        await send_message(db, await as_(db, amina), vault, talk, NewMessage(voice=b"no sound"))
    written = await send_message(db, await as_(db, amina), vault, talk, NewMessage(text="Luister eens"))
    sent = await send_message(db, await as_(db, amina), vault, talk, NewMessage(voice=make_ogg(make_track(seconds=4))))
    [message] = await list_newer(db, await as_(db, hatice), vault, talk, after=written)
    assert (message.id, message.voice, message.text, message.mine) == (sent, 4, "", False)
    assert (await get_voice(db, await as_(db, hatice), vault, talk, sent)).seconds == 4
    with pytest.raises(NotFound):
        await get_voice(db, await as_(db, hatice), vault, talk, written)
    other = await open_conversation(db, hatice, await made.person("Buur"))
    with pytest.raises(NotFound):
        await get_voice(db, await as_(db, hatice), vault, other, sent)
    await connection.execute("set local role none")
    await connection.execute("delete from message where id = $1", sent)
    assert await connection.fetchval("select count(*) from message_voice") == 0


async def test_nobody_else_hears_a_message_and_a_worker_only_what_was_reported(db: Db, made: Made, vault: Vault) -> None:
    amina, hatice = await made.person(), await made.person("Hatice")
    talk = await open_conversation(db, amina, hatice)
    before = await send_message(db, await as_(db, amina), vault, talk, NewMessage(voice=RECORDED))
    await report_conversation(db, await as_(db, hatice), talk, at=now())
    after = await send_message(db, await as_(db, amina), vault, talk, NewMessage(voice=RECORDED))
    sara = await made.staff()
    for person in (await made.person("Buur"), sara):
        viewer = await as_(db, person)
        for message in (before, after):
            with pytest.raises(NotFound):
                await get_voice(db, viewer, vault, talk, message)
            with pytest.raises(NotFound):
                await get_reported_voice(db, vault, talk, message)
        with pytest.raises(NotFound):
            await list_newer(db, viewer, vault, talk, after=None)
        assert await db.fetch("select from message_voice") == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute("insert into message_voice (message_id, author_id, sound, seconds) values ($1, $2, '', 1)", before, person)
    worker = await as_(db, sara)
    await grant_access(db, worker, talk, subject=amina, object_kind="conversation", reason="safety")
    assert (await get_reported_voice(db, vault, talk, before)).sound == CLEAN
    with pytest.raises(NotFound):
        await get_reported_voice(db, vault, talk, after)
    assert len(await db.fetch("select from message_voice")) == 1, "what came after the report is not open either"


async def test_a_voice_whose_author_has_gone_is_gone(db: Db, connection: Db, made: Made, vault: Vault) -> None:
    amina = await made.person()
    await speak(db, vault, amina)
    await keep_draft(db, await as_(db, amina), vault, check_note(RECORDED))
    await connection.execute("set local role none")
    await connection.execute("delete from person where id = $1", amina)
    assert await connection.fetchval("select (select count(*) from post_voice) + (select count(*) from voice_draft)") == 0


async def test_a_draft_is_kept_an_hour_and_for_its_author(
    db: Db, connection: Db, made: Made, vault: Vault, worker_database: Database
) -> None:
    amina = await made.person()
    note = check_note(RECORDED)
    draft = await keep_draft(db, await as_(db, amina), vault, note)
    assert await get_draft(db, vault, draft) == note
    await as_(db, await made.person("Buur"))
    with pytest.raises(NotFound):
        await get_draft(db, vault, draft)
    await connection.execute("set local role none")
    await connection.execute("update voice_draft set made_at = now() - interval '61 minutes'")
    await connection.execute("set local role buurtnet_web")
    await as_(db, amina)
    with pytest.raises(NotFound):
        await get_draft(db, vault, draft)
    async with worker_database.transaction() as worker:
        await clear_drafts(worker)
        assert await worker.fetchval("select count(*) from voice_draft") == 0


async def test_a_draft_of_somebody_without_an_account_is_found_only_by_who_names_it(db: Db, made: Made, vault: Vault) -> None:
    note = check_note(RECORDED)
    drafts = [await keep_draft(db, VISITOR, vault, note) for _ in range(2)]
    for person in (None, await made.person()):
        await as_(db, person) if person else None
        await db.execute("select set_config('app.voice_draft', '', true)")
        assert await db.fetch("select from voice_draft") == [], "also where a statement asks for all of them"
        assert await get_draft(db, vault, drafts[0]) == note
        assert [row["id"] for row in await db.fetch("select id from voice_draft")] == [drafts[0]]
    await drop_draft(db, drafts[1])
    with pytest.raises(NotFound):
        await get_draft(db, vault, drafts[1])


async def test_sounds_are_sealed_again_when_a_key_goes(db: Db, made: Made, vault: Vault, worker_database: Database) -> None:
    amina, hatice = await made.person(), await made.person("Hatice")
    older = Vault({"old": bytes(32)}, bytes(32))
    talk = await open_conversation(db, amina, hatice)
    post = await speak(db, older, amina)
    await send_message(db, await as_(db, amina), older, talk, NewMessage(voice=RECORDED))
    await keep_draft(db, await as_(db, amina), older, check_note(RECORDED))
    ring = Vault({"new": bytes([1]) * 32, "old": bytes(32)}, bytes(32))
    async with worker_database.transaction() as worker:
        assert [await reseal(worker, ring, place) for place in (VOICES, NOTES, DRAFTS)] == [1, 1, 1]
        assert [await reseal(worker, ring, place) for place in (VOICES, NOTES, DRAFTS)] == [0, 0, 0]
    assert (await posts.get_voice(db, await as_(db, amina), ring, post.id)).sound == CLEAN


async def test_somebody_who_has_not_joined_speaks_and_places_it_afterwards(client: httpx.AsyncClient, connection: Db, made: Made) -> None:
    here = "/new/need/transport.move"
    recorder = await client.get(f"{here}/voice")
    assert 'accept="audio/*"' in recorder.text and "voice" in recorder.text
    assert "microphone=(self)" in recorder.headers["permissions-policy"]
    assert "microphone=()" in (await client.get(here)).headers["permissions-policy"]
    typed = await client.post(f"{here}/voice", data={"text": "Een kast", "when": "week", "reach": "2"})
    assert typed.headers["location"] == f"{here}/voice"
    wrong = await client.post(f"{here}/voice", files={"voice": ("voice", b"no sound")})
    assert wrong.status_code == 422 and "cannot play this file" in wrong.text and "microphone=(self)" in wrong.headers["permissions-policy"]
    assert (await client.post(f"{here}/voice", files=FILE)).headers["location"] == here
    say = await client.get(here)
    assert "/new/voice" in say.text and "2 seconds" in say.text and "Een kast" in say.text, "what was typed is still there"
    assert (await client.get("/new/voice")).content == CLEAN
    assert (await client.post(f"{here}/voice", files=FILE)).status_code == 303
    assert await connection.fetchval("select count(*) from voice_draft") == 1, "the earlier one is thrown away"
    assert (await client.post(here, data={"text": "", "when": "any", "reach": "1"})).headers["location"] == "/join"

    amina = await made.person()
    await made.sign_in(client, amina)
    preview = await client.get("/new/preview")
    assert "A worker listens first" in preview.text and "/new/voice" in preview.text
    placed = await client.post("/posts", data={})
    assert placed.status_code == 303
    page = await client.get(placed.headers["location"])
    assert "A worker listens first" in page.text
    post_id = placed.headers["location"].split("/")[2].split("?")[0]
    assert (await client.get(f"/posts/{post_id}/voice")).content == CLEAN
    assert await connection.fetchval("select count(*) from voice_draft") == 0
    assert "What you said" in (await client.get("/posts")).text
    client.cookies.clear()
    assert (await client.get("/new/voice")).status_code == 404


async def test_what_was_said_can_be_thrown_away_and_does_not_wait_for_ever(client: httpx.AsyncClient, connection: Db, made: Made) -> None:
    here = "/new/offer/transport.move"
    await made.sign_in(client, await made.person())
    await client.post(f"{here}/voice", files=FILE)
    assert (await client.post("/new/voice/drop")).headers["location"] == here
    assert await connection.fetchval("select count(*) from voice_draft") == 0
    assert (await client.get("/new/voice")).status_code == 404
    empty = await client.post(here, data={"text": "", "when": "any", "reach": "1"})
    assert empty.status_code == 422 and "Please say it in a few words" in empty.text
    await client.post(f"{here}/voice", files=FILE)
    await client.post(here, data={"text": "", "when": "any", "reach": "1"})
    await connection.execute("delete from voice_draft")
    gone = await client.post("/posts", data={})
    assert gone.status_code == 422 and "not here any more" in gone.text


async def test_a_draft_of_another_person_on_this_phone_is_not_heard(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person())
    await client.post("/new/need/transport.move/voice", files=FILE)
    kept = client.cookies[COOKIE]
    await made.sign_in(client, await made.person("Buur"))
    client.cookies.set(COOKIE, kept)
    assert (await client.get("/new/voice")).status_code == 404


async def test_the_same_note_sent_twice_is_one_message_and_another_one_is_another(
    client: httpx.AsyncClient, db: Db, connection: Db, made: Made
) -> None:
    amina = await made.person()
    here = f"/conversations/{await open_conversation(db, amina, await made.person('Buur'))}/voice?once=12345678"
    await made.sign_in(client, amina)
    sounds = [RECORDED, RECORDED, make_ogg(make_track(seconds=4))]
    answers = [await client.post(here, files={"voice": ("voice", sound, "audio/webm")}) for sound in sounds]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert ["idempotency-replayed" in answer.headers for answer in answers] == [False, True, False]
    await connection.execute("set local role none")
    assert await connection.fetchval("select count(*) from message") == 2


async def test_a_network_cannot_fill_the_house_with_noise(client: httpx.AsyncClient, connection: Db) -> None:
    for _ in range(20):
        client.cookies.clear()
        assert (await client.post("/new/need/unknown/voice", files=FILE)).status_code == 303
    client.cookies.clear()
    assert (await client.post("/new/need/unknown/voice", files=FILE)).status_code == 429
    big = {"voice": ("voice", bytes(300_000))}
    assert (await client.post("/new/need/unknown/voice", files=big)).status_code in (413, 422, 429)
    assert await connection.fetchval("select count(*) from voice_draft") == 20


async def test_at_the_desk(client: httpx.AsyncClient, connection: Db, db: Db, made: Made, vault: Vault) -> None:
    post = await speak(db, vault, await made.person())
    await made.sign_in(client, await made.staff(), kind="staff")
    item = await client.get(f"/desk/posts/{post.id}")
    assert f"/desk/posts/{post.id}/voice" in item.text and 'name="verdict" value="approved"' not in item.text
    assert (await client.get(f"/desk/posts/{post.id}/voice")).content == CLEAN
    empty = await client.post(f"/desk/posts/{post.id}/words", data={"words": "", "language": "nl", "version": "1"})
    assert empty.status_code == 422
    words = {"words": "Ik zoek een ladder", "language": "nl", "version": "1"}
    assert (await client.post(f"/desk/posts/{post.id}/words", data=words)).status_code == 303
    assert (await client.post(f"/desk/posts/{post.id}/words", data=words)).status_code == 409, "somebody wrote them meanwhile"
    item = await client.get(f"/desk/posts/{post.id}")
    assert "Ik zoek een ladder" in item.text and 'name="verdict" value="approved"' in item.text
    assert (await client.post(f"/desk/posts/{post.id}", data={"verdict": "approved", "version": "2"})).status_code == 303
    await carry_out(db, await connection.fetchval("select id from decision where object_id = $1", post.id))
    assert await connection.fetchval("select state from post where id = $1", post.id) == "open"


async def test_a_player_gets_the_part_it_asks_for(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    amina = await made.person()
    post = await speak(db, vault, amina)
    await made.sign_in(client, amina)
    address, size = f"/posts/{post.id}/voice", len(CLEAN)
    whole = await client.get(address)
    assert (whole.headers["content-type"], whole.headers["cache-control"]) == ("audio/webm", "no-store")
    assert whole.headers["accept-ranges"] == "bytes" and str(post.id) not in whole.headers["content-disposition"]
    for asked, first, last in (
        ("bytes=0-1", 0, 1),
        ("bytes=100-", 100, size - 1),
        ("bytes=-50", size - 50, size - 1),
        ("bytes=0-99999", 0, size - 1),
    ):
        part = await client.get(address, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, CLEAN[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
    beyond = await client.get(address, headers={"Range": "bytes=99999-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    for odd in ("bytes=-", "bytes=2-1,4-5", "seconds=1-2", "bytes=a-b"):
        assert (await client.get(address, headers={"Range": odd})).status_code == 200


async def test_programs_speak_too(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    amina, hatice = await made.person(), await made.person("Hatice")
    talk = await open_conversation(db, amina, hatice)
    await made.sign_in(client, amina)
    sound = base64.b64encode(make_sound(seconds=3)).decode()
    placed = await client.post("/api/v1/posts", json={"kind": "need", "text": "", "voice": sound})
    assert (placed.status_code, placed.json()["voice"]) == (201, 3)
    assert (await client.get(f"/api/v1/posts/{placed.json()['id']}/voice")).headers["content-type"] == "audio/webm"
    sent = await client.post(f"/api/v1/conversations/{talk}/messages", json={"voice": sound})
    assert sent.status_code == 201
    page = (await client.get(f"/api/v1/conversations/{talk}")).json()
    assert page["messages"][0]["voice"] == 3
    wrong = await client.post(f"/api/v1/conversations/{talk}/messages", json={"voice": base64.b64encode(b"x").decode()})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "voice"


async def test_the_page_of_a_conversation(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    amina, hatice = await made.person(), await made.person("Hatice")
    talk = await open_conversation(db, amina, hatice)
    here = f"/conversations/{talk}"
    await made.sign_in(client, amina)
    page = await client.get(here)
    assert "Report or stop" in page.text and f"{here}/voice" in page.text and "Ready sentences" in page.text
    assert "I am on my way." in page.text
    assert (await client.post(f"{here}/messages", data={"phrase": "way"})).status_code == 303
    assert "microphone=(self)" in (await client.get(f"{here}/voice")).headers["permissions-policy"]
    wrong = await client.post(f"{here}/voice", files={"voice": ("voice", b"")})
    assert wrong.status_code == 422 and "We got no sound" in wrong.text
    assert (await client.post(f"{here}/voice", files=FILE)).headers["location"] == f"{here}#newest"
    await made.sign_in(client, hatice)
    newer = await client.get(f"{here}/newer", headers={"HX-Request": "true"})
    assert "I am on my way." in newer.text and "<audio" in newer.text and "<html" not in newer.text
    messages = (await get_conversation(db, await as_(db, hatice), vault, talk)).messages
    assert (await client.get(f"{here}/newer?after={messages[-1].id}", headers={"HX-Request": "true"})).status_code == 204
    assert (await client.get(f"{here}/messages/{messages[-1].id}/voice")).content == CLEAN
    await client.post(f"{here}/stop")
    assert (await client.get(f"{here}/voice")).status_code == 409
    assert (await client.post(f"{here}/voice", files=FILE)).status_code == 409
    over = await client.get(here)
    assert "This conversation is over" in over.text and "hx-get" not in over.text and "<audio" in over.text
