"""The service at /ogc: JSON for programs, the same as pages for people."""

from litestar import Router

from buurtnet.ogc.api.answering import HANDLERS
from buurtnet.ogc.api.describing import show_api, show_collection, show_collections, show_conformance, show_schema, show_service
from buurtnet.ogc.api.items import show_feature, show_items

api = Router(
    "/ogc",
    include_in_schema=False,
    exception_handlers=HANDLERS,
    opt={"public": True, "database": "replica"},
    route_handlers=[show_service, show_api, show_conformance, show_collections, show_collection, show_schema, show_items, show_feature],
)
