"""Notices on a device: the choice on the page, and what the worker shows; only the push service outside is another one."""

import json
from collections.abc import AsyncGenerator, Callable
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext

from buurtnet.kit.clock import now
from buurtnet.kit.vault import token, token_hash
from buurtnet.people.rules import session_life
from buurtnet.web.language import LANGUAGES, catalogue
from tests.browser.conftest import Person, Site
from tests.chromium import browsing
from tests.notices.pushing import Browser

pytestmark = pytest.mark.browser
SUBSCRIBED = """said => {
  // The service outside cannot be reached from a test; what the page does with its answer is the page's own.
  let current = null;
  const subscription = () => ({ toJSON: () => JSON.parse(said), unsubscribe: async () => ((current = null), true) });
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 87) throw new Error("not what a browser wants");
    return (current = subscription());
  };
}"""
COUNT = "select count(*) from push_subscription s join session e on e.token_hash = s.session_hash where e.token_hash = $1"


@pytest.fixture(scope="module")
async def chromium() -> AsyncGenerator[Chromium]:
    """A browser that shows notices."""
    async with browsing(windowed=True) as browser:
        yield browser


async def settle(site: Site, person: Person, language: str = "nl") -> bytes:
    """Signs somebody of the sample in on a phone of their own; returns the hash of the session."""
    value = token()
    connection = await asyncpg.connect(site.settings.worker_url)
    try:
        whose = await connection.fetchval(
            "insert into person (id, organisation_id, given_name, picture, adult, language, languages, neighbourhood_id)"
            " select gen_random_uuid(), a.organisation_id, 'Leila', 1, true, $1, '{nl}', a.neighbourhoods[1] from area a limit 1 returning id",
            language,
        )
        await connection.execute(
            "insert into session (token_hash, person_id, kind, expires_at) values ($1, $2, 'resident', $3)",
            token_hash(value),
            whose,
            now() + session_life(stay=True, discreet=False),
        )
    finally:
        await connection.close()
    await person.context.add_cookies([{"name": "session", "value": value, "url": site.url}])
    return token_hash(value)


async def count(site: Site, session: bytes) -> int:
    connection = await asyncpg.connect(site.settings.worker_url)
    try:
        return await connection.fetchval(COUNT, session)
    finally:
        await connection.close()


ACTIVE = """() => navigator.serviceWorker.ready.then(({active}) => new Promise(done => {
  const look = () => active.state === 'activated' && done();
  active.addEventListener('statechange', look);
  look();
}))"""
"""`ready` is also one that is still being activated, to which no message is brought."""


async def shown(context: BrowserContext) -> list[dict[str, Any]]:
    """The notices that stand on the device, as its worker knows them."""
    [worker] = context.service_workers
    return await worker.evaluate(
        "async () => (await registration.getNotifications()).map(({ title, body, lang, tag }) => ({ title, body, lang, tag }))"
    )


async def deliver(person: Person, data: str) -> None:
    """Hands the worker a message as the browser would, once the service outside had brought it."""
    devtools = await person.context.new_cdp_session(person.page)
    registrations: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    await devtools.send("ServiceWorker.enable")
    while not registrations:
        await person.page.wait_for_timeout(50)
    parts = urlsplit(person.site.url)
    await devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": f"{parts.scheme}://{parts.netloc}", "registrationId": registrations[0]["registrationId"], "data": data},
    )


async def test_a_device_is_named_on_the_page_and_taken_back(site: Site, meet: Callable[..., Any]) -> None:
    person: Person = await meet(language="nl")
    session = await settle(site, person)
    await person.context.grant_permissions(["notifications"], origin=site.url)
    said = json.dumps(Browser("https://updates.push.services.mozilla.com/wpush/v2/gAAA").said)
    await person.page.add_init_script(f"({SUBSCRIBED})({json.dumps(said)})")
    await person.open("/me/notices")
    part = person.page.locator("[data-push]")
    await part.wait_for(state="visible")
    await person.page.locator("[data-push-on]").click()
    await person.page.locator("[data-push-off]").wait_for(state="visible")
    assert await person.page.locator("[data-push-said]").inner_text() and await count(site, session) == 1
    assert await person.page.evaluate("document.activeElement.matches('[data-push-off]')")
    assert await person.check_access() == []
    await person.page.locator("[data-push-off]").click()
    await person.page.locator("[data-push-on]").wait_for(state="visible")
    assert await count(site, session) == 0 and person.complaints == []


async def test_where_the_device_does_not_allow_notices_the_page_says_so(site: Site, meet: Callable[..., Any]) -> None:
    person: Person = await meet(language="nl")
    session = await settle(site, person)
    await person.page.add_init_script(
        "PushManager.prototype.subscribe = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"
    )
    await person.open("/me/notices")
    await person.page.locator("[data-push-on]").click()
    said = person.page.locator("[data-push-said]")
    await person.page.wait_for_function("document.querySelector('[data-push-said]').textContent")
    assert await said.inner_text() == await said.get_attribute("data-denied")
    assert await count(site, session) == 0


@pytest.mark.parametrize("script", [False, True])
async def test_where_a_browser_cannot_the_choice_does_not_appear(site: Site, meet: Callable[..., Any], script: bool) -> None:
    person: Person = await meet(language="nl", script=script)
    await settle(site, person)
    if script:
        await person.page.add_init_script("delete window.PushManager")
    await person.open("/me/notices")
    if script:
        await person.page.evaluate(ACTIVE)
    assert await person.page.locator("[data-push]").is_hidden()
    assert await person.page.locator("input[name=pace]").count() == 4


async def test_the_worker_shows_that_there_is_news_in_the_persons_language_once(site: Site, meet: Callable[..., Any]) -> None:
    person: Person = await meet(language="nl")
    await settle(site, person)
    await person.context.grant_permissions(["notifications"], origin=site.url)
    await person.open("/me/notices")
    await person.page.evaluate(ACTIVE)
    for data, language in (
        *((json.dumps({"language": language.code}), language.code) for language in LANGUAGES),
        (json.dumps({"language": "xx"}), "en"),
        ("", "en"),
        ("not json", "en"),
    ):
        await deliver(person, data)
        expected = {"title": "Buurtnet", "body": catalogue(language).gettext("There is news for you"), "lang": language, "tag": "news"}
        for _ in range(300):
            if await shown(person.context) == [expected]:
                break
            await person.page.wait_for_timeout(50)
        assert await shown(person.context) == [expected], data
