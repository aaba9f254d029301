"""Boxes, moments and addresses as they are read, whatever is in them."""

from datetime import date
from itertools import pairwise

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buurtnet.ogc.rules.asking import ASKABLE, MOST, SOME, AskedWrongly, read_asked, read_form, read_said
from buurtnet.ogc.rules.boxes import draw_box, read_box
from buurtnet.ogc.rules.crs import BY_URI, CRS84, EUROPE, OFFERED, STORED
from buurtnet.ogc.rules.times import Span, month_of, read_month, read_time
from buurtnet.ogc.schemas import Collection

EPSG = {crs.srid: crs for crs in OFFERED[1:]}
LIGHT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DEGREES = st.floats(-180, 180, width=32), st.floats(-90, 90, width=32)


def test_the_systems_have_the_axes_of_their_authority() -> None:
    """By the registry of EPSG: 4326 and 3035 begin with north, the Belgian grids with east; CRS84 is 4326 the other way round."""
    assert {crs.uri.rpartition("/")[2]: crs.north_first for crs in OFFERED} == {
        "CRS84": False,
        "4326": True,
        "3035": True,
        "31370": False,
        "3812": False,
    }
    assert BY_URI["http://www.opengis.net/def/crs/EPSG/0/3035"] is STORED and OFFERED[0] is CRS84


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("4.3,50.8,4.5,50.9", (4.3, 50.8, 4.5, 50.9)),
        ("4.3,50.8,-5,4.5,50.9,200", (4.3, 50.8, 4.5, 50.9)),
        ("4.3, 50.8, 4.5, 50.9", (4.3, 50.8, 4.5, 50.9)),
        ("4.3,50.8,4.3,50.8", (4.3, 50.8, 4.3, 50.8)),
        ("-180,-90,180,90", EUROPE),
    ],
)
def test_a_box_of_longitude_and_latitude(text: str, box: tuple[float, ...]) -> None:
    assert read_box(text, CRS84) == [box]


def test_axes_come_as_the_system_orders_them() -> None:
    assert read_box("50.8,4.3,50.9,4.5", EPSG[4326]) == [(4.3, 50.8, 4.5, 50.9)]
    assert read_box("3090000,3920000,3100000,3930000", EPSG[3035]) == [(3_920_000, 3_090_000, 3_930_000, 3_100_000)]
    assert read_box("149000,170000,153000,174000", EPSG[31370]) == [(149_000, 170_000, 153_000, 174_000)]


def test_a_box_over_the_date_line_is_two_of_which_what_may_hold_something_is_left() -> None:
    assert read_box("170,50,-170,52", CRS84) == []
    assert read_box("4.4,50,-170,52", CRS84) == [(4.4, 50, 45, 52)]
    assert read_box("40,50,4.36,52", CRS84) == [(40, 50, 45, 52), (-36, 50, 4.36, 52)]
    assert read_box("50,40,52,4.36", EPSG[4326]) == [(40, 50, 45, 52), (-36, 50, 4.36, 52)]


NO_BOXES = """1,2,3 1,2,3,4,5 1,2,3,4,5,6,7 a,b,c,d 1,2,3,nan 1,2,3,inf 1,2,,4 ,,, 4,51,5,50 181,0,182,1 0,-91,1,1 0,0,1,90.1 1,2,9,3,4,5
1;2;3;4 1,2,3,4, 1e400,0,1,1 0x1,2,3,4"""


@pytest.mark.parametrize(
    "text",
    NO_BOXES.split(),
)
def test_what_is_no_box_is_refused(text: str) -> None:
    assert read_box(text, CRS84) is None


def test_a_box_on_a_grid_crosses_no_date_line() -> None:
    assert read_box("3,1,2,2", EPSG[31370]) is None
    assert read_box("-1e300,-1e300,1e300,1e300", EPSG[31370]) == [EPSG[31370].within]
    assert read_box("1e300,1e300,1e301,1e301", EPSG[31370]) == []


@LIGHT
@given(DEGREES[0], DEGREES[1], DEGREES[0], DEGREES[1])
def test_a_box_holds_what_lies_in_europe_and_between_its_edges_and_nothing_else(west: float, a: float, east: float, b: float) -> None:
    south, north = min(a, b), max(a, b)
    boxes = read_box(f"{west!r},{south!r},{east!r},{north!r}", CRS84)
    assert boxes is not None
    for x, y in ((4.36, 50.87), (-20.5, 60.25), (44.5, 84.5), (-30.0, 30.0)):
        inside = south <= y <= north and (west <= x <= east if west <= east else x >= west or x <= east)
        assert inside == any(left <= x <= right and low <= y <= high for left, low, right, high in boxes)
    for box in boxes:
        drawn = shapely.from_wkt(draw_box(box))
        assert drawn.bounds == pytest.approx(box) and drawn.is_valid
        assert {"Polygon", "LineString", "Point"} >= {drawn.geom_type}
        if drawn.geom_type == "Polygon":
            assert drawn.area == pytest.approx((box[2] - box[0]) * (box[3] - box[1]))


def test_a_side_is_drawn_in_many_pieces() -> None:
    ring = shapely.from_wkt(draw_box((0, 0, 64, 32))).exterior.coords
    assert len(ring) == 4 * 64 + 1 and max(abs(x - u) + abs(y - v) for (x, y), (u, v) in pairwise(ring)) == 1


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2026-10-31", Span(date(2026, 10, 31), date(2026, 10, 31))),
        ("2026-10-31T", Span(date(2026, 10, 31), date(2026, 10, 31))),
        ("2026-10-31T23:59:60Z", Span(date(2026, 10, 31), date(2026, 10, 31))),
        ("2026-10-31T23:30:00.5-02:00", Span(date(2026, 11, 1), date(2026, 11, 1))),
        ("2026-01-01/2026-06-30", Span(date(2026, 1, 1), date(2026, 6, 30))),
        ("2026-01-01/..", Span(date(2026, 1, 1), None)),
        ("/2026-06-30T12:00:00Z", Span(None, date(2026, 6, 30))),
        ("../..", Span(None, None)),
    ],
)
def test_moments_and_spans(text: str, span: Span) -> None:
    assert read_time(text) == span


NO_TIMES = """soon 2026 2026-10 2026-13-01 2026-02-30 31-10-2026 2026-10-31T25:00:00Z 2026-10-31T12:00 2026-10-31T12:00:00
2026-10-31T12:00:00+2 2026-12-01/2026-01-01 2026-01-01/2026-02-01/2026-03-01 .. 0000-01-01 9999-12-31T23:59:59-14:00 0001-01-01T00:00:00+14:00
２０２６-10-31 2026-10-31/x"""


@pytest.mark.parametrize(
    "text",
    ["", *NO_TIMES.split()],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    assert read_time(text) is None


def test_months() -> None:
    assert read_month("2024-02") == month_of(date(2024, 2, 17)) == Span(date(2024, 2, 1), date(2024, 2, 29))
    assert read_month("2026-12") == Span(date(2026, 12, 1), date(2026, 12, 31))
    assert [text for text in ("2026", "2026-00", "2026-13", "2026-1", "0026-01", "2026-10-31", "") if read_month(text)] == []


@LIGHT
@given(st.text(max_size=30))
def test_whatever_is_said_of_time_is_read_or_refused(text: str) -> None:
    span = read_time(text)
    assert span is None or not (span.start and span.end) or span.start <= span.end


@pytest.mark.parametrize(("said", "limit"), [("1", 1), ("007", 7), (str(MOST), MOST), (str(MOST + 1), MOST), ("9" * 400, MOST)])
def test_more_than_the_most_is_the_most(said: str, limit: int) -> None:
    assert read_asked({"limit": said}).limit == limit and read_asked({}).limit == SOME


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", value) for value in ("0", "-1", "x", "1.5", "1e3", "", " 1", "٣")),
        *(("crs", value) for value in ("", "EPSG:31370", "http://www.opengis.net/def/crs/EPSG/0/28992", CRS84.uri + "/")),
        ("bbox-crs", "x"),
        ("bbox", "1,2,3"),
        ("datetime", "soon"),
        ("month", "2026-13"),
        ("window", "6"),
        ("window", "012"),
        ("mark", "hidden"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(AskedWrongly) as refused:
        read_asked({name: value})
    assert set(refused.value.errors) == {name} and refused.value.status == 400


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(AskedWrongly) as refused:
        read_asked({"limit": "0", "bbox": "1,2", "crs": "x", "datetime": "2026-10-31"})
    assert set(refused.value.errors) == {"limit", "bbox", "crs"}
    with pytest.raises(AskedWrongly) as refused:
        read_said([("colour", "red"), ("limit", "1"), ("limit", "2"), ("code", "a\x00"), ("<script>", "")], ASKABLE[Collection.MEASURES])
    assert set(refused.value.errors) == {"colour", "limit", "code", "script"}


@LIGHT
@given(st.lists(st.tuples(st.sampled_from([*ASKABLE[Collection.MEASURES], "x"]), st.text(max_size=40)), max_size=6))
def test_whatever_is_said_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        said = read_said(pairs, ASKABLE[Collection.MEASURES])
        read_form(said)
        read_asked(said)
    except AskedWrongly as refused:
        assert refused.errors
