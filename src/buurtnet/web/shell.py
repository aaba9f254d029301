"""What stands around every page, and the answer made of a template."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.enums import MediaType

from buurtnet.kit.guards import viewer_of
from buurtnet.kit.viewer import Viewer
from buurtnet.web.choosing import use_language
from buurtnet.web.keeping import HEADER, kept_for
from buurtnet.web.language import LANGUAGES, Language, speak
from buurtnet.web.templating import environment

TABS = (("new", "/new"), ("messages", "/messages"), ("me", "/me"))


class Worker(msgspec.Struct, frozen=True):
    """The worker whose name and number stand in the header."""

    name: str
    initials: str
    phone: str | None = None


class DeskLink(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the desk's navigation."""

    label: str
    href: str
    count: int | None = None
    name: str = ""
    """Of the counter that keeps the count up to date."""
    pale: bool = False
    """For areas where the worker is only the backup."""


class DeskSection(msgspec.Struct, frozen=True):
    """Lines of the desk's navigation under one heading."""

    title: str
    links: Sequence[DeskLink]


Sections = NamedDependency[Sequence[DeskSection]]
"""What a page of the desk asks for to show the desk's navigation."""


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """What every template may read as `shell`."""

    language: Language
    viewer: Viewer
    path: str
    tab: str | None
    desk: Sequence[DeskSection]
    status: int
    kept: str = ""
    """For whom this phone may keep the page (see keeping.py)."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages a reader can choose."""
        return LANGUAGES

    @property
    def worker(self) -> Worker | None:
        """The resident's own worker."""
        name = (self.viewer.worker_name or "").strip()
        return Worker(name, initials_of(name), self.viewer.worker_phone) if name else None


def initials_of(name: str) -> str:
    """One or two letters for the round beside a name."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


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
    language: Language | None = None,
    **context: Any,
) -> Response[str]:
    """The template as an HTML answer in the reader's language, or in `language`; no cache on the way stores it unless it is public and nobody
    is signed in, and the phone itself only for whom `Kept-For` says."""
    viewer, kept_mark = viewer_of(request), kept_for(request)
    spoken = language or use_language(request)
    speak(spoken)
    shell = Shell(
        language=spoken,
        viewer=viewer,
        path=request.scope["path"],
        tab=tab or _tab_of(request.scope["path"]),
        desk=desk,
        status=status_code,
        kept=kept_mark,
    )
    text = environment().get_template(template).render(shell=shell, **context)
    kept = "public, max-age=60" if public and not viewer.known and status_code == 200 else "no-store"
    return Response(
        text,
        status_code=status_code,
        media_type=MediaType.HTML,
        headers={
            "Cache-Control": kept,
            "Content-Language": spoken.code,
            "Vary": "Accept-Language, Cookie, HX-Request",
            **({HEADER: kept_mark} if kept_mark else {}),
            **(headers or {}),
        },
    )
