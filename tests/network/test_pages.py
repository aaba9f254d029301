"""The map for everybody, the draft at the desk, the decision to publish: who sees what, in which words."""

import re
from datetime import date
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.network.actions import measuring
from buurtnet.network.schemas import HEADLINES, Measure
from tests.made import Made
from tests.network.conftest import EMPTY, ON


def rows_of(page: str) -> list[list[str]]:
    """The rows of the table of figures, as words."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[1]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows]


@pytest.fixture
async def published(connection: Db, hood, people, publish) -> None:
    await publish([one for name, one in hood.items() if name != "Plasky"])
    await measuring.freeze_month(connection, on=date(2026, 9, 30))
    await measuring.freeze_month(connection, on=ON)


async def test_the_map_shows_the_newest_month_as_drawing_legend_and_table(client: httpx.AsyncClient, published, hood) -> None:
    page = (await client.get("/map")).text
    assert "October 2026" in page and "schematic map" in page and "Vergadering van 12 bewoners" in page
    assert len(re.findall(r"<path class=[^>]*data-area", page)) == len(hood)
    assert {kind: page.count(f'<path class="{kind}"') for kind in ("few", "inactive", "nobody", "unpublished")} == {
        "few": 2, "inactive": 12 - 6 - 2, "nobody": 3, "unpublished": 1,
    }  # fmt: skip
    table = {row[0]: row[1:] for row in rows_of(page)}
    assert table["Dailly"][2] == "150" and re.match(r"\d\.\d", table["Dailly"][0]) and "between" in table["Dailly"][0]
    [small] = [cells for name, cells in table.items() if "Noordwijk" in name]
    assert all("Too few people to show" in cell for cell in small)
    assert "Josaphatpark" not in " ".join(table)
    assert all(word in page for word in ("Too few people to show", "No help through Buurtnet yet", "Nobody lives here", "Not published"))


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
async def test_each_measure_has_a_page_in_each_language(client: httpx.AsyncClient, published, language: str) -> None:
    for measure in Measure:
        answer = await client.get(f"/map?measure={measure.value}&window=3&month=2026-09", headers={"Accept-Language": language})
        assert answer.status_code == 200 and f'lang="{language}"' in answer.text, measure
        assert answer.headers["cache-control"].startswith("public"), measure
        assert len(answer.content) < 40_000, measure


async def test_the_table_can_be_ordered_by_each_column(client: httpx.AsyncClient, published) -> None:
    by_name = [row[0] for row in rows_of((await client.get("/map?sort=name")).text)]
    assert by_name == sorted(by_name, key=str.casefold)
    up = [row[-1] for row in rows_of((await client.get("/map?sort=active")).text) if row[-1][0].isdigit()]
    assert up == sorted(up, key=float)
    page = (await client.get("/map?sort=-active")).text
    assert 'aria-sort="descending"' in page and [row[-1] for row in rows_of(page) if row[-1][0].isdigit()] == up[::-1]


async def test_months_compare_in_the_same_classes(client: httpx.AsyncClient, published) -> None:
    legends = [
        re.search(r'id="map-legend">(.*?)</ul>', (await client.get(f"/map?month=2026-{one}")).text, re.DOTALL)[1] for one in ("09", "10")
    ]
    assert re.findall(r"<bdi>[^<]*\d[^<]*</bdi>", legends[0]) == re.findall(r"<bdi>[^<]*\d[^<]*</bdi>", legends[1])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("month=2025-01", 404),
        ("month=x", 422),
        ("measure=x", 400),
        ("window=5", 422),
        ("town=99999", 404),
        ("town=x", 400),
        ("sort=%3Cscript%3E", 200),
    ],
)
async def test_wishes_that_cannot_be_met(client: httpx.AsyncClient, published, query: str, status: int) -> None:
    answer = await client.get(f"/map?{query}", headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert "<script>" not in answer.text


async def test_before_the_first_month_the_map_says_so(client: httpx.AsyncClient) -> None:
    page = (await client.get("/map")).text
    assert "No month is published yet" in page and '<path class="unpublished"' in page


async def test_nothing_in_the_page_needs_inline_style_or_script(client: httpx.AsyncClient, published) -> None:
    page = (await client.get("/map")).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


async def work_here(made: Made, connection: Db, *hoods: str) -> UUID:
    """A facilitator of the organisation to which the people of the made town belong."""
    made._organisation = await connection.fetchval("select organisation_id from person limit 1")
    return await made.staff(hoods=hoods)


async def test_the_facilitator_sees_the_true_figures_of_the_own_area(
    client: httpx.AsyncClient, connection: Db, made: Made, hood, people
) -> None:
    await measuring.draft_measures(connection, on=ON)
    await made.sign_in(client, await work_here(made, connection, "Noordwijk", "Dailly"), kind="staff")
    answer = await client.get("/desk/network?measure=active")
    table = {row[0]: row[1] for row in rows_of(answer.text)}
    assert answer.headers["cache-control"] == "no-store"
    assert sorted(table.values()) == ["150", "6"]
    assert "Collignon" not in re.sub(r"<title>.*?</title>", "", " ".join(table))
    assert "/desk/network/draft" in answer.text


async def test_the_draft_tells_nothing_of_another_organisations_people_without_a_partnership(
    client: httpx.AsyncClient, connection: Db, made: Made, hood, people
) -> None:
    other = await made.organisation("CAW")
    await made.person("Zeynep", "Noordwijk", organisation_id=other)
    await measuring.draft_measures(connection, on=ON)
    await made.sign_in(client, await work_here(made, connection, "Noordwijk", "Dailly"), kind="staff")
    table = {row[0]: row[1] for row in rows_of((await client.get("/desk/network?measure=active")).text)}
    assert sum(value.startswith("–") for value in table.values()) == 1 and {"150", "6"} & set(table.values())
    await made.insert("partnership", organisation_id=other, other_id=await made.home_organisation(), since=ON)
    table = {row[0]: row[1] for row in rows_of((await client.get("/desk/network?measure=active")).text)}
    assert sorted(table.values()) == ["150", "6"]


@pytest.mark.parametrize("role", ["mapper", "coordinator", "operator"])
async def test_other_workers_get_no_draft(client: httpx.AsyncClient, connection: Db, made: Made, hood, people, role: str) -> None:
    await measuring.draft_measures(connection, on=ON)
    await made.sign_in(client, await made.staff(role=role, hoods=("Noordwijk", "Dailly")), kind="staff")
    answer = await client.get("/desk/network?measure=active")
    assert answer.status_code == (200 if role == "mapper" else 404)
    assert "<tbody>" not in answer.text and "150" not in re.sub(r"icon-180|\d+-150", "", answer.text.replace("app-", ""))


async def test_a_facilitator_of_another_area_sees_nothing_of_this_one(
    client: httpx.AsyncClient, connection: Db, made: Made, hood, people
) -> None:
    await measuring.draft_measures(connection, on=ON)
    await made.sign_in(client, await work_here(made, connection, "Collignon"), kind="staff")
    for town in ("", "&town=99", f"&town={await connection.fetchval('select id from municipality')}"):
        table = {row[0]: row[1] for row in rows_of((await client.get(f"/desk/network?measure=active{town}")).text)}
        assert table == {"Collignon": "100"}


@pytest.mark.parametrize("path", ["/desk/network", "/desk/network/areas"])
async def test_residents_and_visitors_do_not_reach_the_desk(client: httpx.AsyncClient, made: Made, path: str) -> None:
    assert (await client.get(path, follow_redirects=False)).status_code in (303, 401)
    await made.sign_in(client, await made.person())
    assert (await client.get(path)).status_code == 404
    assert (await client.post("/desk/network/draft")).status_code == 404


async def test_the_draft_is_made_when_asked(client: httpx.AsyncClient, connection: Db, made: Made) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    page = (await client.get("/desk/network")).text
    assert "/desk/network/draft" in page and "<tbody>" not in page
    answer = await client.post("/desk/network/draft", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/network?asked=true")
    assert await connection.fetchval("select count(*) from outbox where kind = 'network.DraftAsked'") == 1


@pytest.fixture
async def area(connection: Db, made: Made, hood):
    identity = new_id()
    await connection.execute(
        "insert into area (id, organisation_id, names, neighbourhoods) values ($1, $2, $3, $4)",
        identity,
        await made.home_organisation(),
        {"nl": "Schaarbeek", "fr": "Schaerbeek"},
        [hood["Dailly"], hood[EMPTY]],
    )
    return identity


async def test_a_coordinator_records_how_it_was_decided(client: httpx.AsyncClient, connection: Db, made: Made, area) -> None:
    await made.sign_in(client, await made.staff(role="coordinator", hoods=()), kind="staff")
    assert f"/desk/network/areas/{area}" in (await client.get("/desk/network/areas")).text
    empty = await client.post(f"/desk/network/areas/{area}", data={"decided_how": " "})
    assert empty.status_code == 422
    long = await client.post(f"/desk/network/areas/{area}", data={"decided_how": "<b>ja</b>" * 100})
    assert long.status_code == 422 and "&lt;b&gt;ja" in long.text and "<b>ja" not in long.text
    done = await client.post(f"/desk/network/areas/{area}", data={"decided_how": "Vergadering van 12 bewoners"}, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, "/desk/network/areas")
    assert "Vergadering van 12 bewoners" in (await client.get("/desk/network/areas")).text
    assert await connection.fetchval("select map_published_on is not null from area where id = $1", area)


async def test_nobody_else_decides_for_an_area(client: httpx.AsyncClient, connection: Db, made: Made, area) -> None:
    other = await made.staff(role="coordinator", hoods=(), organisation_id=await made.organisation("Elders"))
    for who in (other, await made.staff(hoods=("Dailly",)), await made.staff(role="mapper")):
        client.cookies.clear()
        await made.sign_in(client, who, kind="staff")
        assert (await client.get(f"/desk/network/areas/{area}")).status_code == 404
        assert (await client.post(f"/desk/network/areas/{area}", data={"decided_how": "Ik alleen"})).status_code == 404
    assert await connection.fetchval("select map_published_on from area where id = $1", area) is None


async def test_programs_get_the_published_figures_page_by_page(client: httpx.AsyncClient, connection: Db, published, hood) -> None:
    await measuring.draft_measures(connection, on=ON)
    whole = (await client.get("/api/v1/network/measures?measure=active")).json()
    assert whole["month"] == "2026-10" and whole["unit"] == "persons" and len(whole["items"]) == len(hood)
    marks = {item["area_id"]: item for item in whole["items"]}
    assert marks[hood["Dailly"]]["value"] == 150
    assert "value" not in marks[hood["Noordwijk"]] and marks[hood["Noordwijk"]]["mark"] == "suppressed"
    assert marks[hood["Plasky"]]["mark"] == "unpublished"
    found, after = [], ""
    while after is not None:
        page = (await client.get(f"/api/v1/network/measures?measure=active&limit=4&after={after}")).json()
        found += page["items"]
        after = page["next"]
    assert found == whole["items"]
    town = (await client.get("/api/v1/network/measures?measure=active&area_kind=municipality")).json()
    assert [item["mark"] for item in town["items"]] == ["unpublished"]
    assert [month["month"] for month in (await client.get("/api/v1/network/months")).json()] == ["2026-10", "2026-09"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("measure=age", 400),
        ("window=6", 422),
        ("month=2020-01", 404),
        ("limit=0", 400),
        ("limit=100000", 400),
        ("after=%%%", 422),
        ("area_kind=street", 400),
    ],
)
async def test_programs_are_told_what_is_wrong(client: httpx.AsyncClient, published, query: str, status: int) -> None:
    answer = await client.get(f"/api/v1/network/measures?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_every_headline_can_be_chosen(client: httpx.AsyncClient, published) -> None:
    page = (await client.get("/map?month=2026-09&window=3")).text
    for measure in HEADLINES:
        assert f"/map?measure={measure.value}&amp;window=3&amp;month=2026-09" in page
