"""What the service says of itself is valid, complete and true; and each thing is also a page for people."""

import json
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_30

from buurtnet.kit.db import Db
from buurtnet.network.schemas import Measure
from buurtnet.ogc.rules.asking import ASKABLE, MOST, SOME
from buurtnet.ogc.rules.columns import COLUMNS
from buurtnet.ogc.rules.crs import OFFERED
from buurtnet.ogc.schemas import Collection

PAGES = (
    "",
    "/conformance",
    "/api",
    "/collections",
    *(f"/collections/{one.value}{part}" for one in Collection for part in ("", "/schema", "/items")),
    "/collections/neighbourhoods/items/1",
    "/collections/measures/items/2-2026-10-12",
)


def links_of(body: Any) -> list[dict[str, str]]:
    """All links of a document, however deep."""
    if isinstance(body, dict):
        own = (
            [one for one in body.get("links", ()) if isinstance(one, dict) and "href" in one] if isinstance(body.get("links"), list) else []
        )
        return own + [one for value in body.values() for one in links_of(value)]
    return [one for value in body for one in links_of(value)] if isinstance(body, list) else []


async def test_every_link_leads_to_what_it_promises(client, months) -> None:
    waiting, seen = ["http://127.0.0.1:8000/ogc"], set[str]()
    while waiting:
        answer = await client.get(address := waiting.pop())
        assert answer.status_code == 200, address
        for one in links_of(answer.json()) if "json" in answer.headers["content-type"] else ():
            if one["href"] not in seen:
                seen.add(one["href"])
                found = await client.get(one["href"])
                assert (
                    found.status_code == 200
                    and found.headers["content-type"].replace(" ", "").removesuffix(";charset=utf-8") == one["type"]
                ), one
                waiting.append(one["href"])
    assert {f"http://127.0.0.1:8000/ogc{path}" for path in PAGES if "/items/" not in path} <= seen


async def test_it_is_openapi_3_0(client) -> None:
    answer = await client.get("/ogc/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    described = answer.json()
    assert [error.message for error in jsonschema_rs.validator_for(OPENAPI_30).iter_errors(described)] == []
    names = [item["get"]["operationId"] for item in described["paths"].values()]
    assert len(set(names)) == len(names) == 12
    for text in json.dumps(described).split('"$ref": "')[1:]:
        found: Any = described
        for part in text.partition('"')[0].removeprefix("#/").split("/"):
            found = found[part]
    limit = described["components"]["parameters"]["limit"]["schema"]
    assert (limit["maximum"], limit["default"]) == (MOST, SOME)
    for one in Collection:
        said = described["paths"][f"/collections/{one.value}/items"]["get"]["parameters"]
        assert [parameter["$ref"].rpartition("/")[2] for parameter in said] == list(ASKABLE[one])


async def test_features_are_as_described(client, months) -> None:
    described = (await client.get("/ogc/api")).json()
    for one in Collection:
        page = (await client.get(f"/ogc/collections/{one.value}/items")).json()
        [kind] = [
            content["schema"]
            for name, content in described["paths"][f"/collections/{one.value}/items"]["get"]["responses"]["200"]["content"].items()
            if name == "application/geo+json"
        ]
        shapes = json.loads(json.dumps({**kind, "components": described["components"]}), object_hook=_nullable)
        assert [error.message for error in jsonschema_rs.validator_for(shapes).iter_errors(page)] == []
        named = [column.name for column in COLUMNS[one]]
        schema = (await client.get(f"/ogc/collections/{one.value}/schema")).json()
        assert list(schema["properties"]["properties"]["properties"]) == named
        jsonschema_rs.meta.validate(schema)
        assert all(list(feature["properties"]) == named for feature in page["features"])
    assert {measure.value for measure in Measure} <= set(named)


def _nullable(shape: dict[str, Any]) -> dict[str, Any]:
    """`nullable` of OpenAPI 3.0 in the words of JSON Schema."""
    if shape.pop("nullable", False):
        shape["type"] = [shape["type"], "null"]
    return shape


async def test_what_is_declared_is_what_is_kept(client) -> None:
    assert (await client.get("/ogc/conformance")).json()["conformsTo"] == [
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    ]


async def test_a_collection_tells_where_when_and_in_which_systems(client, connection: Db, months) -> None:
    found = {one["id"]: one for one in (await client.get("/ogc/collections")).json()["collections"]}
    assert set(found) == {one.value for one in Collection}
    row = await connection.fetchrow(
        "select ST_XMin(e) a, ST_YMin(e) b, ST_XMax(e) c, ST_YMax(e) d from (select ST_Extent(ST_Transform(outline, 4326)) e from neighbourhood) x"
    )
    for name, one in found.items():
        assert one == (await client.get(f"/ogc/collections/{name}")).json()
        assert (one["itemType"], one["storageCrs"]) == ("feature", "http://www.opengis.net/def/crs/EPSG/0/3035")
        assert one["crs"] == [crs.uri for crs in OFFERED] and one["storageCrs"] in one["crs"]
        assert one["extent"]["spatial"]["bbox"] == [pytest.approx(list(row.values()), abs=1e-6)]
        assert "Schematic drawing" in one["attribution"]
    assert found["measures"]["extent"]["temporal"]["interval"] == [["2026-08-01T00:00:00Z", "2026-10-31T23:59:59Z"]]
    assert "fewer than 10" in found["measures"]["description"]


async def test_before_anything_is_published_nothing_is_there_and_nothing_breaks(client) -> None:
    assert (await client.get("/ogc/collections/measures")).json()["extent"]["temporal"]["interval"] == [[None, None]]
    assert (await client.get("/ogc/collections/measures/items")).json()["features"] == []
    assert (await client.get("/ogc/collections/measures/items?f=html")).status_code == 200


@pytest.mark.parametrize("path", PAGES)
async def test_programs_get_json_and_people_a_page(client, months, path: str) -> None:
    json_kinds = ("application/json", "application/geo+json", "application/schema+json", "application/vnd.oai.openapi+json;version=3.0")
    for headers in ({"Accept": "*/*"}, {"Accept": "application/json"}, {"Accept": "application/geo+json, application/json"}):
        assert (await client.get(f"/ogc{path}", headers=headers)).headers["content-type"] in json_kinds
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = await client.get(f"/ogc{path}", headers=browser)
    assert page.headers["content-type"] == "text/html; charset=utf-8" and "<h1" in page.text and page.headers["content-encoding"] == "gzip"
    assert (await client.get(f"/ogc{path}?f=json", headers=browser)).headers["content-type"] in json_kinds
    assert (await client.get(f"/ogc{path}?f=html")).headers["content-type"] == "text/html; charset=utf-8"
    wrong = await client.get(f"/ogc{path}?colour=red", headers=browser)
    assert wrong.status_code == 400 and wrong.headers["content-type"].startswith("text/html")


async def test_people_read_figures_marks_and_the_next_page(client, months, hoods: dict[str, int]) -> None:
    page = (await client.get("/ogc/collections/measures/items?f=html&limit=7")).text
    assert "October 2026" in page and "Too few people to show" in page and "In all: 15" in page
    assert "after=" in page and page.count('<li><a class="row"') == 7
    feature = (await client.get(f"/ogc/collections/measures/items/{hoods['Dailly']}-2026-10-12?f=html")).text
    assert "Dailly" in feature and "first_yes_hours" in feature and "Too few people to show" in feature
    api = (await client.get("/ogc/api?f=html")).text
    assert all(f"<code>{name}</code>" in api for name in ASKABLE[Collection.MEASURES])
