"""Organisations, people, how they are reached and how they sign in (people); who works where (staff)."""

from buurtnet.people.tables import people, staff

__all__ = ["people", "staff"]
