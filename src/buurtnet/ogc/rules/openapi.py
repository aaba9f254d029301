"""The description of the service for programs, in OpenAPI 3.0 as the standard's class `oas30` wants it. QGIS and GDAL read limits and filters from it."""

from collections.abc import Sequence
from typing import Any

from buurtnet.kit.text import N_
from buurtnet.network.schemas import WINDOWS, Mark
from buurtnet.ogc.rules.asking import ASKABLE, ASSUMED, FORMS, MOST, SOME
from buurtnet.ogc.rules.columns import COLUMNS, MARK_SAYS, Column
from buurtnet.ogc.rules.crs import CRS84, OFFERED
from buurtnet.ogc.rules.describing import ABOUT, GEOJSON, HTML, JSON, OPENAPI, ROOT, RULE, SCHEMA, TITLE, TOLD
from buurtnet.ogc.schemas import Collection

URIS = [one.uri for one in OFFERED]
LIST = {"style": "form", "explode": False}
BOX: dict[str, Any] = {
    "type": "array",
    "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    "items": {"type": "number"},
}
PARAMETERS: dict[str, dict[str, Any]] = {
    "f": {
        "schema": {"type": "string", "enum": list(FORMS)},
        "description": N_("As JSON or as a page for people; else as the program says it prefers."),
    },
    "limit": {
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": SOME},
        **LIST,
        "description": N_("How many features come at once."),
    },
    "after": {
        "schema": {"type": "string", "maxLength": 500},
        "description": N_("Where the next page begins: only as the link to it says."),
    },
    "bbox": {
        "schema": BOX,
        **LIST,
        "description": N_("Only what touches this box: west, south, east, north. A box may cross the date line."),
    },
    "bbox-crs": {
        "schema": {"type": "string", "format": "uri", "enum": URIS, "default": CRS84.uri},
        **LIST,
        "description": N_("The coordinate system of the box."),
    },
    "crs": {
        "schema": {"type": "string", "format": "uri", "enum": URIS, "default": CRS84.uri},
        **LIST,
        "description": N_("The coordinate system of the outlines."),
    },
    "datetime": {
        "schema": {"type": "string"},
        **LIST,
        "description": N_("A day, a moment, or two with a slash: 2026-01-01/2026-06-30, 2026-01-01/.."),
    },
    "municipality": {"schema": {"type": "string"}, **LIST, "description": N_("The code of a municipality, such as 21015.")},
    "code": {"schema": {"type": "string"}, **LIST, "description": N_("The code of a neighbourhood.")},
    "month": {
        "schema": {"type": "string", "pattern": "^[12][0-9]{3}-(0[1-9]|1[0-2])$"},
        **LIST,
        "description": N_("A published month, such as 2026-10."),
    },
    "window": {
        "schema": {"type": "integer", "enum": list(WINDOWS), "default": ASSUMED},
        **LIST,
        "description": N_("Months over which was counted."),
    },
    "mark": {"schema": {"type": "string", "enum": [mark.value for mark in Mark]}, **LIST, "description": MARK_SAYS},
}
"""What may be asked; the descriptions are msgids, for the page says them too. Where QGIS is to offer a filter, style and explode are spelled out."""


def describe_api(base: str) -> dict[str, Any]:
    """The whole description; `base` is where people reach the installation."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"Buurtnet: {TITLE.lower()}",
            "version": "1",
            "description": f"{ABOUT} {RULE} OGC API – Features, Part 1 and Part 2.",
            "contact": {"name": "Buurtnet", "url": f"{base}/contact"},
            "license": {"name": "EUPL-1.2 (the program); the makers of the boundaries stand with the collections"},
        },
        "servers": [{"url": f"{base}{ROOT}"}],
        "tags": [{"name": "service"}, *({"name": one.value, "description": TOLD[one].text} for one in Collection)],
        "paths": {
            "/": _get("getLandingPage", "Where to begin", "service", ["f"], JSON, "landingPage"),
            "/api": _get("getApi", "This description", "service", ["f"], OPENAPI, "anything"),
            "/conformance": _get("getConformance", "What of the standard is kept", "service", ["f"], JSON, "conformance"),
            "/collections": _get("getCollections", "The collections", "service", ["f"], JSON, "collections"),
            **{path: item for one in Collection for path, item in _paths(one).items()},
        },
        "components": {
            "parameters": {name: {"name": name, "in": "query", "required": False, **said} for name, said in PARAMETERS.items()},
            "schemas": SCHEMAS | {f"{one.value}Feature": _feature(COLUMNS[one]) for one in Collection},
            "responses": RESPONSES,
        },
    }


def _paths(one: Collection) -> dict[str, Any]:
    name, path = one.value.title(), f"/collections/{one.value}"
    single = _get(f"get{name}Feature", "One feature", one.value, ["f", "crs"], GEOJSON, f"{one.value}Feature", missing=True)
    single["get"]["parameters"].insert(0, {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}})
    items = _get(f"get{name}", TOLD[one].text, one.value, ASKABLE[one], GEOJSON, "anything")
    page = {
        "type": "object",
        "required": ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": {"$ref": f"#/components/schemas/{one.value}Feature"}},
            "links": {"$ref": "#/components/schemas/links"},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
        },
    }
    items["get"]["responses"]["200"]["content"][GEOJSON]["schema"] = page
    for operation in (items, single):
        operation["get"]["responses"]["200"]["headers"] = {
            "Content-Crs": {"description": "The coordinate system of the outlines, in angle brackets", "schema": {"type": "string"}}
        }
    return {
        path: _get(f"describe{name}", "The collection", one.value, ["f"], JSON, "collection"),
        f"{path}/schema": _get(f"get{name}Schema", "The columns", one.value, ["f"], SCHEMA, "anything"),
        f"{path}/items": items,
        f"{path}/items/{{featureId}}": single,
    }


def _get(
    operation: str, summary: str, tag: str, parameters: Sequence[str], kind: str, schema: str, *, missing: bool = False
) -> dict[str, Any]:
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}, HTML: {"schema": {"type": "string"}}}
    refused = {code: {"$ref": f"#/components/responses/{name}"} for code, name in REFUSED.items() if missing or code != "404"}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag],
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": {"200": {"description": "What was asked", "content": content}} | refused,
        }
    }


def _feature(columns: Sequence[Column]) -> dict[str, Any]:
    """A feature with its columns, each of which may be null."""
    properties = {
        one.name: {"type": one.kind, "nullable": True, "description": one.text} | ({"format": one.format} if one.format else {})
        for one in columns
    }
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"$ref": "#/components/schemas/outline"},
            "properties": {"type": "object", "properties": properties},
            "links": {"$ref": "#/components/schemas/links"},
        },
    }


TEXT: dict[str, Any] = {"type": "string"}
URI: dict[str, Any] = {"type": "string", "format": "uri"}
SCHEMAS: dict[str, Any] = {
    "anything": {"type": "object"},
    "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
    "link": {
        "type": "object",
        "required": ["href", "rel"],
        "properties": {"href": URI, "rel": TEXT, "type": TEXT, "title": TEXT, "hreflang": TEXT},
    },
    "landingPage": {
        "type": "object",
        "required": ["links"],
        "properties": {"title": TEXT, "description": TEXT, "links": {"$ref": "#/components/schemas/links"}},
    },
    "conformance": {"type": "object", "required": ["conformsTo"], "properties": {"conformsTo": {"type": "array", "items": URI}}},
    "collections": {
        "type": "object",
        "required": ["links", "collections"],
        "properties": {
            "links": {"$ref": "#/components/schemas/links"},
            "crs": {"type": "array", "items": URI},
            "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
        },
    },
    "collection": {
        "type": "object",
        "required": ["id", "links", "crs", "storageCrs"],
        "properties": {
            "id": TEXT,
            "title": TEXT,
            "description": TEXT,
            "attribution": TEXT,
            "itemType": TEXT,
            "extent": {"type": "object"},
            "crs": {"type": "array", "items": TEXT},
            "storageCrs": URI,
            "links": {"$ref": "#/components/schemas/links"},
        },
    },
    "outline": {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["MultiPolygon"]},
            "coordinates": {
                "type": "array",
                "items": {
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "array", "minItems": 2, "items": {"type": "number"}}},
                },
            },
        },
    },
    "problem": {
        "type": "object",
        "required": ["title", "status", "detail"],
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "errors": {"type": "array", "items": {"type": "object", "properties": {"field": TEXT, "detail": TEXT}}},
        },
    },
}
REFUSED = {"400": "NotUnderstood", "404": "NotThere", "406": "NotOffered", "503": "TooMuch"}
SAID = {
    "NotUnderstood": "Something in the address is not understood; `errors` names it",
    "NotThere": "There is no such feature",
    "NotOffered": "Neither JSON nor a page is accepted",
    "TooMuch": "It took too long; ask for less",
}
RESPONSES = {
    name: {"description": text, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}}
    for name, text in SAID.items()
}
