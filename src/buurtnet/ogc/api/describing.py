"""Start, conformance, description, collections and columns."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.kit.db import Db
from buurtnet.ogc.api.answering import Asking, answer_json, answer_page, find_collection, meet
from buurtnet.ogc.api.view import see_extent
from buurtnet.ogc.queries import get_extent, list_attributions
from buurtnet.ogc.rules.asking import PLAIN
from buurtnet.ogc.rules.columns import COLUMNS
from buurtnet.ogc.rules.crs import OFFERED, STORED
from buurtnet.ogc.rules.describing import (
    CONFORMS,
    OPENAPI,
    SCHEMA,
    TOLD,
    describe_collection,
    describe_collections,
    describe_columns,
    describe_conformance,
    describe_service,
)
from buurtnet.ogc.rules.openapi import PARAMETERS, describe_api
from buurtnet.ogc.schemas import Collection
from buurtnet.settings import Settings
from buurtnet.web.language import _


def base_of(settings: Settings) -> str:
    """Where people reach the installation, without a slash at the end."""
    return settings.url.rstrip("/")


@get("/")
async def show_service(request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings]) -> Response[Any]:
    """Where to begin: what this is, and the ways on."""
    reader, base = await meet(request, db, PLAIN), base_of(settings)
    if reader.form == "html":
        return await answer_page(request, "service.html", base, told=TOLD, attributions=await list_attributions(db))
    return await answer_json(request, reader, describe_service(base))


@get("/conformance")
async def show_conformance(request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings]) -> Response[Any]:
    """What of the standard is kept."""
    reader = await meet(request, db, PLAIN)
    if reader.form == "html":
        return await answer_page(request, "conformance.html", base_of(settings), classes=CONFORMS)
    return await answer_json(request, reader, describe_conformance())


@get("/api")
async def show_api(request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings]) -> Response[Any]:
    """What may be asked, in OpenAPI 3.0."""
    reader, base = await meet(request, db, PLAIN, kind=OPENAPI), base_of(settings)
    described = describe_api(base)
    if reader.form == "html":
        texts = {name: said["description"] for name, said in PARAMETERS.items()}
        words = [(name, _(text)) for name, text in texts.items()]
        return await answer_page(request, "api.html", base, paths=list(described["paths"]), words=words)
    return await answer_json(request, reader, described, kind=OPENAPI)


@get("/collections")
async def show_collections(request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings]) -> Response[Any]:
    """Everything that is offered."""
    reader, base = await meet(request, db, PLAIN), base_of(settings)
    if reader.form == "html":
        return await answer_page(request, "collections.html", base, told=TOLD)
    return await answer_json(request, reader, describe_collections(base, await get_extent(db), await list_attributions(db)))


@get("/collections/{collection:str}")
async def show_collection(
    request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings], collection: FromPath[str]
) -> Response[Any]:
    """What is in a collection, where and when, and in which coordinate systems."""
    one, base = find_collection(collection), base_of(settings)
    reader = await meet(request, db, PLAIN)
    extent, attributions = await get_extent(db), await list_attributions(db)
    if reader.form == "html":
        facts = see_extent(extent, months=one is Collection.MEASURES)
        more = {"facts": facts, "systems": OFFERED, "stored": STORED, "attributions": attributions}
        return await answer_page(request, "collection.html", base, name=one.value, told=TOLD[one], **more)
    return await answer_json(request, reader, describe_collection(base, one, extent, attributions))


@get("/collections/{collection:str}/schema")
async def show_schema(
    request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings], collection: FromPath[str]
) -> Response[Any]:
    """The columns of a collection."""
    one, base = find_collection(collection), base_of(settings)
    reader = await meet(request, db, PLAIN, kind=SCHEMA)
    if reader.form == "html":
        columns = {f"…{column.end}" if column.end else column.name: _(column.text) for column in COLUMNS[one]}
        return await answer_page(
            request, "schema.html", base, name=one.value, told=TOLD[one], columns=columns.items(), measured=one is Collection.MEASURES
        )
    return await answer_json(request, reader, describe_columns(base, one), kind=SCHEMA)
