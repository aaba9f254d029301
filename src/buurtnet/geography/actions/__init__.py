"""Writing places: importing boundaries, counting who lives there."""

from buurtnet.geography.actions.counting import count_people
from buurtnet.geography.actions.importing import import_geography, import_sample
from buurtnet.geography.actions.reading import (
    GEO,
    CoordinatesUnknown,
    NoSuchFile,
    NotAMap,
    SourceUnknown,
    find_source,
    read_file,
    read_sources,
)

__all__ = [
    "GEO",
    "CoordinatesUnknown",
    "NoSuchFile",
    "NotAMap",
    "SourceUnknown",
    "count_people",
    "find_source",
    "import_geography",
    "import_sample",
    "read_file",
    "read_sources",
]
