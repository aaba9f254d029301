"""Compiled templates outlive the process that compiled them, and never the text that they were compiled from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from buurtnet.web.templating import KeptTemplates, compile_templates, environment

PAGE = "home/start.html"
LOAD = f"""
import sys
from buurtnet.web.templating import environment
made = environment()
compile_it = made.compile
made.compile = lambda *given: print("compiled") or compile_it(*given)
made.get_template({PAGE!r})
"""


def load_page(folder: Path, **settings: str) -> bool:
    """Whether a new process, which keeps bytecode in this folder, compiles the page."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", LOAD]
    done = subprocess.run(
        command, env=kept | {"PYTHONPYCACHEPREFIX": str(folder)} | settings, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout == "compiled\n"


def test_the_second_process_finds_the_page_compiled(tmp_path: Path) -> None:
    assert load_page(tmp_path, PYTHONDONTWRITEBYTECODE="1")
    assert load_page(tmp_path)
    assert not load_page(tmp_path)


def make(folder: Path, text: str) -> Environment:
    kept = KeptTemplates()
    kept.directory = str(folder)
    return Environment(loader=DictLoader({"page.html": text}), bytecode_cache=kept, autoescape=True)


def test_a_changed_text_is_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert make(tmp_path, "before").get_template("page.html").render() == "before"
    assert list(tmp_path.iterdir())
    assert make(tmp_path, "after").get_template("page.html").render() == "after"


def test_where_nothing_can_be_kept_pages_are_shown_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert make(tmp_path / "missing", "text").get_template("page.html").render() == "text"


def test_every_template_compiles() -> None:
    compile_templates()
    assert PAGE in environment().list_templates()
