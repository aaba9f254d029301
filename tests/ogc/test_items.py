"""Features as programs read them: what is in them, what is asked and refused, how a list goes on, what never comes."""

from datetime import date
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest
import shapely
from shapely.geometry import shape

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db
from buurtnet.network.schemas import Mark, Measure
from buurtnet.ogc.api import answering
from buurtnet.ogc.rules.crs import CRS84, OFFERED
from tests.ogc.conftest import HIDDEN, IDLE, MONTHS, PARK, SECRET, SHOWN, value_of

ITEMS = "/ogc/collections/{}/items"
NEIGHBOURHOODS, MEASURES = ITEMS.format("neighbourhoods"), ITEMS.format("measures")
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/31370"


async def ask(client: httpx.AsyncClient, path: str, **said: Any) -> dict[str, Any]:
    answer = await client.get(path, params={name.replace("_", "-"): value for name, value in said.items()})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return answer.json()


async def names(client: httpx.AsyncClient, path: str = MEASURES, **said: Any) -> list[str]:
    found = await ask(client, path, **said)
    assert found["numberReturned"] == len(found["features"]) <= found["numberMatched"]
    return [feature["properties"]["name_nl"] for feature in found["features"]]


def link(page: dict[str, Any], rel: str) -> str | None:
    return next((one["href"] for one in page["links"] if one["rel"] == rel and one["type"] == "application/geo+json"), None)


async def test_a_feature_for_each_neighbourhood_with_every_measure_and_why_it_is_missing(client, months, hoods: dict[str, int]) -> None:
    found = await ask(client, MEASURES)
    assert (found["type"], found["numberMatched"], found["numberReturned"]) == ("FeatureCollection", 15, 15)
    places = {feature["properties"]["name_nl"]: feature["properties"] for feature in found["features"]}
    assert set(places) == set(hoods)
    for name, marked in {HIDDEN: "suppressed", IDLE: "inactive", PARK: "uninhabited", SECRET: "unpublished", "Dailly": "shown"}.items():
        place = places[name]
        assert (place["mark"], place["month"], place["as_of"], place["window"]) == (marked, "2026-10", "2026-10-31", 12)
        for measure in Measure:
            mark = place[f"{measure.value}_mark"]
            if name == "Dailly" and measure is not Measure.FIRST_YES_HOURS:
                assert (
                    mark == "shown"
                    and place[measure.value] == value_of(measure, hoods[name], 12, MONTHS[-1])
                    and place[f"{measure.value}_n"] == 40
                )
            else:
                assert mark == ("suppressed" if name == "Dailly" else marked)
                assert [place[f"{measure.value}{end}"] for end in ("", "_n", "_low", "_high")] == [None] * 4
    assert places["Dailly"]["name_fr"] == "Dailly" and places["Dailly"]["municipality"] == "21015" and places["Dailly"]["schematic"] is True


async def test_those_with_most_figures_come_first_so_that_kinds_of_columns_are_seen_at_once(client, months) -> None:
    assert set(await names(client, limit=len(SHOWN))) == set(SHOWN)


async def test_neither_drafts_nor_months_that_wait_are_there(client, connection: Db, months, hoods: dict[str, int]) -> None:
    snapshot = await connection.fetchval(
        "insert into snapshot (id, kind, as_of) values (gen_random_uuid(), 'draft', '2026-12-02') returning id"
    )
    await connection.execute(
        "insert into network_measure (snapshot_id, area_kind, area_id, window_months, measure, value, n, mark)"
        " values ($1, 'neighbourhood', $2, 12, 'active', 7, 7, 'shown')",
        snapshot,
        hoods["Dailly"],
    )
    assert {one["properties"]["month"] for one in (await ask(client, MEASURES, datetime="2000-01-01/..", limit=500))["features"]} == {
        f"{day:%Y-%m}" for day in MONTHS
    }
    for month in ("2026-11", "2026-12"):
        assert (await ask(client, MEASURES, month=month))["numberMatched"] == 0
        assert (await client.get(f"{MEASURES}/{hoods['Dailly']}-{month}-12")).status_code == 404


async def test_a_value_that_is_not_shown_does_not_come_even_where_it_stands_in_the_table(client, connection: Db, months, hoods) -> None:
    await connection.execute("update network_measure set value = 4321, n = 4321, low = 4321, high = 4321 where mark <> 'shown'")
    assert "4321" not in (await client.get(MEASURES, params={"datetime": "../..", "limit": 500})).text
    assert "4321" not in (await client.get(f"{MEASURES}/{hoods[HIDDEN]}-2026-10-12")).text


async def test_months_are_chosen_by_day_span_and_name(client, months) -> None:
    async def seen(**said: str) -> set[str]:
        return {one["properties"]["month"] for one in (await ask(client, MEASURES, limit=500, **said))["features"]}

    assert await seen() == {"2026-10"}
    assert await seen(datetime="2026-09-15T12:00:00Z") == {"2026-09"}
    assert await seen(datetime="2026-08-31/2026-09-01") == {"2026-08", "2026-09"}
    assert await seen(datetime="../2026-09-30") == {"2026-08", "2026-09"}
    assert await seen(month="2026-08") == {"2026-08"}
    assert await seen(month="2026-08", datetime="2026-09-01/..") == set()
    assert await seen(datetime="2027-01-01/..") == set()
    everything = await ask(client, MEASURES, datetime="../..", limit=500)
    assert everything["numberMatched"] == 45 and len({one["id"] for one in everything["features"]}) == 45
    assert [one["properties"]["month"] for one in everything["features"]] == sorted(
        (one["properties"]["month"] for one in everything["features"]), reverse=True
    )


async def test_properties_filter(client, months, hoods: dict[str, int]) -> None:
    assert set(await names(client, mark="shown")) == set(SHOWN)
    assert await names(client, mark="unpublished") == [SECRET] and await names(client, mark="uninhabited") == [PARK]
    [dailly] = (await ask(client, MEASURES, code=(await code_of(client, "Dailly")), window=3))["features"]
    assert dailly["id"] == f"{hoods['Dailly']}-2026-10-3" and dailly["properties"]["reach"] == value_of(
        Measure.REACH, hoods["Dailly"], 3, MONTHS[-1]
    )
    assert len(await names(client, municipality="21015")) == 15 and await names(client, municipality="11001") == []
    assert await names(client, NEIGHBOURHOODS, code="nothing") == []


async def code_of(client: httpx.AsyncClient, name: str) -> str:
    return next(
        one["properties"]["code"] for one in (await ask(client, NEIGHBOURHOODS))["features"] if one["properties"]["name_nl"] == name
    )


@pytest.mark.parametrize(
    "said", [{}, {"datetime": "../.."}, {"datetime": "../..", "mark": "suppressed"}, {"bbox": "4.37,50.85,4.39,50.87"}]
)
@pytest.mark.parametrize("path", [NEIGHBOURHOODS, MEASURES])
async def test_a_list_goes_on_until_all_was_seen_once(client, months, path: str, said: dict[str, str]) -> None:
    said = {name: value for name, value in said.items() if path == MEASURES or name != "mark"}
    whole = [one["id"] for one in (await ask(client, path, limit=500, **said))["features"]]
    page = await ask(client, path, limit=4, **said)
    seen = [one["id"] for one in page["features"]]
    while following := link(page, "next"):
        assert "offset" not in following and following.startswith("http://127.0.0.1:8000/ogc/")
        page = (await client.get(following)).json()
        assert page["numberMatched"] == len(whole) and 1 <= page["numberReturned"] <= 4
        seen += [one["id"] for one in page["features"]]
    assert seen == whole and len(set(whole)) == len(whole) > 4


async def test_a_list_stays_in_its_month_when_a_new_one_is_published_meanwhile(client, connection: Db, months) -> None:
    first = await ask(client, MEASURES, limit=10)
    await connection.execute("update snapshot set published_at = now() where as_of = '2026-11-30'")
    rest = (await client.get(link(first, "next"))).json()
    assert {one["properties"]["month"] for one in first["features"] + rest["features"]} == {"2026-10"} and rest["numberMatched"] == 15
    assert {one["properties"]["month"] for one in (await ask(client, MEASURES))["features"]} == {"2026-11"}


@pytest.mark.parametrize("crs", OFFERED, ids=lambda crs: crs.name)
async def test_outlines_come_in_each_system_with_its_axes(client, connection: Db, months, crs) -> None:
    """Beside PostGIS's own text of the same outline."""
    answer = await client.get(NEIGHBOURHOODS, params={"crs": crs.uri, "limit": 1})
    assert answer.headers["content-crs"] == f"<{crs.uri}>"
    [feature] = answer.json()["features"]
    east, north = (
        await connection.fetchrow(
            "select ST_X(p) e, ST_Y(p) n from (select ST_Transform(ST_Centroid(outline), $2::int) p from neighbourhood where id = $1) x",
            feature["properties"]["area_id"],
            crs.srid,
        )
    ).values()
    middle = shape(feature["geometry"]).centroid
    near = 1e-4 if crs.degrees else 1
    assert (middle.x, middle.y) == pytest.approx((north, east) if crs.north_first else (east, north), abs=near)
    single = await client.get(f"{NEIGHBOURHOODS}/{feature['id']}", params={"crs": crs.uri})
    assert single.headers["content-crs"] == f"<{crs.uri}>" and single.json()["geometry"] == feature["geometry"]


async def test_without_a_system_outlines_come_as_the_standard_says(client, months) -> None:
    answer = await client.get(NEIGHBOURHOODS)
    assert answer.headers["content-crs"] == f"<{CRS84.uri}>"
    assert all(4.3 < shape(one["geometry"]).centroid.x < 4.5 < shape(one["geometry"]).centroid.y for one in answer.json()["features"])


async def test_a_box_gives_what_touches_it(client, connection: Db, months) -> None:
    every = {one["properties"]["name_nl"]: shape(one["geometry"]) for one in (await ask(client, NEIGHBOURHOODS))["features"]}
    for text in ("4.37,50.86,4.38,50.865", "4.3745,50.8646,4.3747,50.8648", "4.38,50.86,4.38,50.86", "4.36,50.86,4.40,50.86", "4,50,5,51"):
        box = shapely.box(*map(float, text.split(",")))
        touching = {name for name, outline in every.items() if outline.intersects(box)}
        assert set(await names(client, NEIGHBOURHOODS, bbox=text)) == touching == set(await names(client, bbox=text))
    assert await names(client, NEIGHBOURHOODS, bbox="5,51,6,52") == []


async def test_a_box_in_another_system_and_over_the_date_line(client, connection: Db, months) -> None:
    west, south, east, north = (
        await connection.fetchrow(
            "select ST_XMin(e) a, ST_YMin(e) b, ST_XMax(e) c, ST_YMax(e) d"
            " from (select ST_Transform(outline, 31370) e from neighbourhood where names->>'nl' = 'Dailly') x"
        )
    ).values()
    assert "Dailly" in await names(client, bbox=f"{west},{south},{east},{north}", **{"bbox-crs": LAMBERT})
    turned = next(one for one in OFFERED if one.srid == 4326 and one.north_first).uri
    assert await names(client, bbox="50.86,4.37,50.865,4.38", **{"bbox-crs": turned}) == await names(client, bbox="4.37,50.86,4.38,50.865")
    assert len(await names(client, bbox="4,50,-170,52")) == 15  # from here eastward over the date line
    assert await names(client, bbox="170,-90,-170,90") == [] and len(await names(client, bbox="-180,-90,180,90")) == 15
    assert len(await names(client, bbox="-1e30,-1e30,1e30,1e30", **{"bbox-crs": LAMBERT})) == 15


BAD = """
limit=0 limit=-1 limit=x limit= limit=1&limit=2 bbox=1,2,3 bbox=4,51,5,50 bbox=nan,1,2,3 bbox=200,0,201,1 bbox= bbox-crs=EPSG:31370
crs=http://www.opengis.net/def/crs/EPSG/0/28992 crs= crs=EPSG:4326 datetime=soon datetime=2026-13-01 datetime=2026-02-30 datetime=
datetime=2026-12-01/2026-01-01
colour=red offset=10 filter=active>3 f=xml f=geojson f= code=%00 code=%ED%A0%80%00 after=x after=WyJhXHUwMDAwIl0 Limit=1 resultType=hits
"""
BAD_OF_MEASURES = """month=2026-13 month=october window=6 window=x mark=hidden after=WyIyMDI2LTEwIiwxMiwzLCJ4XHUwMDAwIiwxXQ
after=WyIyMDI2LTEwIiw3LDMsIngiLDFd after=WyIyMDI2LTEwIiwxMiw5OTk5OTk5OTk5OTksIngiLDFd after=WyIxOTk5LTEwIiwxMiwzLCJ4IiwxXQ"""


@pytest.mark.parametrize("query", BAD.split())
@pytest.mark.parametrize("path", [NEIGHBOURHOODS, MEASURES])
async def test_what_is_not_understood_is_refused_and_named(client, months, path: str, query: str) -> None:
    answer = await client.get(f"{path}?{query}")
    assert answer.status_code == 400 and answer.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in answer.json()["errors"]] == [query.partition("=")[0]]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("query", BAD_OF_MEASURES.split())
async def test_what_is_not_understood_of_measures_alone(client, months, query: str) -> None:
    assert (await client.get(f"{MEASURES}?{query}")).status_code == 400
    assert (await client.get(f"{NEIGHBOURHOODS}?{query}")).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/conformance",
        "/api",
        "/collections",
        "/collections/measures",
        "/collections/measures/schema",
        "/collections/neighbourhoods/items/1",
    ],
)
async def test_nothing_unknown_is_asked_anywhere(client, path: str) -> None:
    assert (await client.get(f"/ogc{path}?limit=1")).status_code == 400
    assert (await client.get(f"/ogc{path}?f=xml")).status_code == 400
    for accepted in ("image/png", "application/gml+xml, text/csv"):
        assert (await client.get(f"/ogc{path}", headers={"Accept": accepted})).status_code == 406


async def test_absurdly_many_are_the_most_there_are_at_once(client, months) -> None:
    assert len(await names(client, limit="9" * 300)) == 15


ABSENT = "0 999 x 1-2026-10-12 2147483648 99999999999 -1 1%00 1-2026-02-30 1-2025-01-01 %ED%A0%80"
ABSENT_OF_MEASURES = (
    "1 1-2026-10 1-2026-10-6 1-2026-13-12 1-2031-01-12 999-2026-10-12 2147483648-2026-10-12 9999999999-2026-10-12 1-0000-01-12"
)


@pytest.mark.parametrize(
    "path",
    [
        *(f"{NEIGHBOURHOODS}/{one}" for one in ABSENT.split()),
        *(f"{MEASURES}/{one}" for one in ABSENT_OF_MEASURES.split()),
        *(f"/ogc{one}" for one in ("/collections/people", "/collections/people/items", "/collections/measures/items/1/2", "/nothing")),
    ],
)
async def test_what_is_not_there_is_not_there(client, months, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"


async def test_each_feature_has_an_address_of_its_own(client, months) -> None:
    for path in (NEIGHBOURHOODS, MEASURES):
        for feature in (await ask(client, path, datetime="../.."))["features"][::7]:
            single = (await client.get(f"{path}/{quote(feature['id'])}")).json()
            assert {name: single[name] for name in feature} == feature
            assert {one["rel"] for one in single["links"]} >= {"self", "alternate", "collection"}


async def test_an_answer_that_is_known_is_not_sent_again_until_something_changes(client, connection: Db, months) -> None:
    first = await client.get(MEASURES)
    tag = first.headers["etag"]
    assert tag.startswith('W/"') and first.headers["cache-control"].startswith("public") and "Accept" in first.headers["vary"]
    again = await client.get(MEASURES, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"") and again.headers["content-crs"] == f"<{CRS84.uri}>"
    assert (await client.get(MEASURES, params={"window": 3})).headers["etag"] != tag
    await connection.execute("update snapshot set published_at = now() + interval '1 second' where as_of = '2026-11-30'")
    fresh = await client.get(MEASURES, headers={"If-None-Match": tag})
    assert fresh.status_code == 200 and fresh.headers["etag"] != tag
    await connection.execute("update boundary_import set imported_at = imported_at + interval '1 hour'")
    assert (await client.get(MEASURES)).headers["etag"] != fresh.headers["etag"]


async def test_other_websites_may_read_it_and_it_travels_packed(client, months) -> None:
    answer = await client.get(MEASURES, headers={"Origin": "https://elsewhere.example", "Accept-Encoding": "gzip"})
    assert answer.headers["access-control-allow-origin"] == "*" and "Content-Crs" in answer.headers["access-control-expose-headers"]
    assert answer.headers["content-encoding"] == "gzip"
    plain = await client.get(MEASURES, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.json()["features"] == answer.json()["features"]


async def test_a_month_stands_on_the_outlines_names_and_codes_of_its_day(client, connection: Db, months, hoods: dict[str, int]) -> None:
    """An import of the first of October: Dailly got another form, name and code, Plasky is no more."""
    day, dailly, plasky = date(2026, 10, 1), hoods["Dailly"], hoods["Plasky"]
    shared = "id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, inhabited, schematic, source"
    await connection.execute(
        f"insert into earlier_neighbourhood ({shared}, valid_from, valid_to) select {shared}, valid_from, $2 from neighbourhood where id = $1",
        dailly,
        day,
    )
    await connection.execute(
        "update neighbourhood set code = 'new', names = $3, valid_from = $2, outline = ST_Multi(ST_Buffer(point, 100)) where id = $1",
        dailly,
        day,
        {"nl": "Nieuw"},
    )
    await connection.execute("update neighbourhood set valid_to = $2 where id = $1", plasky, day)
    then, now = await ask(client, MEASURES, month="2026-09"), await ask(client, MEASURES)
    assert (then["numberMatched"], now["numberMatched"]) == (15, 14)
    was, has = ({one["properties"]["area_id"]: one for one in page["features"]} for page in (then, now))
    assert (
        was[dailly]["properties"]["name"] == "Dailly"
        and has[dailly]["properties"] | {"name": "Nieuw", "code": "new"} == has[dailly]["properties"]
    )
    assert shape(was[dailly]["geometry"]).area > 5 * shape(has[dailly]["geometry"]).area
    assert plasky in was and plasky not in has
    for month in MONTHS:
        rows = await connection.fetch("select id, code from neighbourhood_on($1) order by id", month)
        page = await ask(client, MEASURES, month=f"{month:%Y-%m}")
        assert sorted((one["properties"]["area_id"], one["properties"]["code"]) for one in page["features"]) == [
            (row["id"], row["code"]) for row in rows
        ]
    present, before = await ask(client, NEIGHBOURHOODS), await ask(client, NEIGHBOURHOODS, datetime="2026-09-30")
    assert {one["id"] for one in present["features"]} == {str(one) for one in hoods.values()} - {str(plasky)}
    assert {one["id"] for one in before["features"]} == ({str(one) for one in hoods.values()} - {str(dailly)}) | {f"{dailly}-2026-10-01"}
    earlier = (await client.get(f"{NEIGHBOURHOODS}/{dailly}-2026-10-01")).json()
    assert earlier["properties"]["name"] == "Dailly" and earlier["properties"]["valid_to"] == "2026-10-01"
    assert (await client.get(f"{NEIGHBOURHOODS}/{dailly}")).json()["properties"]["name"] == "Nieuw"


async def test_what_takes_too_long_is_refused_and_no_failure(client, cluster, connection: Db, months, monkeypatch) -> None:
    monkeypatch.setattr(answering, "PATIENCE", "select set_config('statement_timeout', '150ms', true)")
    other = await asyncpg.connect(cluster.url("superuser", await connection.fetchval("select current_database()")))
    try:
        async with other.transaction():
            await other.execute("lock table earlier_neighbourhood in access exclusive mode")
            answer = await client.get(MEASURES)
    finally:
        await other.close()
    assert answer.status_code == 503 and answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(MEASURES)).status_code == 200


async def test_a_place_without_a_dutch_name_has_one(client, connection: Db, months, hoods: dict[str, int]) -> None:
    await connection.execute("update neighbourhood set names = $2 where id = $1", hoods["Dailly"], {"de": "Daillyplatz"})
    place = (await client.get(f"{NEIGHBOURHOODS}/{hoods['Dailly']}")).json()["properties"]
    assert (place["name"], place["name_nl"], place["name_fr"]) == (name_in({"de": "Daillyplatz"}, "nl"), None, None)


def test_the_marks_are_those_of_the_network() -> None:
    assert {mark.value for mark in Mark} >= {"shown", "suppressed", "uninhabited", "inactive", "unpublished"}
