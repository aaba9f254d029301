"""The time. Read at the edge (pages, jobs, actions) and handed to rules as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)
