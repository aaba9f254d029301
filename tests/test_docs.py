"""What a reader looks for is where they look: settings, slices, commands, decisions."""

import re
from pathlib import Path

import pytest

import buurtnet
from buurtnet.cli import commands
from buurtnet.settings import Settings

ROOT = Path(buurtnet.__file__).parent
TOP = ROOT.parent.parent
README = (TOP / "README.md").read_text()
PAGES = [TOP / "README.md", *sorted((TOP / "docs").rglob("*.md"))]


def test_every_setting_stands_in_the_page_about_deploying() -> None:
    page = (TOP / "docs" / "deploying.md").read_text()
    assert [name for name in Settings.__struct_fields__ if f"BUURTNET_{name.upper()}" not in page] == []


def test_every_slice_and_root_stands_in_the_map_of_the_readme() -> None:
    folders = [path.name for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists()]
    assert [name for name in folders if f"{name}/" not in README and f" {name}" not in README] == []


def test_every_command_says_what_it_does() -> None:
    def walk(command: object, path: str) -> None:
        assert getattr(command, "help", None), path
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")

    walk(commands, "buurtnet")


def test_decisions_are_numbered_without_a_gap_and_begin_with_their_number() -> None:
    pages = sorted((TOP / "docs" / "decisions").glob("*.md"))
    for number, page in enumerate(pages, 1):
        assert page.name.startswith(f"{number:04}-"), page.name
        assert page.read_text().startswith(f"# {number}. "), page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_of_a_page_exist(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
    for path in re.findall(r"`((?:src|tests|docs|migrations|geo)/[\w./-]+)`", text):
        assert (TOP / path).exists(), f"{page.name} names {path}"
