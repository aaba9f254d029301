"""The coordinate reference systems that features come in: their names, the order of their axes, how exact their numbers are written."""

import msgspec

AUTHORITY = "http://www.opengis.net/def/crs/"
EUROPE = (-36.0, 24.0, 45.0, 85.0)
"""West, south, east and north of where EPSG:3035, in which outlines are stored, is meant for: nothing of ours lies outside."""
FAR = 4e6
"""Metres from the origin of a national grid; all of Europe lies nearer."""


class Crs(msgspec.Struct, frozen=True, kw_only=True):
    """One system: `srid` as PostGIS calls it; `north_first` where its authority writes latitude or northing before longitude or easting."""

    uri: str
    name: str
    srid: int
    north_first: bool
    digits: int
    """Decimals of a coordinate: centimetres, as the sources have them."""
    within: tuple[float, float, float, float]
    """West, south, east and north of what is looked at; a box is cut off there, for nothing of ours lies outside."""

    @property
    def degrees(self) -> bool:
        """Whether its numbers are angles on the globe, where a box may cross the date line."""
        return self.srid == 4326


CRS84 = Crs(uri=f"{AUTHORITY}OGC/1.3/CRS84", name="WGS 84, longitude first (CRS84)", srid=4326, north_first=False, digits=7, within=EUROPE)
STORED = Crs(
    uri=f"{AUTHORITY}EPSG/0/3035", name="ETRS89 / LAEA Europe (EPSG:3035)", srid=3035, north_first=True, digits=2, within=(0, 0, 9e6, 8e6)
)
OFFERED = (
    CRS84,
    Crs(uri=f"{AUTHORITY}EPSG/0/4326", name="WGS 84, latitude first (EPSG:4326)", srid=4326, north_first=True, digits=7, within=EUROPE),
    STORED,
    Crs(
        uri=f"{AUTHORITY}EPSG/0/31370",
        name="Belge 1972 / Belgian Lambert 72 (EPSG:31370)",
        srid=31370,
        north_first=False,
        digits=2,
        within=(-FAR, -FAR, FAR, FAR),
    ),
    Crs(
        uri=f"{AUTHORITY}EPSG/0/3812",
        name="ETRS89 / Belgian Lambert 2008 (EPSG:3812)",
        srid=3812,
        north_first=False,
        digits=2,
        within=(-FAR, -FAR, FAR, FAR),
    ),
)
"""In the order in which they are told: the default first."""
BY_URI = {one.uri: one for one in OFFERED}
