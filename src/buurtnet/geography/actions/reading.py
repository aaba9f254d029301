"""Reading a publisher's boundary file: what GDAL can open, as the source's entry in `geo/sources.toml` says."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import msgspec
import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from buurtnet.geography.rules import attributes, coverage
from buurtnet.geography.schemas import Area, Source
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.text import N_

GEO = Path(__file__).parents[4] / "geo"
SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".sqlite")


class NoSuchFile(NotFound):
    """There is nothing under that path."""

    text = N_("There is no file %(path)s.")


class SourceUnknown(Invalid):
    """The source has no entry in `geo/sources.toml`."""

    text = N_("There is no source %(source)s in geo/sources.toml. Sources: %(known)s.")


class NotAMap(Invalid):
    """A file that is no boundary file, or is damaged."""

    text = N_("This file cannot be read as a map: %(reason)s")


class CoordinatesUnknown(Invalid):
    """Nothing in the file says what its numbers mean."""

    text = N_("The file does not say its coordinate system. For a Shapefile, put the .prj file beside it.")


def read_sources() -> dict[str, Source]:
    """The sources of `geo/sources.toml` by name."""
    return msgspec.toml.decode((GEO / "sources.toml").read_bytes(), type=dict[str, Source])


def find_source(name: str) -> Source:
    """The source of that name; refuses an unknown one."""
    sources = read_sources()
    if name not in sources:
        raise SourceUnknown(source=name, known=", ".join(sources))
    return sources[name]


def read_file(path: Path, source: Source, *, named: str) -> list[Area]:
    """The neighbourhoods in the file, outlines in EPSG:3035 as they stand there; refuses what cannot be read or understood."""
    if not path.is_file():
        raise NoSuchFile(path=str(path))
    if path.suffix.lower() not in SUFFIXES:
        raise NotAMap(reason=f"{path.name} ({', '.join(SUFFIXES)})")
    try:
        layer = _choose_layer(path, source)
        info = pyogrio.read_info(path, layer=layer)
        if not info["features"]:
            raise attributes.NothingInIt
        if info["crs"] is None:
            raise CoordinatesUnknown
        meta, _, found, columns = pyogrio.raw.read(_in_metres(path, layer))
        outlines = shapely.from_wkb(np.asarray(found, dtype=object))
        lost = shapely.is_missing(outlines)
        # GDAL drops an outline that it cannot bring to EPSG:3035; one that the file itself lacks is reported by check_outlines.
        if lost.any() and not shapely.is_missing(shapely.from_wkb(pyogrio.raw.read(path, layer=layer)[2])[lost]).any():
            raise coverage.OutsideEurope
    except (RuntimeError, ValueError, shapely.GEOSException) as error:  # What GDAL and GEOS raise for damaged files.
        raise NotAMap(reason=str(error)) from error
    areas = attributes.read_areas(dict(zip(meta["fields"], columns, strict=True)), list(outlines), source, named=named)
    coverage.check_outlines(areas)
    return areas


def _choose_layer(path: Path, source: Source) -> str:
    """The layer that the source names, else the first one that has its fields, else the first."""
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if (named := attributes.find_field(layers, source.layer)) is not None:
        return named
    fitting = (name for name in layers if not attributes.list_missing(list(pyogrio.read_info(path, layer=name)["fields"]), source))
    return next(fitting, layers[0])


def _in_metres(path: Path, layer: str) -> bytes:
    """A virtual file by which GDAL reads the layer in EPSG:3035, from whatever system it is in."""
    return (
        f"<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name={quoteattr(layer)}><SrcDataSource>{escape(str(path.resolve()))}"
        "</SrcDataSource></OGRVRTLayer><TargetSRS>EPSG:3035</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    ).encode()
