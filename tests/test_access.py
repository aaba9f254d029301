"""Every route as everybody: who gets what, and what nobody may learn or leave behind."""

import logging
import re
from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest
import structlog
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.utils.sync import AsyncCallable
from prometheus_client import generate_latest

from buurtnet import worker
from buurtnet.kit import outbox
from buurtnet.kit.db import Database, Db
from buurtnet.kit.log import set_up_logs
from buurtnet.posts.events import PostOpened
from tests.access import ACTORS, MAY_KNOW, PUBLIC, ROUTES, Route
from tests.asking import Answer
from tests.made import Made
from tests.stage import Stage

IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PARAMETER = re.compile(r"\{(\w+):\w+\}")
ID = re.compile(r"\{\w+:uuid\}")
NOBODYS = "somebody else's"
"""The name of an id that nobody has."""
Tried = dict[tuple[str, str | None], dict[str, Answer]]


def registered(app: Litestar) -> dict[str, list[object]]:
    """Every method of every path with the guards that stand before it. OPTIONS is the framework's own and says only which methods there are."""
    found: dict[str, list[object]] = {}
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            for method in handler.http_methods - {"OPTIONS"}:
                found[f"{method} {route.path}"] = list(handler.resolve_guards())
    return found


def test_every_route_stands_in_the_matrix_and_nothing_else_does(shared_app: Litestar) -> None:
    found = registered(shared_app)
    assert sorted(set(found) - set(ROUTES)) == [], "routes that nobody has thought about"
    assert sorted(set(ROUTES) - set(found)) == [], "routes that are gone"


def test_a_route_without_a_guard_is_on_the_list_of_public_ones(shared_app: Litestar) -> None:
    assert {name for name, guards in registered(shared_app).items() if not guards} == PUBLIC


def test_no_guard_is_sent_to_a_thread(shared_app: Litestar) -> None:
    """As Litestar does with a plain function, with each request."""
    assert {name for name, guards in registered(shared_app).items() if any(isinstance(guard, AsyncCallable) for guard in guards)} == set()


class Spy(list[str]):
    """A step of the log that keeps what it is given."""

    def __call__(self, _logger: object, _method: str, event: dict[str, object]) -> dict[str, object]:
        self.append(repr(event))
        return event


@pytest.fixture(scope="module")
async def logged() -> AsyncGenerator[Spy]:
    set_up_logs()
    spy, steps = Spy(), structlog.get_config()["processors"]
    steps.insert(-1, spy)  # after everything that adds to an event, before it becomes a line
    yield spy
    steps.remove(spy)
    set_up_logs(logging.ERROR)


def address_of(path: str, sent: dict[str, object], identity: UUID | None) -> str:
    """The path with its parameters filled: those that are named in `sent` are taken from there, the other one is the id."""
    return PARAMETER.sub(lambda match: str(sent.pop(match[1])) if match[1] in sent else str(identity), path)


async def try_route(stage: Stage, name: str, route: Route) -> Tried:
    """The answers to everybody, for each object of the route and for an id that nobody has."""
    method, path = name.split(" ")
    targets: list[str | None] = [None] if route.of is None else [*route.of, NOBODYS]
    tried: Tried = {}
    for target in targets:
        answers = tried[name, target] = {}
        for actor in ACTORS:
            if target not in (targets[0], NOBODYS) and route.door.refuses(actor, method, path):
                continue  # The door looks at roles alone, so that one object shows what it does.
            sent = dict(route.sends(stage)) if route.sends else {}
            address = address_of(path, sent, uuid4() if target == NOBODYS else stage.ids.get(target))
            answers[actor] = await stage.ask(actor, method, address, **sent)
    return tried


@pytest.fixture(scope="module")
async def tried(stage: Stage, logged: Spy) -> Tried:
    """Everything, asked by everybody, once."""
    found: Tried = {}
    for name, route in ROUTES.items():
        found |= await try_route(stage, name, route)
    return found


def of_route(tried: Tried, name: str) -> list[tuple[str | None, str, Answer]]:
    return [(target, actor, answer) for (one, target), answers in tried.items() if one == name for actor, answer in answers.items()]


@pytest.mark.parametrize("name", ROUTES)
def test_everybody_gets_what_the_matrix_says(tried: Tried, name: str) -> None:
    method, path = name.split(" ")
    wanted, found = {}, {}
    for target, actor, answer in of_route(tried, name):
        wanted[target, actor] = ROUTES[name].statuses(method, path, None if target == NOBODYS else target)[actor]
        found[target, actor] = answer.status
    wrong = {key: f"{found[key]} instead of {wanted[key]}" for key in wanted if wanted[key] != found[key]}
    assert wrong == {}


def face(answer: Answer) -> tuple[object, ...]:
    """What a curious person can compare: status, body and headers, apart from ids that they typed themselves."""
    headers = sorted((name, IDS.sub("ID", value)) for name, value in answer.headers.items() if name != "content-length")
    return answer.status, IDS.sub("ID", answer.text), headers


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.of is not None])
def test_hidden_looks_like_missing(tried: Tried, name: str) -> None:
    missing = tried[name, NOBODYS]
    for target, actor, answer in of_route(tried, name):
        if target != NOBODYS and answer.status in (401, 404):
            assert face(answer) == face(missing[actor]), (actor, target)


@pytest.mark.parametrize("name", ROUTES)
def test_reading_and_refusing_leave_nothing_behind_and_doing_leaves_something(tried: Tried, name: str) -> None:
    route, method = ROUTES[name], name.partition(" ")[0]
    stores = method != "GET" and route.stores is not False
    for target, actor, answer in of_route(tried, name):
        left = answer.written - route.apart
        if method == "GET" or answer.status >= 400:
            assert left == set(), (actor, target, answer.status)
        elif stores and route.door.refuses(actor, method, name.partition(" ")[2]) is None:
            assert left != set() or actor == "visitor", (actor, target)


@pytest.mark.parametrize("name", ROUTES)
def test_nobody_reads_what_is_not_theirs_to_know(tried: Tried, name: str) -> None:
    leaks = [
        (actor, target, secret)
        for target, actor, answer in of_route(tried, name)
        for secret in sorted(answer.canaries())
        if actor not in MAY_KNOW[secret].split()
    ]
    assert leaks == []


def test_who_may_know_does_find_it_somewhere(tried: Tried) -> None:
    """The secrets are really there to be found, so that their absence elsewhere says something."""
    seen = {actor: set[str]() for actor in ACTORS}
    for answers in tried.values():
        for actor, answer in answers.items():
            seen[actor] |= answer.canaries()
    unseen = {secret for secret, actors in MAY_KNOW.items() if actors and secret not in seen[actors.split()[0]]}
    assert unseen == set()


@pytest.mark.parametrize("name", ROUTES)
def test_addresses_are_opened_by_a_post_alone(tried: Tried, name: str) -> None:
    """A worker reads an address only where they say why, so that it stands in the audit."""
    for target, actor, answer in of_route(tried, name):
        if actor in ("facilitator", "plain", "elsewhere", "foreign") and any(secret.startswith("post") for secret in answer.canaries()):
            assert name in ("POST /desk/people/{person_id:uuid}/contact", "POST /desk/tasks/{task_id:uuid}/call"), (actor, target)
            assert {"audit", "grant"} <= answer.written, (actor, target)


@pytest.mark.parametrize("name", ROUTES)
def test_messages_are_opened_by_a_post_alone(tried: Tried, name: str) -> None:
    """A worker reads only what was reported, where they say why."""
    for target, actor, answer in of_route(tried, name):
        if actor == "facilitator" and any(secret.startswith("bericht") for secret in answer.canaries()):
            assert name == "POST /desk/reports/{report_id:uuid}/open", (actor, target)
            assert {"audit", "grant"} <= answer.written, (actor, target)


def test_no_secret_reaches_the_log_or_the_metrics(tried: Tried, logged: Spy) -> None:
    assert [line for line in logged if "kanarie" in line.lower()] == []
    assert "kanarie" not in generate_latest().decode().lower()


async def test_what_fails_in_the_worker_is_logged_without_what_people_wrote(
    connection: Db, worker_database: Database, made: Made, logged: Spy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL shows the row that it refuses, people's words and all."""
    for module in (outbox, worker):
        monkeypatch.setattr(module, "log", structlog.get_logger())
    author = await made.person()

    async def overreach(db: Db, event: PostOpened) -> None:
        await db.execute("insert into person (id, organisation_id, given_name) values ($1, $1, 'Kanarienaamworker')", event.post_id)

    async def overreach_by_the_clock(database: Database) -> None:
        async with database.transaction() as db:
            await overreach(db, PostOpened(author))

    async with worker_database.transaction() as db:
        await outbox.record(db, PostOpened(author))
    logged.clear()
    await outbox.deliver(worker_database, {PostOpened: [overreach]})
    await worker._cron(overreach_by_the_clock).coroutine({"parts": worker.Parts(worker_database, None, None, {})})
    assert [re.search(r"reaction failed|job failed", line)[0] for line in logged] == ["reaction failed", "job failed"]
    assert all("NotNullViolation" in line or "CheckViolation" in line for line in logged)
    assert "kanarie" not in f"{logged} {caplog.text}".lower()
    assert "kanarie" not in str(await connection.fetchval("select last_error from outbox order by id desc limit 1")).lower()
