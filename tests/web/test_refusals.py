import asyncpg
import httpx
import pytest
import structlog
from litestar import Litestar

from buurtnet.web.language import _, speaking
from tests.committed import Committed

KINDS = [
    ("/refuse/conflict", 409),
    ("/refuse/often", 429),
    ("/refuse/invalid", 422),
    ("/refuse/crash", 500),
    ("/nowhere", 404),
    ("/form/", 404),
]


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
@pytest.mark.parametrize(("path", "status"), KINDS[:5])
async def test_people_get_a_page_in_their_language(gallery: httpx.AsyncClient, path: str, status: int, language: str) -> None:
    answer = await gallery.get(path, headers={"Accept-Language": language, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}"' in answer.text
    with speaking(language):
        assert _("To the start") in answer.text
    assert "Traceback" not in answer.text
    assert "Amina" not in answer.text


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
@pytest.mark.parametrize(("path", "status"), KINDS[:5])
async def test_programs_get_a_problem(gallery: httpx.AsyncClient, path: str, status: int, language: str) -> None:
    answer = await gallery.get(path, headers={"Accept": "application/json", "Accept-Language": language})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert "0470" not in answer.text


async def test_addresses_of_programs_always_answer_with_problems(gallery: httpx.AsyncClient) -> None:
    for path in ("/api/nowhere", "/tiles/nowhere"):
        answer = await gallery.get(path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_query_is_not_said_back(gallery: httpx.AsyncClient) -> None:
    for accept in ("text/html", "application/json"):
        assert "secret-thing" not in (await gallery.get("/nowhere?token=secret-thing", headers={"Accept": accept})).text


async def test_when_to_come_back_is_said(gallery: httpx.AsyncClient) -> None:
    answer = await gallery.get("/refuse/often", headers={"Accept-Language": "en"})
    assert answer.headers["retry-after"] == "150"
    assert "3 minutes" in answer.text


async def test_a_failure_is_logged_without_what_people_wrote(gallery: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as lines:
        await gallery.get("/refuse/crash?name=Amina")
    assert [line["event"] for line in lines] == ["request failed"]
    assert (lines[0]["kind"], lines[0]["route"]) == ("KeyError", "/refuse/{kind}")
    assert "Amina" not in repr(lines)


async def test_a_wrong_method_says_so(gallery: httpx.AsyncClient) -> None:
    answer = await gallery.delete("/gallery")
    assert answer.status_code == 405


LATE = """
create function fail_late() returns trigger language plpgsql as $$ begin raise exception 'too late for Amina'; end $$;
create constraint trigger fails_late after insert on report deferrable initially deferred for each row execute function fail_late()
"""


async def test_a_commit_that_fails_is_told_to_people_and_programs(client: httpx.AsyncClient, app: Litestar, committed: Committed) -> None:
    app.state.update(database=committed.web, replica=committed.web)
    superuser = await asyncpg.connect(committed.superuser_url)
    await superuser.execute(LATE)
    dutch = {"Accept-Language": "nl"}
    page = await client.post("/report", data={"text": "Er klopt iets niet"}, headers=dutch)
    problem = await client.post("/api/v1/reports", json={"text": "Er klopt iets niet"}, headers=dutch)
    assert (page.status_code, problem.status_code) == (500, 500)
    assert page.headers["content-type"].startswith("text/html") and '<html lang="nl"' in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    with speaking("nl"):
        assert _("It is our fault, not yours. Nothing was stored.") == problem.json()["detail"]
        assert _("It is our fault, not yours. Nothing was stored.") in page.text
    assert "Amina" not in page.text + problem.text
    assert await superuser.fetchval("select count(*) from report") == 0
    await superuser.close()
