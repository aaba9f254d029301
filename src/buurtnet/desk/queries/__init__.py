"""Reading for the desk: its navigation, its counters, and who is left out."""

from buurtnet.desk.queries.counters import read_counters
from buurtnet.desk.queries.sections import list_sections

__all__ = ["list_sections", "read_counters"]
