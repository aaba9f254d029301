"""Days that people and workers choose: within which bounds they lie."""

from datetime import date, timedelta

from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_


def check_pause(until: date | None, today: date) -> date | None:
    """The last day of a pause; Invalid where it is over already or more than a year away."""
    if until is not None and not today <= until <= today + timedelta(days=366):
        raise Invalid({"until": N_("Choose a day between today and a year from now.")})
    return until


def check_limit(until: date, today: date) -> date:
    """The last day on which a worker looks first; Invalid where it is over already or more than three months away."""
    if not today < until <= today + timedelta(days=93):
        raise Invalid({"until": N_("This ends within three months. Choose a day.")})
    return until


def check_block(until: date, today: date) -> date:
    """The last day of a block; Invalid where it is over already or more than a year away."""
    if not today < until <= today + timedelta(days=366):
        raise Invalid({"until": N_("A block ends within a year. Choose a day.")})
    return until


def check_day(on: date, today: date) -> date:
    """The day on which an extract was seen; Invalid where it is still to come or more than five years ago."""
    if not today - timedelta(days=5 * 366) <= on <= today:
        raise Invalid({"checked_on": N_("Choose the day on which you saw the extract.")})
    return on
