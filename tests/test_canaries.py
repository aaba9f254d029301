"""A walk through everything that each role can reach, beside the matrix of `tests/access.py`: links are followed, forms are filled in and sent, lists
are searched, ids are tried wherever one fits; and what the log, the metrics, Valkey and the database wrote meanwhile is read.

A secret is a word that begins with "kanarie" (`tests/stage.py`). Somebody more stands on the stage who has such a word in every personal column of
every table, made from the tags, so that a column that is added is watched too. Coordinator, mapper and operator read none of them, and no id of
anybody who lives here or of anything of theirs.
"""

import re
from uuid import UUID

import pytest
from arq.cron import CronJob
from prometheus_client import generate_latest

from buurtnet.kit.vault import Vault
from buurtnet.local.postgres import Cluster
from buurtnet.settings import Settings
from buurtnet.worker import CRONS, Parts, list_reactions
from tests.access import MAY_KNOW, ROUTES, WORKERS_HERE
from tests.conftest import Bound
from tests.privacy.planted import Planted, list_keys
from tests.stage import HOME, RESIDENTS, STAFF, Stage
from tests.test_access import PARAMETER, Spy, logged
from tests.walk import UUIDS, Step, kind_of, walk

__all__ = ["logged"]  # The spy in the log, as the matrix has it.

SECRET = re.compile(r"kanarie([a-z]+)(\d*)", re.IGNORECASE)
COUNTING = ("coordinator", "mapper", "operator")
"""Who works with counts, and with nobody in particular."""
WALKERS = ("visitor", "neighbour", "stranger", "guest", "acted", *STAFF)
"""One of each who may know something else; the matrix has tried everybody's."""
LOOKS = dict.fromkeys(COUNTING, 2)
"""How many addresses of a kind each of them opens; everybody else opens one, because the matrix has tried theirs with every object."""
SENDING = {*COUNTING, "plain", "stranger"}
"""Who sends every form that they find; the others read."""
NOBODYS = """
select id from organisation union all select id from area union all select id from round
union all select c.id from credential c join staff s using (person_id)
"""
"""What has an id and is no resident's: organisations, areas, rounds, a worker's key."""
IS_ID = re.compile(r"\{\w+:uuid\}")


class Walked:
    """The walks of everybody, the secrets of the one who was planted, and what was written on the way."""

    def __init__(self, planted: Planted) -> None:
        self.planted = planted
        self.steps: dict[str, list[Step]] = {}
        self.keys: set[str] = set()
        self.ids: dict[str, str] = {}
        """The ids of everybody who lives here and of everything of theirs, with what they are of."""

    def secrets(self, actor: str) -> dict[str, set[str]]:
        """What the actor read that is a secret, each with where."""
        found: dict[str, set[str]] = {}
        for step in self.steps[actor]:
            for word, number in SECRET.findall(step.answer.text + repr(sorted(step.answer.headers.items()))):
                found.setdefault(f"{word.lower()}{number}", set()).add(f"{step.method} {kind_of(step.address)}")
        return found

    def column(self, secret: str) -> str:
        """Where a secret stands, for a message that helps."""
        return next((".".join(key) for key, word in self.planted.words.items() if word == f"kanarie{secret}"), secret)


@pytest.fixture(scope="module")
async def walked(stage: Stage, vault: Vault, settings: Settings, logged: Spy) -> Walked:
    """Everybody's walk, once."""
    planted = Planted(stage.made, vault, "plant")
    await planted.plant(await stage.made.person("Kanarienaamother", HOME))
    await stage.db.execute("update person set state = 'active' where id = $1", planted.person)
    for table in ("staff", "tenure"):  # Who works here, or once did, is known to colleagues.
        await stage.db.execute(f"delete from {table} where person_id = $1", planted.person)
    found = Walked(planted)
    nobodys = {row["id"] for row in await stage.db.fetch(NOBODYS)} | {stage.ids[name] for name in STAFF}
    named = stage.ids | {f"planted {name}": value for name, value in planted.ids.items()}
    found.ids = {str(value): name for name, value in named.items() if isinstance(value, UUID) and value not in nobodys}
    begins = [path for method, path in (name.split(" ") for name in ROUTES) if method == "GET" and "{" not in path]
    for actor in WALKERS:
        found.steps[actor] = await walk(stage, actor, begins, looks=LOOKS.get(actor, 1), sends=actor in SENDING)
        if actor in COUNTING:
            found.steps[actor] += await try_ids(stage, actor, found)
        found.keys |= {f"{key} {value}" for key, value in await list_keys(settings.redis_url)}
    return found


@pytest.mark.parametrize("job", CRONS, ids=lambda job: job.name)
async def test_what_the_worker_does_by_the_clock_tells_the_log_nothing(
    stage: Stage, walked: Walked, logged: Spy, settings: Settings, vault: Vault, job: CronJob
) -> None:
    """Also where a job cannot be done here: what fails is logged without people's words."""
    before = len(logged)
    savepoint = stage.db.transaction()
    await savepoint.start()
    try:
        await job.coroutine({"parts": Parts(Bound(stage.db, "buurtnet_worker"), settings, vault, list_reactions(settings, vault))})
    finally:
        await savepoint.rollback()
    assert [line for line in logged[before:] if SECRET.search(line) or "@example.org" in line] == []


async def try_ids(stage: Stage, actor: str, walked: Walked) -> list[Step]:
    """Opens every route behind whose door the actor stands with an id of each kind of thing there is."""
    kinds = {name.removeprefix("planted ").split(" ")[0]: identity for identity, name in walked.ids.items()}
    steps: list[Step] = []
    for name, route in ROUTES.items():
        method, path = name.split(" ")
        if method != "GET" or not IS_ID.search(path) or route.door.refuses(actor, method, path) is not None:
            continue
        for identity in kinds.values():
            address = PARAMETER.sub(lambda found, identity=identity: identity if found[0].endswith(":uuid}") else "1", path)
            steps.append(Step(method, address, await stage.ask(actor, method, address)))
    return steps


@pytest.mark.parametrize("actor", COUNTING)
def test_who_works_with_counts_reads_of_nobody(walked: Walked, actor: str) -> None:
    assert {walked.column(secret): where for secret, where in walked.secrets(actor).items()} == {}
    ids = walked.ids
    told = [
        (ids[found], step.method, kind_of(step.address))
        for step in walked.steps[actor]
        for found in set(UUIDS.findall(step.answer.text + str(step.answer.headers.get("location", "")))) - set(UUIDS.findall(step.address))
        if found in ids
    ]
    assert told == []


@pytest.mark.parametrize("actor", [actor for actor in WALKERS if actor not in COUNTING])
def test_nobody_finds_on_the_way_what_is_not_theirs_to_know(walked: Walked, actor: str) -> None:
    leaks = {
        walked.column(secret): where
        for secret, where in walked.secrets(actor).items()
        if actor not in (WORKERS_HERE if secret.startswith(("plant", "naamother")) else MAY_KNOW.get(secret, "")).split()
    }
    assert leaks == {}


@pytest.mark.parametrize("actor", WALKERS)
def test_nothing_breaks_on_the_way(walked: Walked, actor: str) -> None:
    assert [(step.method, step.address, step.answer.status) for step in walked.steps[actor] if step.answer.status >= 500] == []


def test_the_walks_are_long_and_find_what_there_is_to_find(walked: Walked) -> None:
    kinds = {actor: {kind_of(step.address) for step in steps if step.answer.status == 200} for actor, steps in walked.steps.items()}
    assert len(kinds["facilitator"]) > 60 and len(kinds["coordinator"]) > 20 and all(len(found) > 15 for found in kinds.values())
    assert {"/desk/people/ID?", "/desk/posts/ID?", "/desk/matches/ID?"} <= kinds["facilitator"]
    found = {walked.column(secret) for secret in walked.secrets("facilitator")}
    assert "person.given_name" in found and len(walked.secrets("facilitator")) > 20
    assert {name for name in WALKERS if name in RESIDENTS and f"naam{name}" not in walked.secrets(name)} == set()


def test_no_secret_reaches_a_log_a_metric_or_a_counter(stage: Stage, walked: Walked, logged: Spy, cluster: Cluster) -> None:
    assert [line for line in logged if SECRET.search(line)] == []
    metrics = generate_latest().decode()
    assert SECRET.search(metrics) is None and UUIDS.search(metrics) is None
    routes = {re.sub(r":\w+\}", "}", route.path) for route in stage.app.routes}
    assert set(re.findall(r'route="([^"]*)"', metrics)) <= routes | {""}
    assert [key for key in walked.keys if SECRET.search(key) or "@example.org" in key] == []
    assert SECRET.search(cluster.log.read_text(errors="replace")) is None
