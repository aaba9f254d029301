"""Reading for the desk: its navigation, its counters, and who is left out."""

from buurtnet.desk.queries.counters import count_left_out, read_counters
from buurtnet.desk.queries.sections import list_sections

__all__ = ["count_left_out", "list_sections", "read_counters"]
