"""Places for programs and for the page's own script: all public, nothing about persons."""

from hashlib import sha256
from typing import Annotated

from litestar import MediaType, Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, QueryParameter

from buurtnet.geography import queries
from buurtnet.geography.schemas import Municipality, Neighbourhood
from buurtnet.kit.db import Db

OPEN = {"public": True, "database": "replica"}
LARGEST_ID = 2**31 - 1
NAMES = {"nl": "Schaarbeek", "fr": "Schaerbeek"}
MUNICIPALITY = {
    "id": 1,
    "code": "21015",
    "names": NAMES,
    "neighbourhoods": 12,
    "schematic": True,
    "attribution": "Schematic drawing, not the real borders",
}
NEIGHBOURHOOD = {
    "id": 3,
    "code": "21015W23",
    "names": {"nl": "Collignon", "fr": "Collignon"},
    "municipality_id": 1,
    "municipality_names": NAMES,
    "inhabited": True,
    "valid_to": None,
}
OUTLINE = {
    "type": "FeatureCollection",
    "attribution": "Schematic drawing, not the real borders",
    "licence": "EUPL-1.2",
    "schematic": True,
    "features": [
        {
            "type": "Feature",
            "id": 3,
            "properties": {"code": "21015W23", "names": {"nl": "Collignon", "fr": "Collignon"}, "inhabited": True},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[[[4.37, 50.865], [4.382, 50.865], [4.382, 50.872], [4.37, 50.865]]]],
            },
        }
    ],
}


@get(
    "/api/v1/municipalities",
    operation_id="listMunicipalities",
    summary="Municipalities",
    opt=OPEN,
    tags=["places"],
    responses={200: ResponseSpec(list[Municipality], examples=[Example(value=[MUNICIPALITY])])},
)
async def list_municipalities(db: NamedDependency[Db]) -> list[Municipality]:
    """The municipalities that have neighbourhoods, by code."""
    return await queries.list_municipalities(db)


@get(
    "/api/v1/neighbourhoods",
    operation_id="listNeighbourhoods",
    summary="Neighbourhoods",
    opt=OPEN,
    tags=["places"],
    responses={200: ResponseSpec(list[Neighbourhood], examples=[Example(value=[NEIGHBOURHOOD])])},
)
async def list_neighbourhoods(
    db: NamedDependency[Db],
    municipality: Annotated[int | None, QueryParameter(description="Only those of this municipality.", ge=0, le=LARGEST_ID)] = None,
) -> list[Neighbourhood]:
    """The neighbourhoods of one municipality or of all, by code. Nobody lives where `inhabited` is false."""
    return await queries.list_neighbourhoods(db, municipality)


@get(
    "/outlines/{municipality_id:int}",
    operation_id="getOutlines",
    summary="Outlines of neighbourhoods",
    opt=OPEN,
    tags=["places"],
    media_type="application/geo+json",
    responses={200: ResponseSpec(dict, examples=[Example(value=OUTLINE)], media_type="application/geo+json", description="GeoJSON")},
)
async def get_outlines(request: Request, db: NamedDependency[Db], municipality_id: FromPath[int]) -> Response[bytes]:
    """The outlines of a municipality's neighbourhoods in few points, by which a device can tell on its own in which one it is."""
    body = (await queries.outlines_geojson(db, min(municipality_id, LARGEST_ID))).encode()
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.TEXT)
    return Response(body, headers=headers, media_type="application/geo+json")


api = Router("/", route_handlers=[list_municipalities, list_neighbourhoods, get_outlines])
