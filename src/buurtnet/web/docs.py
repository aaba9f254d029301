"""The description of the interface for programs, as a page made of our own parts."""

from functools import lru_cache
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get

from buurtnet.web.shell import render

METHODS = ("get", "post", "put", "patch", "delete")


class Operation(msgspec.Struct, frozen=True):
    """One thing a program can ask, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    body: str | None
    answers: list[tuple[str, str]]
    example: str | None


def _shape(schema: dict[str, Any] | None) -> str | None:
    """A schema in a few words: the name of a Struct, `list of Name`, or a plain type."""
    if not schema:
        return None
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if schema.get("type") == "array":
        return f"list of {_shape(schema.get('items'))}"
    if "oneOf" in schema or "anyOf" in schema:
        return " or ".join(filter(None, (_shape(one) for one in schema.get("oneOf") or schema["anyOf"])))
    return str(schema.get("type", ""))


def _example(content: dict[str, Any]) -> str | None:
    for media in content.values():
        given = media.get("examples") or (media.get("schema") or {}).get("examples")
        values = list(given.values()) if isinstance(given, dict) else given or []
        if values:
            value = values[0].get("value", values[0]) if isinstance(values[0], dict) else values[0]
            return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return None


def _operation(method: str, path: str, said: dict[str, Any]) -> Operation:
    content: dict[str, Any] = (said.get("requestBody") or {}).get("content", {})
    schema = next((media.get("schema") for media in content.values()), None)
    answers = [(code, answer.get("description", "")) for code, answer in sorted(said.get("responses", {}).items())]
    first: dict[str, Any] = next(
        (answer.get("content", {}) for code, answer in sorted(said.get("responses", {}).items()) if code < "300"), {}
    )
    return Operation(
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        parameters=said.get("parameters", []),
        body=_shape(schema),
        answers=answers,
        example=_example(content) or _example(first),
    )


class Described(msgspec.Struct, frozen=True):
    """What the page shows: the operations by subject, and the fields of each shape."""

    info: dict[str, Any]
    subjects: dict[str, list[Operation]]
    shapes: dict[str, list[tuple[str, str | None, bool]]]


@lru_cache(1)
def _describe(app: Litestar) -> Described:
    """The description of an application, made once: it takes longer than any page."""
    schema = app.openapi_schema.to_schema()
    subjects: dict[str, list[Operation]] = {}
    for path, item in sorted(schema.get("paths", {}).items()):
        for method in METHODS:
            if method in item:
                subjects.setdefault((item[method].get("tags") or ["Other"])[0], []).append(_operation(method, path, item[method]))
    shapes = {
        name: [(field, _shape(kind), field in shape.get("required", [])) for field, kind in shape.get("properties", {}).items()]
        for name, shape in sorted(schema.get("components", {}).get("schemas", {}).items())
        if shape.get("properties")
    }
    return Described(schema["info"], subjects, shapes)


@get("/api/docs", opt={"database": False}, include_in_schema=False, sync_to_thread=False)
def show_docs(request: Request[Any, Any, Any]) -> Response[str]:
    """Every operation by subject, with parameters, bodies, answers and examples; and the shapes they use."""
    described = _describe(request.app)
    return render(request, "web/docs.html", public=True, info=described.info, subjects=described.subjects, shapes=described.shapes)
