"""The web application: the only place that lists routers, middleware and what handlers may ask for."""

import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from buurtnet.conversations import api as conversations_api
from buurtnet.conversations import pages as conversations_pages
from buurtnet.desk import api as desk_api
from buurtnet.desk import pages as desk_pages
from buurtnet.downloads import api as downloads_api
from buurtnet.downloads import pages as downloads_pages
from buurtnet.geography import api as geography_api
from buurtnet.home import pages as home_pages
from buurtnet.intake import pages as intake_pages
from buurtnet.kit.db import Database, Db
from buurtnet.kit.guards import viewer_of
from buurtnet.kit.limits import Limits
from buurtnet.kit.log import set_up_logs
from buurtnet.kit.metrics import Metrics, serve_metrics
from buurtnet.kit.news import News
from buurtnet.kit.queue import Queue
from buurtnet.kit.sessions import UnitOfWork
from buurtnet.kit.vault import Vault, read_vault
from buurtnet.kit.viewer import Viewer
from buurtnet.local import inbox
from buurtnet.matching import api as matching_api
from buurtnet.matching import pages as matching_pages
from buurtnet.matching.pages.agreement import provide_agreement, provide_topics
from buurtnet.moderation import api as moderation_api
from buurtnet.moderation import pages as moderation_pages
from buurtnet.network import api as network_api
from buurtnet.network import pages as network_pages
from buurtnet.notices import api as notices_api
from buurtnet.notices import pages as notices_pages
from buurtnet.ogc import api as ogc
from buurtnet.people import api as people_api
from buurtnet.people import pages as people_pages
from buurtnet.people.actions import mark_seen
from buurtnet.people.pages.confirming import ConfirmAgain
from buurtnet.people.pages.keeping import KeepWords
from buurtnet.people.queries import OPEN_SESSION
from buurtnet.posts import api as posts_api
from buurtnet.posts import pages as posts_pages
from buurtnet.privacy import pages as privacy_pages
from buurtnet.reading import pages as reading_pages
from buurtnet.reading.queries import read_contact
from buurtnet.referrals import api as referrals_api
from buurtnet.referrals import pages as referrals_pages
from buurtnet.screening import pages as screening_pages
from buurtnet.settings import Settings, read_settings
from buurtnet.themes import api as themes_api
from buurtnet.web import health
from buurtnet.web import pages as web_pages
from buurtnet.web.choosing import SpeakLanguage
from buurtnet.web.headers import RefuseForgery, security_headers
from buurtnet.web.keeping import SendOwnOnly
from buurtnet.web.refusals import EXCEPTION_HANDLERS, answer_refusal

ROUTERS = [
    home_pages.router,
    desk_pages.router,
    desk_api.api,
    reading_pages.router,
    intake_pages.router,
    ogc.api,
    privacy_pages.router,
    downloads_pages.router,
    downloads_api.api,
    network_pages.router,
    network_api.api,
    moderation_pages.router,
    moderation_api.api,
    referrals_api.api,
    referrals_pages.router,
    matching_pages.router,
    matching_api.api,
    conversations_pages.router,
    conversations_api.api,
    posts_pages.router,
    posts_api.api,
    screening_pages.router,
    notices_pages.router,
    notices_api.api,
    people_pages.router,
    people_api.api,
    themes_api.api,
    geography_api.api,
    web_pages.router,
    health.router,
    inbox.router,
]


def provide_db(request: Request[Any, Any, Any]) -> Db:
    """The transaction of this request."""
    return request.scope["state"]["db"]


def provide_viewer(request: Request[Any, Any, Any]) -> Viewer:
    """Who asks."""
    return viewer_of(request)


def provide_database(state: State) -> Database:
    """For a short transaction apart from the request's own."""
    return state.database


def provide_replica(state: State) -> Database:
    """For public reads that need no transaction of a request."""
    return state.replica


def provide_limits(state: State) -> Limits:
    """The budgets of tries."""
    return state.limits


def provide_news(state: State) -> News:
    """What other processes tell."""
    return state.news


def provide_settings(state: State) -> Settings:
    """The installation's settings."""
    return state.settings


def provide_vault(state: State) -> Vault:
    """What seals and opens secrets."""
    return state.vault


@asynccontextmanager
async def hold_parts(app: Litestar) -> AsyncGenerator[None]:
    """Opens what the process needs to reach and closes it at the end."""
    settings: Settings = app.state.settings
    news = News(settings.redis_url)
    database = Database(settings.database_url, name="buurtnet web", tell=news.tell)
    replica = Database(settings.replica_url, name="buurtnet replica") if settings.replica_url else database
    queue, limits = Queue(settings.redis_url), Limits(settings.redis_url)
    await database.open()
    if replica is not database:
        await replica.open()
    await queue.open()
    app.state.update(database=database, replica=replica, queue=queue, limits=limits, news=news)
    # What stands now stays: a page that reads much would make the collector look through all of it, for half of its time.
    gc.freeze()
    async with serve_metrics(settings.metrics), news.hearing():
        yield
    await limits.close()
    await queue.close()
    await database.close()
    if replica is not database:
        await replica.close()


def create_app(settings: Settings | None = None) -> Litestar:
    """The ASGI application of an installation; raises where its key file or its file of contact points is unusable."""
    settings = settings or read_settings()
    set_up_logs()
    read_contact(settings.contact)
    return Litestar(
        route_handlers=[*ROUTERS],
        middleware=[
            Metrics(),
            RefuseForgery(settings.url),
            UnitOfWork(OPEN_SESSION, mark_seen, answer_refusal, secure=settings.secure),
            SpeakLanguage(),
            SendOwnOnly(),
            KeepWords(),
            ConfirmAgain(),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        before_send=[security_headers(secure=settings.secure)],
        dependencies={
            "db": Provide(provide_db, sync_to_thread=False),
            "viewer": Provide(provide_viewer, sync_to_thread=False),
            "database": Provide(provide_database, sync_to_thread=False),
            "replica": Provide(provide_replica, sync_to_thread=False),
            "limits": Provide(provide_limits, sync_to_thread=False),
            "news": Provide(provide_news, sync_to_thread=False),
            "settings": Provide(provide_settings, sync_to_thread=False),
            "vault": Provide(provide_vault, sync_to_thread=False),
            "counters": Provide(desk_pages.provide_counters),
            "sections": Provide(desk_pages.provide_sections),
            "agreement": Provide(provide_agreement),
            "topics": Provide(provide_topics),
        },
        state=State({"settings": settings, "vault": read_vault(settings.keys)}),
        lifespan=[hold_parts],
        openapi_config=OpenAPIConfig(
            title="Buurtnet",
            version="1",
            description="The same use cases as the pages, for programs. Errors are RFC 9457 problem+json; lists are paged by keyset.",
            path="/api",
            use_handler_docstrings=True,
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        compression_config=CompressionConfig(
            "brotli",
            minimum_size=600,
            brotli_quality=5,
            brotli_gzip_fallback=True,
            gzip_compress_level=5,
            exclude=["^/static/", "^/sw.js$", "^/tiles/", "^/map/downloads/", "^/ogc", "^/desk/live$"],
        ),
        request_max_body_size=256 * 1024,
        logging_config=None,
    )
