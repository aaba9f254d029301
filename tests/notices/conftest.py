"""Moments at which people are awake."""

from datetime import datetime, time, timedelta

from buurtnet.kit.clock import now
from buurtnet.web.language import ZONE


def noon(days: int = 1) -> datetime:
    """Noon, so many days from today: by then whatever is planned now is due, and nobody sleeps."""
    at = now()
    return datetime.combine(at.astimezone(ZONE).date() + timedelta(days=days), time(12), ZONE).astimezone(at.tzinfo)
