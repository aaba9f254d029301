"""The description for programs: valid, complete, and true of what the endpoints do with whatever it allows, and with what it does not."""

import json
import re
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as run
from schemathesis.core import NotSet
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.access import ACTORS, ROUTES
from tests.browser.screens import address_of
from tests.stage import Stage
from tests.test_hostile import is_spilled

METHODS = ("get", "post", "put", "patch", "delete")
ROLES = ("visitor", "asker", "facilitator")
RIGHT, WRONG = 4, 4
"""How many cases of an operation are as described, and how many are not."""


@pytest.fixture(scope="module")
async def schema(stage: Stage) -> dict[str, Any]:
    """The description as programs get it."""
    answer = await stage.ask("visitor", "GET", "/api/openapi.json")
    assert answer.status == 200 and answer.headers["content-type"].startswith("application/")
    return json.loads(answer.text)


def operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each operation by method and path."""
    return {f"{method.upper()} {path}": item[method] for path, item in schema["paths"].items() for method in METHODS if method in item}


def plain(path: str) -> str:
    """A path of the matrix as the description writes it: {post_id:uuid} is {post_id}."""
    return re.sub(r":\w+\}", "}", path)


def test_it_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1.")
    errors = [error.message for error in jsonschema_rs.validator_for(OPENAPI_31).iter_errors(schema)]
    assert errors == []
    for shape in schema["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **shape})
    for reference in re.findall(r'"\$ref":\s*"([^"]+)"', json.dumps(schema)):
        found: Any = schema
        for part in reference.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]


def test_every_operation_says_what_it_is(schema: dict[str, Any]) -> None:
    found = operations(schema)
    names = [said.get("operationId") for said in found.values()]
    assert len(names) == len(set(names))
    missing: list[tuple[str, str]] = []
    for name, said in found.items():
        missing += [(name, key) for key in ("operationId", "summary", "description", "tags") if not said.get(key)]
        if not re.fullmatch(r"[a-z][a-zA-Z]+", said.get("operationId", "")):
            missing.append((name, "a name for programs"))
    assert missing == []


def shape_of(schema: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in said:
        said = schema["components"]["schemas"][said["$ref"].rpartition("/")[2]]
    return said


def test_every_body_has_an_example_that_fits(schema: dict[str, Any]) -> None:
    missing: list[str] = []
    for name, said in operations(schema).items():
        for media in said.get("requestBody", {}).get("content", {}).values():
            examples = shape_of(schema, media["schema"]).get("examples", [])
            if not examples:
                missing.append(name)
            for example in examples:
                check = jsonschema_rs.validator_for({**media["schema"], "components": schema["components"]})
                assert [error.message for error in check.iter_errors(example)] == [], name
    assert missing == []


def test_the_example_of_an_answer_fits_it(schema: dict[str, Any]) -> None:
    """But for fields that are null in it: the framework leaves them out of examples."""
    for name, said in operations(schema).items():
        for code, answer in said["responses"].items():
            for media in answer.get("content", {}).values():
                for example in media.get("examples", {}).values() if code < "300" else ():
                    check = jsonschema_rs.validator_for({**media["schema"], "components": schema["components"]})
                    wrong = [error.message for error in check.iter_errors(example["value"])]
                    assert [message for message in wrong if not message.endswith("is a required property")] == [], (name, code)


def test_it_describes_every_endpoint_for_programs_and_no_page(schema: dict[str, Any]) -> None:
    described = set(operations(schema))
    endpoints = {f"{name.split(' ')[0]} {plain(name.split(' ')[1])}" for name in ROUTES}
    assert described <= endpoints
    assert {name for name in endpoints if "/api/v1/" in name} <= described


@pytest.mark.parametrize("name", [name for name in ROUTES if name.startswith("GET /api/v1/")])
async def test_what_an_endpoint_answers_is_what_it_promises(stage: Stage, schema: dict[str, Any], name: str) -> None:
    method, path = name.split(" ")
    route, promised = ROUTES[name], operations(schema)[f"{method} {plain(path)}"]["responses"]["200"]["content"]
    [kind] = promised
    check = jsonschema_rs.validator_for({**promised[kind]["schema"], "components": schema["components"]}, validate_formats=True)
    told = 0
    for target in route.of or [None]:
        for actor in ACTORS:
            if route.statuses(method, path, target)[actor] == 200:
                given = dict(route.sends(stage)) if route.sends else {}
                answer = await stage.ask(actor, method, address_of(name, given, stage.ids.get(target)), **given)
                assert answer.status == 200
                assert answer.headers["content-type"].partition(";")[0] == kind
                if kind == "application/json":
                    assert [error.message for error in check.iter_errors(json.loads(answer.text))] == [], (actor, target)
                told += 1
    assert told


# --- whatever is allowed, and what is not ----------------------------------------------------------------------------------------


def draw(operation: Any, mode: GenerationMode, many: int) -> list[Case]:
    """So many cases of an operation, the same ones each time."""
    cases: list[Case] = []

    @seed(1030)
    @run(max_examples=many, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def keep(case: Case) -> None:
        cases.append(case)

    try:
        keep()
    except Exception as error:  # An operation without parameters cannot be asked wrongly.
        if mode is GenerationMode.POSITIVE or type(error).__name__ not in (
            "Unsatisfiable",
            "UnsatisfiableParameter",
            "SkipTest",
            "Skipped",
        ):
            raise
    return cases[:many]


def as_request(case: Case, stage: Stage, targets: list[str]) -> tuple[str, dict[str, Any]]:
    """Address and arguments of httpx; ids are those of real things, every other time."""
    path = case.path
    for number, (name, value) in enumerate((case.path_parameters or {}).items()):
        real = targets and (len(str(value)) + number) % 2 == 0
        path = path.replace(f"{{{name}}}", str(stage.ids[targets[0]]) if real and name.endswith("_id") else quote(str(value), safe=""))
    sent: dict[str, Any] = {"params": dict(case.query or {})}
    if not isinstance(case.body, NotSet):
        sent["content"] = case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode("utf-8", "surrogatepass")
        sent["headers"] = {"Content-Type": case.media_type or "application/json"}
    return path, sent


async def test_no_case_brings_an_endpoint_down(stage: Stage, schema: dict[str, Any]) -> None:
    described = schemathesis.openapi.from_dict(schema)
    by_plain = {f"{name.split(' ')[0]} {plain(name.split(' ')[1])}": route for name, route in ROUTES.items()}
    asked, wrong = 0, list[object]()
    for found in described.get_all_operations():
        operation = found.ok()
        name = f"{operation.method.upper()} {operation.path}"
        targets = list(by_plain[name].of or [])
        cases = draw(operation, GenerationMode.POSITIVE, RIGHT) + draw(operation, GenerationMode.NEGATIVE, WRONG)
        for case in cases:
            path, sent = as_request(case, stage, targets)
            for role in ROLES:
                answer = await stage.ask(role, case.method, path, **sent)
                asked += 1
                if answer.status >= 500 or is_spilled(answer.text):
                    wrong.append((name, role, path, sent, answer.status))
                if answer.status >= 400 and answer.written - by_plain[name].apart:
                    wrong.append((name, role, path, sent, answer.written))
    assert not wrong, "\n".join(map(str, wrong[:20]))
    assert asked > 400
