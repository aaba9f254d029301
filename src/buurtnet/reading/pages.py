"""How it works, privacy statement, house rules, accessibility statement, whom to talk to: public pages in plain words."""

from datetime import date
from typing import Any

from babel.dates import format_date
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency

from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules import CONSENT_VERSION
from buurtnet.reading.queries import list_organisations, read_contact
from buurtnet.settings import Settings
from buurtnet.web.language import current_language
from buurtnet.web.shell import render
from buurtnet.web.templating import say_own

VERSION = date.fromisoformat(CONSENT_VERSION)


def in_full(day: date) -> str:
    """The day with its year, for what is printed and kept."""
    return format_date(day, "d MMMM y", locale=current_language().locale)


def _page(request: Request[Any, Any, Any], template: str, settings: Settings, **context: Any) -> Response[str]:
    contact = read_contact(settings.contact)
    shown = {"contact": contact, "said": say_own, "in_full": in_full, "version": VERSION, "url": settings.url}
    return render(request, template, public=True, **shown, **context)


@get("/about")
async def show_about(request: Request[Any, Any, Any]) -> Response[str]:
    """How it works."""
    return render(request, "reading/about.html", public=True)


@get("/privacy")
async def show_privacy(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
) -> Response[str]:
    """The privacy statement: what the law wants people to be told (GDPR, articles 13 and 14)."""
    return _page(request, "reading/privacy.html", settings, organisations=await list_organisations(db, viewer))


@get("/rules")
async def show_rules(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Response[str]:
    """The house rules: what is allowed, what a worker does, how to object (DSA, articles 14 to 20)."""
    return _page(request, "reading/rules.html", settings)


@get("/accessibility")
async def show_accessibility(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Response[str]:
    """The accessibility statement, after the model of the European Commission (decision 2018/1523)."""
    return _page(request, "reading/accessibility.html", settings)


@get("/contact")
async def show_contact(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], settings: NamedDependency[Settings]
) -> Response[str]:
    """Whom to talk to, who runs this installation, who helps outside it."""
    return _page(request, "reading/contact.html", settings, organisations=await list_organisations(db, viewer))


router = Router("/", include_in_schema=False, route_handlers=[show_about, show_privacy, show_rules, show_accessibility, show_contact])
