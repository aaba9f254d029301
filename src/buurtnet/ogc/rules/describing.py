"""What the service says of itself: start, conformance, collections, columns. In English; pages say the same in the reader's language."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from buurtnet.kit.text import N_
from buurtnet.ogc.rules.columns import COLUMNS
from buurtnet.ogc.rules.crs import CRS84, OFFERED, STORED
from buurtnet.ogc.schemas import Collection, Extent, Link

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI, SCHEMA = "application/vnd.oai.openapi+json;version=3.0", "application/schema+json"
ROOT = "/ogc"
CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
"""Not the class `html`: it wants every coordinate on the pages for people."""
TITLE = N_("The map data for other programs")
ABOUT = N_("Outlines of neighbourhoods, and what is measured of help between neighbours, for QGIS and other programs.")
RULE = N_("No figure comes from fewer than 10 people, and none can be had by subtracting. Numbers are rounded to 5.")


class Told(msgspec.Struct, frozen=True):
    """A collection in words (msgids): its title and what is in it."""

    title: str
    text: str
    more: str


TOLD = {
    Collection.NEIGHBOURHOODS: Told(
        N_("Neighbourhoods"),
        N_("The outlines of the neighbourhoods, with their names and codes."),
        N_("Those that hold now, unless another day is asked."),
    ),
    Collection.MEASURES: Told(
        N_("Measures of neighbourhoods"),
        N_("Every measure of a neighbourhood, month and window, each with a mark that says why it is missing."),
        N_("The newest published month over 12 months, unless another one is asked."),
    ),
}


def make_href(base: str, path: str, **said: str | int | None) -> str:
    """The full address of something of this service, with what is asked of it."""
    asked = urlencode({name: value for name, value in said.items() if value is not None})
    return f"{base}{ROOT}{path}{f'?{asked}' if asked else ''}"


def self_links(base: str, path: str, *, kind: str = JSON, title: str = "This in JSON") -> list[Link]:
    """To the same thing as it is and as a page for people."""
    return [
        Link(href=make_href(base, path), rel="self", type=kind, title=title),
        Link(href=make_href(base, path, f="html"), rel="alternate", type=HTML, title="This as a page"),
    ]


def describe_service(base: str) -> dict[str, Any]:
    """The landing page (Part 1, 7.2)."""
    links = [
        *self_links(base, ""),
        Link(href=make_href(base, "/api"), rel="service-desc", type=OPENAPI, title="What may be asked (OpenAPI 3.0)"),
        Link(href=make_href(base, "/api", f="html"), rel="service-doc", type=HTML, title="What may be asked, as a page"),
        Link(href=make_href(base, "/conformance"), rel="conformance", type=JSON, title="What of the standard is kept"),
        Link(href=make_href(base, "/collections"), rel="data", type=JSON, title="The collections"),
    ]
    return {"title": f"Buurtnet: {TITLE.lower()}", "description": f"{ABOUT} {RULE}", "links": links}


def describe_conformance() -> dict[str, Any]:
    """The conformance classes (Part 1, 7.4)."""
    return {"conformsTo": CONFORMS}


def describe_collections(base: str, extent: Extent, attributions: Sequence[str]) -> dict[str, Any]:
    """All collections (Part 1, 7.13), and the systems in which they all come (Part 2, 6.2)."""
    return {
        "links": self_links(base, "/collections"),
        "crs": [one.uri for one in OFFERED],
        "collections": [describe_collection(base, one, extent, attributions) for one in Collection],
    }


def describe_collection(base: str, collection: Collection, extent: Extent, attributions: Sequence[str]) -> dict[str, Any]:
    """One collection (Part 1, 7.14)."""
    told, path = TOLD[collection], f"/collections/{collection.value}"
    days = [[extent.first_day, extent.last_day]] if collection is Collection.MEASURES else [[None, None]]
    interval = [[f"{first}T00:00:00Z" if first else None, f"{last}T23:59:59Z" if last else None] for first, last in days]
    edges = [extent.west, extent.south, extent.east, extent.north]
    spatial = {"spatial": {"bbox": [[round(edge, 6) for edge in edges if edge is not None]], "crs": CRS84.uri}} if None not in edges else {}
    links = [
        *self_links(base, path),
        Link(href=make_href(base, f"{path}/items"), rel="items", type=GEOJSON, title="The features as GeoJSON"),
        Link(href=make_href(base, f"{path}/items", f="html"), rel="items", type=HTML, title="The features as a page"),
        # GDAL before 3.7 knows this name in no other spelling; in which case it stands does not matter (RFC 8288, 2.1).
        Link(href=make_href(base, f"{path}/schema"), rel="describedBy", type=SCHEMA, title="The columns (JSON Schema)"),
    ]
    return {
        "id": collection.value,
        "title": told.title,
        "description": " ".join([told.text, told.more, *([RULE] if collection is Collection.MEASURES else [])]),
        "attribution": " · ".join(attributions),
        "itemType": "feature",
        "extent": {**spatial, "temporal": {"interval": interval}},
        "crs": [one.uri for one in OFFERED],
        "storageCrs": STORED.uri,
        "links": links,
    }


def describe_columns(base: str, collection: Collection) -> dict[str, Any]:
    """The JSON Schema of a feature; GDAL reads from it which kind each column is.

    Every column may be empty (null): a `type` of two kinds would say so too, but GDAL takes such a column for text.
    """
    properties = {
        one.name: {"type": one.kind, "description": one.text}
        | ({"format": one.format} if one.format else {})
        | ({"x-ogc-unit": one.unit} if one.unit else {})
        | ({"enum": list(one.choices)} if one.choices else {})
        for one in COLUMNS[collection]
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": make_href(base, f"/collections/{collection.value}/schema"),
        "title": TOLD[collection].title,
        "description": f"{TOLD[collection].text} A value that is not there is null.",
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "title": "The outline, a MultiPolygon", "format": "geometry-multipolygon"},
            "properties": {"type": "object", "properties": properties},
        },
        "required": ["type", "id", "geometry", "properties"],
    }
