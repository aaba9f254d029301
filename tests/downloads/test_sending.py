"""The files on their way: made in a process apart, kept in the database, sent in pieces, told of on a page."""

import gzip
import re
import zlib
from datetime import date
from uuid import UUID

import httpx
import pytest

from buurtnet.downloads import api
from buurtnet.downloads.actions import making
from buurtnet.downloads.jobs import make_files
from buurtnet.downloads.queries import find_file, find_lacking, read_edition
from buurtnet.downloads.rules.columns import EDITION, MEDIA_TYPES
from buurtnet.downloads.schemas import File, Format, Made
from buurtnet.kit.db import Database, Db
from buurtnet.settings import Settings
from tests.downloads.conftest import ADDRESS, ON, publish

NAME = "buurtnet-2026-10.gpkg"


@pytest.fixture
async def kept(connection: Db, made: list[Made]) -> list[Made]:
    """October's files, as the worker keeps them."""
    edition = await read_edition(connection, await publish(connection), ADDRESS)
    assert edition is not None
    await making.store_files(connection, edition, made)
    return made


async def test_the_worker_makes_what_is_lacking_once(
    connection: Db, worker_database: Database, settings: Settings, made: list[Made]
) -> None:
    await publish(connection, date(2026, 11, 20), kind="draft")
    await publish(connection)
    await publish(connection, date(2026, 9, 30))
    assert await make_files(worker_database, settings) == 2
    assert await make_files(worker_database, settings) == 0
    found = {row["name"]: row for row in await connection.fetch("select name, size, digest, packed from download")}
    assert {name for name in found if "2026-10" in name} == {one.name for one in made} and not any("2026-11" in name for name in found)
    for name, row in found.items():
        assert len(gzip.decompress(row["packed"])) == row["size"], name
    same = {one.name: one.digest for one in made}
    assert found["buurtnet-2026-10.csv"]["digest"] == same["buurtnet-2026-10.csv"]


async def test_a_new_edition_takes_the_place_of_the_one_before(connection: Db, kept: list[Made], made: list[Made]) -> None:
    assert await find_lacking(connection, EDITION) is None
    later = await find_lacking(connection, EDITION + 1)
    assert later is not None and later.as_of == ON
    before = await find_file(connection, NAME)
    edition = await read_edition(connection, later.id, ADDRESS)
    assert edition is not None and before is not None
    await making.store_files(connection, edition, made)
    after = await find_file(connection, NAME)
    assert after is not None and after.id != before.id and after.digest == before.digest


async def test_there_is_no_edition_of_a_draft_nor_of_nothing(connection: Db) -> None:
    draft = await publish(connection, date(2026, 11, 20), kind="draft")
    assert await read_edition(connection, draft, ADDRESS) is None
    assert await read_edition(connection, UUID(int=7), ADDRESS) is None
    assert await find_lacking(connection, EDITION) is None


async def test_a_file_comes_as_it_is_and_packed(client: httpx.AsyncClient, kept: list[Made], folder) -> None:
    for one in kept:
        whole = (folder / one.name).read_bytes()
        plain = await client.get(f"/map/downloads/{one.name}", headers={"Accept-Encoding": "identity"})
        packed = await client.get(f"/map/downloads/{one.name}", headers={"Accept-Encoding": "gzip, br"})
        assert plain.content == packed.content == whole
        assert int(plain.headers["content-length"]) == len(whole) and "content-encoding" not in plain.headers
        assert int(packed.headers["content-length"]) == len(one.packed) and packed.headers["content-encoding"] == "gzip"
        assert plain.headers["content-type"].startswith(MEDIA_TYPES[one.format]) and plain.headers["content-disposition"].endswith(
            f'"{one.name}"'
        )
        assert "creativecommons.org/licenses/by/4.0" in plain.headers["link"] and "codebook.csv" in plain.headers["link"]
        assert plain.headers["access-control-allow-origin"] == "*" and plain.headers["cache-control"].startswith("public")


async def test_who_has_a_file_gets_it_only_once(client: httpx.AsyncClient, kept: list[Made]) -> None:
    tags = set()
    for coding in ("identity", "gzip"):
        first = await client.get(f"/map/downloads/{NAME}", headers={"Accept-Encoding": coding})
        tags.add(first.headers["etag"])
        again = await client.get(f"/map/downloads/{NAME}", headers={"Accept-Encoding": coding, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert len(tags) == 2
    assert (await client.get(f"/map/downloads/{NAME}", headers={"If-None-Match": '"another"'})).status_code == 200


async def test_a_file_that_is_made_anew_meanwhile_is_cut_off_and_never_mixed(
    database: Database, connection: Db, kept: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "PIECE", 1000)
    found = await find_file(connection, NAME)
    assert found is not None
    pieces = api.send_pieces(database, found, packed=True)
    assert len(await anext(pieces)) == 1000
    await connection.execute("set local role none")
    await connection.execute("update download set id = gen_random_uuid() where name = $1", NAME)
    with pytest.raises(api.MadeAnew):
        await anext(pieces)


async def test_no_piece_is_large(database: Database, connection: Db, kept: list[Made]) -> None:
    found = await find_file(connection, NAME)
    assert found is not None
    sizes = [len(piece) async for piece in api.send_pieces(database, found, packed=True)]
    assert sum(sizes) == found.packed_size and max(sizes) <= 64 * 1024
    inflate = zlib.decompressobj(wbits=31)
    assert inflate.decompress(gzip.compress(b"x")) == b"x"


@pytest.mark.parametrize("name", ["nothing.gpkg", "buurtnet-2026-11.gpkg", "..%2F..%2Fetc%2Fpasswd", "%00", "buurtnet-2026-10.gpkg%20"])
async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, kept: list[Made], name: str) -> None:
    assert (await client.get(f"/map/downloads/{name}")).status_code == 404


async def test_files_of_a_month_that_is_not_published_are_not_there(client: httpx.AsyncClient, connection: Db, kept: list[Made]) -> None:
    role = await connection.fetchval("select current_setting('role')")
    await connection.execute("set local role none")
    await connection.execute("update snapshot set published_at = null where kind = 'month'")
    await connection.execute(f"set local role {role}")
    assert (await client.get(f"/map/downloads/{NAME}")).status_code == 404
    assert (await client.get("/api/v1/network/downloads")).json() == []


async def test_programs_get_a_list_of_the_files(client: httpx.AsyncClient, kept: list[Made]) -> None:
    listed = (await client.get("/api/v1/network/downloads")).json()
    assert {one["name"]: (one["size"], one["sha256"]) for one in listed} == {one.name: (one.size, one.digest) for one in kept}
    assert all(one["month"] == "2026-10" and one["address"].endswith(f"/map/downloads/{one['name']}") for one in listed)
    assert (await client.get("/api/v1/network/downloads?month=2031-01")).status_code == 404
    assert (await client.get("/api/v1/network/downloads?month=soon")).status_code == 422


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar", "tr"])
async def test_the_page_says_what_there_is(client: httpx.AsyncClient, kept: list[Made], language: str) -> None:
    answer = await client.get("/map/downloads", headers={"Accept-Language": language})
    page = answer.text
    assert answer.status_code == 200 and f'lang="{language}"' in page and len(answer.content) < 40_000
    assert set(re.findall(r'href="/map/downloads/([^"?]+)"', page)) == {one.name for one in kept}
    assert "CC BY 4.0" in page and "creativecommons.org" in page and "EUPL-1.2" in page


async def test_the_page_says_where_there_is_nothing_yet(client: httpx.AsyncClient, connection: Db) -> None:
    assert "No month is published yet" in (await client.get("/map/downloads")).text
    await publish(connection)
    assert "are being made" in (await client.get("/map/downloads")).text
    assert (await client.get("/map/downloads?month=2031-01")).status_code == 404
    assert (await client.get("/map/downloads?month=x")).status_code == 422


async def test_a_month_shows_the_places_of_its_day(connection: Db) -> None:
    old = await connection.fetchrow("select * from neighbourhood where valid_to is null order by code limit 1")
    columns = [name for name, _ in old.items() if name not in ("names", "valid_to", "valid_from")]
    listed = ", ".join(columns)
    await connection.execute(
        f"insert into earlier_neighbourhood ({listed}, names, valid_from, valid_to)"
        f" select {listed}, jsonb_build_object('nl', 'De Oude Wijk'), null, '2026-11-10' from neighbourhood where id = $1",
        old["id"],
    )
    await connection.execute("update neighbourhood set valid_from = '2026-11-10' where id = $1", old["id"])
    october = await read_edition(connection, await publish(connection), ADDRESS)
    december = await read_edition(connection, await publish(connection, date(2026, 12, 31)), ADDRESS)
    assert october is not None and december is not None
    named = [{place.id: place.names["nl"] for place in one.layers[0].places} for one in (october, december)]
    assert [one[old["id"]] for one in named] == ["De Oude Wijk", old["names"]["nl"]]
    assert [len(one) for one in named] == [15, 15]


def test_every_format_has_a_kind_of_content() -> None:
    assert set(MEDIA_TYPES) == set(Format) and all(field in File.__struct_fields__ for field in ("digest", "size"))
