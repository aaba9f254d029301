"""Rendering: the Jinja environment over the templates of all slices, and what stands around every page."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from litestar import Request, Response
from litestar.enums import MediaType
from markupsafe import Markup, escape

from buurtnet.kit.guards import viewer_of
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.web.language import (
    LANGUAGES,
    Language,
    say_ago,
    say_day,
    say_number,
    say_time,
    speaking,
    translate,
    translate_many,
    use_language,
)
from buurtnet.web.static import asset

SLICES = Path(__file__).parent.parent
TABS = (("new", "/new"), ("messages", "/messages"), ("me", "/me"))


class Worker(msgspec.Struct, frozen=True):
    """The worker whose name stands in the header."""

    name: str
    initials: str


class DeskLink(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the desk's navigation."""

    label: str
    href: str
    count: int | None = None
    pale: bool = False
    """For areas where the worker is only the backup."""


class DeskSection(msgspec.Struct, frozen=True):
    """Lines of the desk's navigation under one heading."""

    title: str
    links: Sequence[DeskLink]


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """What every template may read as `shell`."""

    language: Language
    viewer: Viewer
    path: str
    tab: str | None
    desk: Sequence[DeskSection]
    status: int
    fragment: bool
    """Whether htmx asked for a part of a page."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages a reader can choose."""
        return LANGUAGES

    @property
    def worker(self) -> Worker | None:
        """The resident's own worker."""
        name = (self.viewer.worker_name or "").strip()
        return Worker(name, initials_of(name)) if name else None

    @property
    def acting(self) -> bool:
        """Whether a worker acts on behalf of the person who is shown."""
        return self.viewer.actor_id is not None and self.viewer.actor_id != self.viewer.person_id

    def once(self) -> str:
        """A new idempotency key for a form of this page."""
        return str(new_id())


def initials_of(name: str) -> str:
    """One or two letters for the round beside a name."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def isolate(value: object) -> Markup:
    """The name, number or phone isolated from the direction of the text around it."""
    return Markup("<bdi>%s</bdi>") % escape(value)


def _at_render(say: Callable[[Any], str]) -> Any:
    """The filter, kept from being worked out once at compilation in whatever language was spoken then."""

    @pass_context
    def said(context: Context, value: Any) -> str:
        return say(value)

    return said


@cache
def environment() -> Environment:
    """The Jinja environment: one prefix per slice, undefined names refused, HTML escaped, texts in the current language."""
    slices = {folder.parent.name: FileSystemLoader(folder) for folder in SLICES.glob("*/templates")}
    made = Environment(
        loader=PrefixLoader(slices),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        extensions=("jinja2.ext.i18n",),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(translate, translate_many, newstyle=True)  # type: ignore[attr-defined]
    for name, say in {"day": say_day, "time": say_time, "number": say_number, "ago": say_ago}.items():
        made.filters[name] = _at_render(say)
    made.filters["bdi"] = isolate
    made.globals.update(asset=asset, once=lambda: str(new_id()))  # type: ignore[arg-type]
    return made


def _tab_of(path: str) -> str | None:
    if path == "/":
        return "home"
    return next((tab for tab, prefix in TABS if path == prefix or path.startswith(f"{prefix}/")), None)


def render(
    request: Request,
    template: str,
    /,
    *,
    status_code: int = 200,
    public: bool = False,
    tab: str | None = None,
    desk: Sequence[DeskSection] = (),
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """The template as an HTML answer in the reader's language; not stored anywhere unless it is public and nobody is signed in."""
    viewer = viewer_of(request)
    shell = Shell(
        language=use_language(request),
        viewer=viewer,
        path=request.scope["path"],
        tab=tab or _tab_of(request.scope["path"]),
        desk=desk,
        status=status_code,
        fragment="hx-request" in request.headers,
    )
    text = environment().get_template(template).render(shell=shell, **context)
    kept = "public, max-age=60" if public and not viewer.known and status_code == 200 else "no-store"
    return Response(
        text,
        status_code=status_code,
        media_type=MediaType.HTML,
        headers={"Cache-Control": kept, "Vary": "Accept-Language, Cookie, HX-Request", **(headers or {})},
    )


def render_text(template: str, language: str | None, /, **context: Any) -> str:
    """The template in the given language, outside any request: mail, text messages, printed sheets made by a job."""
    with speaking(language):
        return environment().get_template(template).render(**context)
