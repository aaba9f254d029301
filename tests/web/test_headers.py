import httpx
import pytest

from buurtnet.web.headers import CONTENT_SECURITY_POLICY, HEADERS, security_headers

PATHS = ["/gallery", "/nowhere", "/refuse/crash", "/static/../etc/passwd", "/api/nowhere", "/static/none.js"]


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_them_refusals_too(gallery: httpx.AsyncClient, path: str) -> None:
    answer = await gallery.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, (path, name)
    assert "strict-transport-security" not in answer.headers


def test_the_policy_is_the_one_of_the_design() -> None:
    for rule in (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "manifest-src 'self'",
        "worker-src 'self'", "media-src 'self' blob:", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
    ):  # fmt: skip
        assert rule in CONTENT_SECURITY_POLICY.split("; ")
    assert "unsafe" not in CONTENT_SECURITY_POLICY


async def test_https_is_insisted_on_where_people_come_by_it() -> None:
    message = {"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"public")]}
    await security_headers(secure=True)(message, {})  # type: ignore[arg-type]
    headers = dict(message["headers"])
    assert headers[b"strict-transport-security"] == b"max-age=31536000"
    assert headers[b"cache-control"] == b"public"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"}, 403),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({"Origin": "http://127.0.0.1:8000.elsewhere.example"}, 403),
    ],
)
async def test_a_forged_request_is_refused(gallery: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    answer = await gallery.post("/language", data={"language": "fr"}, headers=headers)
    assert answer.status_code == status


async def test_links_from_elsewhere_still_open_pages(gallery: httpx.AsyncClient) -> None:
    assert (await gallery.get("/gallery", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


async def test_personal_pages_are_not_kept_and_public_ones_only_for_visitors(gallery: httpx.AsyncClient) -> None:
    assert (await gallery.get("/gallery")).headers["cache-control"] == "no-store"
    about = await gallery.get("/about")
    assert about.headers["cache-control"].startswith("public")
    assert "Cookie" in about.headers["vary"]
    gallery.cookies.set("who", "resident")
    assert (await gallery.get("/about")).headers["cache-control"] == "no-store"
