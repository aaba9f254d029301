"""A language is one catalogue and one entry of the list: proved with one that nobody has heard of, in a copy of the program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import buurtnet
from buurtnet.settings import Settings, settings_environment
from tests.pseudo import write_catalogue

SOURCE = Path(buurtnet.__file__).parent
ENTRY = '    Language(code="xl", name="Ꞁoŋǝr", locale="en_GB"),\n'
VISIT = """
import asyncio, httpx
from buurtnet.app import create_app
from buurtnet.settings import read_settings
from buurtnet.themes.rules.suggestions import suggest_themes
from buurtnet.web.templating import render_text

async def visit():
    app = create_app(read_settings())
    async with app.lifespan(), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        for path in ("/", "/about", "/helplines", "/contact", "/new/need", "/new/need/transport.move", "/report", "/manifest/xl", "/nothing"):
            page = await client.get(path, headers={"Accept-Language": "xl"})
            assert page.status_code == (404 if path == "/nothing" else 200), (path, page.status_code)
            if "manifest" not in path:
                assert '<html lang="xl" dir="ltr"' in page.text and "⟦" in page.text and "Ꞁoŋǝr" in page.text, path
        page = await client.get("/", headers={"Accept-Language": "nl"})
        assert 'value="xl" lang="xl"' in page.text

asyncio.run(visit())
assert "⟦" in render_text("notices/mail/code.txt", "xl", digits="123456")
suggest_themes("wardrobe to carry", "xl")
print("spoken")
"""


def test_a_language_is_one_catalogue_and_one_entry(tmp_path: Path, settings: Settings, template: str) -> None:
    """Themes come in Dutch and helplines in English until somebody translates them; screening reads every language anyway."""
    copy = tmp_path / "buurtnet"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    listed = copy / "web" / "language.py"
    text = listed.read_text()
    first = text.index('    Language(code="nl"')
    listed.write_text(text[:first] + text[first:].replace("\n)", f"\n{ENTRY})", 1))
    write_catalogue(copy / "web" / "locales", "xl")
    environment = {**os.environ, **settings_environment(settings), "PYTHONPATH": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", VISIT], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert said.stdout.strip().endswith("spoken"), said.stderr[-3000:]
