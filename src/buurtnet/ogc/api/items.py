"""Features: pages of a collection, and one of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.kit.text import N_
from buurtnet.ogc.api.answering import Asking, Reader, answer_json, answer_page, find_collection, meet
from buurtnet.ogc.api.describing import base_of
from buurtnet.ogc.api.view import say_title, see_facts, see_figures, see_measured, see_places
from buurtnet.ogc.queries import count_measured, count_places, find_place, list_measured, list_places, list_slices
from buurtnet.ogc.rules.asking import ASKABLE, ONE, Asked, AskedWrongly, read_asked, read_crs
from buurtnet.ogc.rules.columns import fill_measured, fill_place, name_id
from buurtnet.ogc.rules.describing import GEOJSON, HTML, JSON, TOLD, make_href
from buurtnet.ogc.rules.times import Span, read_month
from buurtnet.ogc.schemas import Collection, Feature, FeatureCollection, Link, Measured, Place, Slice
from buurtnet.settings import Settings

Small = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
NO_PAGE = N_("This page of the list does not exist. Start at the beginning.")
PLACE_ID = re.compile(r"(\d{1,9})(?:-(\d{4}-\d\d-\d\d))?\Z", re.ASCII)
MEASURED_ID = re.compile(r"(\d{1,9})-(\d{4}-\d\d)-(3|12)\Z", re.ASCII)


@get("/collections/{collection:str}/items")
async def show_items(
    request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings], collection: FromPath[str]
) -> Response[Any]:
    """A page of the features that fit what is asked, how many fit, and the way to the next page."""
    one, base = find_collection(collection), base_of(settings)
    reader = await meet(request, db, ASKABLE[one], kind=GEOJSON)
    asked = read_asked(reader.said)
    if reader.known:
        return await answer_json(request, reader, None, kind=GEOJSON, crs=asked.crs)
    page, matched = await (read_measures(db, asked) if one is Collection.MEASURES else read_places(db, asked))
    if reader.form == "html":
        return await _show_page(request, base, one, reader, page, matched)
    links = _links(base, f"/collections/{one.value}/items", reader.said, page.next)
    links.append(Link(href=make_href(base, f"/collections/{one.value}"), rel="collection", type=JSON, title="The collection"))
    features = FeatureCollection(
        features=[make_feature(row) for row in page.items],
        links=links,
        numberMatched=matched,
        numberReturned=len(page.items),
        timeStamp=now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    told = ", ".join(f'<{link.href}>; rel="{link.rel}"; type="{link.type}"' for link in links)
    return await answer_json(request, reader, features, kind=GEOJSON, crs=asked.crs, link=told)


async def read_places(db: Db, asked: Asked) -> tuple[Page[Place], int]:
    """A page of forms of neighbourhoods, and how many fit."""
    after = _read_place(asked.after, tuple[str, Small, date])
    rows = await list_places(db, asked, after=after, limit=asked.limit + 1)
    return make_page(rows, asked.limit, "code", "area_id", "until"), await count_places(db, asked)


async def read_measures(db: Db, asked: Asked) -> tuple[Page[Measured], int]:
    """A page of neighbourhoods in slices, newest month first, and how many fit."""
    after = _read_place(asked.after, tuple[str, Small, Small, str, Small])
    slices = await list_slices(db, asked.window, choose_days(asked, after[0] if after else None))
    counts = await count_measured(db, slices, asked)
    turn = 0
    if after:
        turn = next((place for place, one in enumerate(slices) if (f"{one.as_of:%Y-%m}", one.window) == after[:2]), -1)
        if turn < 0:
            raise AskedWrongly({"after": NO_PAGE})
    wanted = choose_slices(slices[turn:], counts[turn:], asked.limit + 1, begun=after is not None)
    rows = await list_measured(db, wanted, asked, after=after[2:] if after else None, limit=asked.limit + 1) if wanted else []
    return make_page(rows, asked.limit, "month", "window", "filled", "code", "area_id"), sum(counts)


def choose_days(asked: Asked, seen: str | None) -> Span | None:
    """The days that are asked for, by moment and by month; None for the newest month. Whoever goes on in a list stays in its month."""
    spans = [span for span in (asked.days, asked.month) if span]
    if not spans:
        return read_month(seen) if seen else None
    starts, ends = [one.start for one in spans if one.start], [one.end for one in spans if one.end]
    return Span(max(starts, default=None), min(ends, default=None))


def choose_slices(slices: Sequence[Slice], counts: Sequence[int], many: int, *, begun: bool) -> list[Slice]:
    """The slices that have to be read for so many rows: of the first one, where it was begun, nobody knows how many are left."""
    chosen: list[Slice] = []
    sure = 0
    for place, (one, count) in enumerate(zip(slices, counts, strict=True)):
        if sure >= many:
            break
        if count or (begun and place == 0):
            chosen.append(one)
        sure += 0 if begun and place == 0 else count
    return chosen


def _read_place(after: str | None, kind: Any) -> Any:
    """Where a list goes on; AskedWrongly where the mark is not one of ours."""
    try:
        seen = read_cursor(after, kind)
    except Invalid as error:
        raise AskedWrongly(error.errors) from None
    if seen and not all(part.isprintable() for part in seen if isinstance(part, str)):
        raise AskedWrongly({"after": NO_PAGE})
    return seen


def make_feature(row: Place | Measured) -> Feature:
    """The row as GeoJSON."""
    filled = fill_place(row) if isinstance(row, Place) else fill_measured(row)
    return Feature(id=name_id(row), geometry=msgspec.Raw(row.geometry.encode()), properties=filled)


def _links(base: str, path: str, said: Mapping[str, str], following: str | None = None) -> list[Link]:
    """To this page and the next one as they are, and to this one for people."""
    plain = {name: value for name, value in said.items() if name != "f"}
    links = [
        Link(href=make_href(base, path, **plain), rel="self", type=GEOJSON, title="This in GeoJSON"),
        Link(href=make_href(base, path, **plain, f="html"), rel="alternate", type=HTML, title="This as a page"),
    ]
    if following:
        links.append(Link(href=make_href(base, path, **(plain | {"after": following})), rel="next", type=GEOJSON, title="The next page"))
    return links


async def _show_page(request: Asking, base: str, one: Collection, reader: Reader, page: Page[Any], matched: int) -> Response[Any]:
    plain = {name: value for name, value in reader.said.items() if name != "f"}
    lines = see_measured(page.items) if one is Collection.MEASURES else see_places(page.items)
    following = {**plain, "f": "html", "after": page.next} if page.next else None
    return await answer_page(
        request, "items.html", base, name=one.value, told=TOLD[one], lines=lines, matched=matched, said=plain, following=following
    )


@get("/collections/{collection:str}/items/{feature:str}")
async def show_feature(
    request: Asking, db: NamedDependency[Db], settings: NamedDependency[Settings], collection: FromPath[str], feature: FromPath[str]
) -> Response[Any]:
    """One feature; NotFound where there is none of that id."""
    one, base = find_collection(collection), base_of(settings)
    reader = await meet(request, db, ONE, kind=GEOJSON)
    crs = read_crs(reader.said)
    row = await (find_measured(db, feature, Asked(crs=crs)) if one is Collection.MEASURES else find_form(db, feature, Asked(crs=crs)))
    path = f"/collections/{one.value}"
    if reader.form == "html":
        figures = see_figures(row) if isinstance(row, Measured) else []
        shown = {"title": say_title(row), "row": row, "facts": see_facts(row), "figures": figures}
        return await answer_page(request, "feature.html", base, name=one.value, feature=feature, **shown)
    links = _links(base, f"{path}/items/{feature}", reader.said)
    links.append(Link(href=make_href(base, path), rel="collection", type=JSON, title="The collection"))
    body = msgspec.structs.replace(make_feature(row), links=links)
    return await answer_json(request, reader, body, kind=GEOJSON, crs=crs)


async def find_form(db: Db, identity: str, asked: Asked) -> Place:
    """The form of a neighbourhood of that id; NotFound."""
    found = PLACE_ID.match(identity)
    ended = read_day(found[2]) if found and found[2] else None
    if found is None or int(found[1]) >= 2**31 or (found[2] and ended is None):
        raise NotFound
    if (place := await find_place(db, int(found[1]), ended, asked.crs)) is None:
        raise NotFound
    return place


def read_day(text: str) -> date | None:
    """The day, where it is one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def find_measured(db: Db, identity: str, asked: Asked) -> Measured:
    """The neighbourhood in a slice of that id; NotFound."""
    found = MEASURED_ID.match(identity)
    month = read_month(found[2]) if found else None
    if found is None or month is None:
        raise NotFound
    slices = await list_slices(db, int(found[3]), month)
    rows = await list_measured(db, slices, asked, area_id=int(found[1]), limit=1)
    if not rows:
        raise NotFound
    return rows[0]
