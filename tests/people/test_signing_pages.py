"""Joining and signing in as a browser does it."""

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.people import actions
from tests.made import Made
from tests.people.steps import about, ask, resident, sent_digits, serve, worker


async def prove(client: httpx.AsyncClient, db: Db, vault: Vault, address: str, **fields: str) -> httpx.Response:
    assert (await ask(client, address)).status_code == 303
    return await client.post("/sign-in/code", data={"code": await sent_digits(db, vault), **fields})


async def test_from_an_address_to_an_account(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await serve(made)
    page = await client.get("/join")
    assert page.status_code == 200 and 'name="address"' in page.text
    answer = await ask(client, "amina@example.org", "/join")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code?joining=yes")
    page = await client.get("/sign-in/code?joining=yes")
    assert "am…@example.org" in page.text and "amina@example.org" not in page.text and 'autocomplete="one-time-code"' in page.text
    answer = await client.post("/sign-in/code?joining=yes", data={"code": await sent_digits(db, vault)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/about")
    page = await client.get("/join/about")
    assert page.status_code == 200 and 'name="neighbourhood_id"' in page.text and '<details class="more">' in page.text
    page = await client.post("/join/about", data={**await about(made), "adult": "", "languages": ["", "nl", "es"]})
    assert page.status_code == 422 and '<details class="more" open>' in page.text, "what was chosen in there is seen"
    answer = await client.post("/join/about", data=await about(made))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("session="))
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie.replace("Lax", "lax") and "Max-Age=2592000" in cookie and "Path=/" in cookie
    page = await client.get("/me")
    assert page.status_code == 200 and "Amina" in page.text and page.headers["cache-control"] == "no-store"
    assert (await client.get("/join")).status_code == 303


async def test_a_known_person_signs_in_and_gets_a_new_session(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    amina = await made.person("Amina")
    await made.contact(amina, "amina@example.org")
    client.cookies.set("session", "chosen-by-somebody-else")
    answer = await prove(client, db, vault, "Amina@example.org", stay="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    token = answer.cookies["session"]
    assert token != "chosen-by-somebody-else"
    assert await db.fetchval("select person_id from session where token_hash = $1", token_hash(token)) == amina
    await client.post("/sign-out")
    short = await prove(client, db, vault, "amina@example.org", stay="no")
    assert "Max-Age" not in next(line for line in short.headers.get_list("set-cookie") if line.startswith("session="))


async def test_an_address_that_does_not_exist_speaks_the_language_of_who_is_signed_in(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault
) -> None:
    await made.contact(await made.person("Amina", language="ar"), "amina@example.org")
    await prove(client, db, vault, "amina@example.org", stay="yes")
    assert '<html lang="ar"' in (await client.get("/nowhere")).text
    profile = {"given_name": "Amina", "languages": ["ar", ""], "language": "tr", "picture": 5}
    assert (await client.post("/me/profile", data=profile)).status_code == 303
    for path in ("/nowhere", "/me"):
        assert '<html lang="tr"' in (await client.get(path)).text


async def test_whose_browser_asks_for_their_language_gets_no_cookie_for_it(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault
) -> None:
    await made.contact(await made.person("Amina", language="ar"), "amina@example.org")
    client.headers["Accept-Language"] = "ar"
    assert "language" not in (await prove(client, db, vault, "amina@example.org", stay="no")).cookies


@pytest.mark.parametrize("address", ["known@example.org", "unknown@example.org", "0470 12 34 56", "0471 12 34 56"])
async def test_known_and_unknown_addresses_get_the_same_answer(client: httpx.AsyncClient, db: Db, made: Made, address: str) -> None:
    amina = await made.person("Amina")
    await made.contact(amina, "known@example.org")
    await made.contact(amina, "+32470123456", "sms")
    answer = await ask(client, address)
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/sign-in/code", "")
    assert sorted(name for name in answer.headers if name != "date") == sorted({name for name in answer.headers if name != "date"})
    assert await db.fetchval("select count(*) from sign_in_code") == 1
    assert await db.fetchval("select count(*) from outbox where kind = 'people.CodeAsked'") == 1
    page = await client.get("/sign-in/code")
    assert "Amina" not in page.text


async def test_the_draft_and_the_wanted_page_are_not_lost(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await made.contact(await made.person("Amina"), "amina@example.org")
    answer = await client.post("/sign-in?next=/me/pause", data={"address": "amina@example.org"})
    assert answer.headers["location"] == "/sign-in/code?next=%2Fme%2Fpause"
    answer = await client.post(answer.headers["location"], data={"code": await sent_digits(db, vault), "stay": "no"})
    assert answer.headers["location"] == "/me/pause"
    await client.post("/sign-out")
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        await ask(client, "amina@example.org")
        answer = await client.post("/sign-in/code", params={"next": elsewhere}, data={"code": await sent_digits(db, vault), "stay": "no"})
        assert answer.headers["location"] == "/"
        await client.post("/sign-out")


async def test_a_draft_comes_first(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await made.contact(await made.person("Amina"), "amina@example.org")
    client.cookies.set("draft", "sealed")
    assert (await prove(client, db, vault, "amina@example.org")).headers["location"] == "/new/preview"


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b", "02 214 12 34", "<script>alert(1)</script>@x.be", "a@b.be\r\nBcc: c@d.be", "'; drop table person; --", "0" * 500],
)
async def test_a_wrong_address_is_said_and_kept(client: httpx.AsyncClient, db: Db, made: Made, address: str) -> None:
    for page in ("/join", "/sign-in", "/staff/sign-in"):
        answer = await ask(client, address, page)
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
        assert "<script>alert" not in answer.text
        assert await db.fetchval("select count(*) from sign_in_code") == 0
    if address == "02 214 12 34":
        assert address in answer.text


async def test_a_wrong_code_is_said_and_without_a_code_there_is_no_page(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault
) -> None:
    assert (await client.get("/sign-in/code")).headers["location"] == "/sign-in"
    assert (await client.get("/sign-in/who")).headers["location"] == "/sign-in"
    assert (await client.get("/join/about")).headers["location"] == "/join"
    assert (await client.post("/join/about", data=await about(made))).status_code == 422
    await ask(client, "amina@example.org")
    digits = await sent_digits(db, vault)
    for wrong in ("", "1", f"{(int(digits) + 1) % 1_000_000:06d}", "abcdef", "x" * 500):
        answer = await client.post("/sign-in/code", data={"code": wrong})
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert await db.fetchval("select count(*) from session") == 0


async def test_another_browser_cannot_use_the_code(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await made.contact(await made.person("Amina"), "amina@example.org")
    await ask(client, "amina@example.org")
    client.cookies.clear()
    answer = await client.post("/sign-in/code", data={"code": await sent_digits(db, vault)})
    assert answer.status_code == 303 and answer.headers["location"] == "/sign-in"
    assert await db.fetchval("select count(*) from session") == 0


async def test_a_used_code_opens_nothing_more(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await made.contact(await made.person("Amina"), "amina@example.org")
    answer = await ask(client, "amina@example.org")
    browser, digits = answer.cookies["code"], await sent_digits(db, vault)
    assert (await client.post("/sign-in/code", data={"code": digits})).status_code == 303
    await client.post("/sign-out")
    client.cookies.set("code", browser)
    again = await client.post("/sign-in/code", data={"code": digits})
    assert again.headers.get("location") == "/sign-in"
    assert (await client.get("/join/about")).headers["location"] == "/join"
    assert await db.fetchval("select count(*) from session") == 0


async def test_a_household_chooses_by_picture_without_names(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, limits: Limits
) -> None:
    amina, yusuf = await made.person("Amina", picture=1), await made.person("Yusuf", picture=2)
    for person in (amina, yusuf):
        await made.contact(person, f"x{person}@example.org")
        await made.insert("sign_in_name", lookup=vault.blind("sign-in", "+32470123456"), person_id=person)
    await actions.set_pin(db, vault, limits, resident(yusuf), [1, 2, 3, 4])
    answer = await prove(client, db, vault, "0470 12 34 56", stay="yes")
    assert answer.headers["location"] == "/sign-in/who?stay=yes"
    page = await client.get(answer.headers["location"])
    assert "Amina" not in page.text and "Yusuf" not in page.text and "Cat" in page.text and "Bird" in page.text
    answer = await client.post("/sign-in/who?stay=yes", data={"picture": 9})
    assert answer.status_code == 422
    answer = await client.post("/sign-in/who?stay=yes", data={"picture": 2})
    assert answer.headers["location"] == "/sign-in/who?picture=2&stay=yes"
    page = await client.get(answer.headers["location"])
    assert 'name="pin4"' in page.text
    wrong = {"picture": 2, "pin1": 1, "pin2": 1, "pin3": 1, "pin4": 2}
    answer = await client.post("/sign-in/who?stay=yes", data=wrong)
    assert answer.status_code == 422 and "not the right pictures" in answer.text
    answer = await client.post("/sign-in/who?stay=yes", data=wrong | {"pin2": 2, "pin3": 3, "pin4": 4})
    assert answer.status_code == 303
    assert await db.fetchval("select person_id from session where token_hash = $1", token_hash(answer.cookies["session"])) == yusuf


async def test_what_was_typed_is_kept_when_joining_is_not_right(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await serve(made)
    await prove(client, db, vault, "amina@example.org")
    cases: list[dict[str, object]] = [
        {"consent": ""},
        {"adult": ""},
        {"adult": "maybe"},
        {"discreet": ""},
        {"languages": ["xx"]},
        {"languages": []},
        {"neighbourhood_id": ""},
        {"neighbourhood_id": "abc"},
        {"neighbourhood_id": "99999999999999"},
        {"neighbourhood_id": await made.hood("Helmet")},
    ]
    for wrong in cases:
        answer = await client.post("/join/about", data=await about(made, given_name="Amina <b>", **wrong))
        assert answer.status_code == 422, wrong
        assert 'value="Amina &lt;b&gt;"' in answer.text and ('id="consent"' if "consent" in wrong else 'aria-invalid="true"') in answer.text
    for name in ("x" * 61, "bel 0470123456", "https://evil.example"):
        assert (await client.post("/join/about", data=await about(made, given_name=name))).status_code == 422
    assert await db.fetchval("select count(*) from person") == 0
    assert (await client.post("/join/about", data=await about(made, given_name=""))).status_code == 303


async def test_minors_are_told_kindly(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await serve(made)
    await prove(client, db, vault, "young@example.org")
    answer = await client.post("/join/about", data=await about(made, adult="no"))
    assert answer.status_code == 403 and "with a parent" in answer.text and "We made no account" in answer.text
    assert await db.fetchval("select count(*) from person") == 0


async def test_a_shared_phone_gets_a_session_that_ends_with_the_tab(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await serve(made)
    await prove(client, db, vault, "amina@example.org")
    answer = await client.post("/join/about", data=await about(made, discreet="yes"))
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("session="))
    assert "Max-Age" not in cookie and "expires" not in cookie.lower()
    assert await db.fetchval("select extract(epoch from expires_at - created_at)::int from session") == 3600


async def test_signing_out_clears_the_browser_and_the_session(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await made.sign_in(client, await made.person())
    answer = await client.post("/sign-out")
    assert answer.status_code == 303 and answer.headers["clear-site-data"] == '"cache", "storage"'
    assert await db.fetchval("select count(*) from session") == 0
    assert (await client.get("/me")).headers["location"] == "/sign-in?next=/me"
    assert (await client.post("/sign-out")).status_code == 303


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_website_signs_nobody_out(client: httpx.AsyncClient, db: Db, made: Made, headers: dict[str, str]) -> None:
    """It cannot send the cookie along, which is SameSite=Lax: what it is told must not end anything in the browser either."""
    await made.sign_in(client, await made.person())
    client.cookies.clear()
    del client.headers["Sec-Fetch-Site"]
    answer = await client.post("/sign-out", headers=headers)
    assert answer.status_code in (303, 403)
    assert "clear-site-data" not in answer.headers and not answer.headers.get_list("set-cookie")
    assert await db.fetchval("select count(*) from session") == 1


async def test_a_card_by_its_code_and_by_its_address(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    viewer, amina = await worker(made), await made.person("Amina")
    card, blank = await actions.issue_cards(db, vault, viewer, 2)
    await actions.activate_card(db, vault, viewer, amina, card.code, [1, 2, 3, 4], at=now())
    pin = {"pin1": 1, "pin2": 2, "pin3": 3, "pin4": 4}
    pages = [(await client.get(f"/card/{token}")).text for token in (card.token, blank.token, "nonsense")]
    assert len({page.replace(token, "") for page, token in zip(pages, (card.token, blank.token, "nonsense"), strict=True)}) == 1
    wrong = await client.post("/sign-in/card", data={"code": blank.code, **pin})
    also = await client.post("/sign-in/card", data={"code": card.code, **pin, "pin4": 5})
    assert wrong.status_code == also.status_code == 422 and wrong.text.replace(blank.code, "") == also.text.replace(card.code, "")
    for path, data in (("/sign-in/card", {"code": f"{card.code[:4]} {card.code[4:]}".lower()}), (f"/card/{card.token}", {})):
        answer = await client.post(path, data={**data, **pin})
        assert answer.status_code == 303
        assert await db.fetchval("select person_id from session where token_hash = $1", token_hash(answer.cookies["session"])) == amina
        await client.post("/sign-out")


async def test_a_facilitator_who_scans_a_blank_card_gives_it_away(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    answer = await client.get("/card/abc-def")
    assert answer.headers["location"] == "/desk/cards/give?card=abc-def"
    await made.person("Amina")
    page = await client.get(answer.headers["location"])
    assert "Amina" in page.text and "?card=abc-def" in page.text


async def test_a_blocked_person_is_told_that_their_worker_still_helps(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await made.contact(await made.person("Amina", state="blocked"), "amina@example.org")
    answer = await prove(client, db, vault, "amina@example.org")
    assert answer.status_code == 403 and "Your worker can still do things for you" in answer.text
    assert await db.fetchval("select count(*) from session") == 0


async def test_a_second_one_at_a_known_address_joins_beside_the_first(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await serve(made)
    await made.contact(await made.person("Amina"), "home@example.org")
    await ask(client, "home@example.org", "/join")
    answer = await client.post("/sign-in/code?joining=yes", data={"code": await sent_digits(db, vault)})
    assert answer.headers["location"] == "/sign-in/who?joining=yes", "nobody is taken for the one who is known"
    assert 'href="/join/about?joining=yes"' in (await client.get("/sign-in/who?joining=yes")).text
    joined = await client.post("/join/about", data=await about(made, given_name="Bilal", picture="2"))
    assert joined.status_code == 303
    assert await db.fetchval("select count(*) from sign_in_name") == 2


async def test_who_comes_back_through_joining_is_in_with_one_more_tap(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    amina = await made.person("Amina", picture=5)
    await made.contact(amina, "home@example.org")
    await ask(client, "home@example.org", "/join")
    await client.post("/sign-in/code?joining=yes", data={"code": await sent_digits(db, vault)})
    answer = await client.post("/sign-in/who?joining=yes", data={"picture": "5", "stay": "yes"})
    assert answer.headers["location"] == "/" and answer.cookies["session"]
    assert await db.fetchval("select person_id from session") == amina


async def test_who_opened_a_page_by_a_number_is_shown_where_passkeys_work(client: httpx.AsyncClient, made: Made) -> None:
    """No device makes a passkey for 127.0.0.1; the same page by its name says nothing of it, and its form is of that address."""
    named = {"Host": "localhost:8000"}
    for signed_in, path in ((False, "/staff/sign-in"), (True, "/staff/passkeys")):
        if signed_in:
            await made.sign_in(client, await made.staff(), kind="staff")
        by_number, by_name = await client.get(path), await client.get(path, headers=named)
        assert f'<a class="tap" href="http://localhost:8000{path}"><bdi dir="ltr">' in by_number.text
        assert by_name.status_code == 200 and "http://localhost:8000" not in by_name.text and "data-passkey=" in by_name.text
    asked = await client.post("/staff/passkeys/ask", headers=named)
    assert asked.status_code == 200 and asked.json()["rp"]["id"] == "localhost"
