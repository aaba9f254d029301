"""What frozen months leave possible, for the month that has to agree with them (rules/protection.py). The worker alone reads it."""

from datetime import date

import numpy as np

from buurtnet.kit.db import Db
from buurtnet.network.rules.protection import Trace

TRACES = """
select c.cell, c.turn, c.window_months, (extract(year from s.as_of) * 12 + extract(month from s.as_of))::int as month, c.area_ids, c.amounts::float8[], c.told
  from network_cover c join snapshot s on s.id = c.snapshot_id and s.kind = 'month'
 where s.as_of between $1::date - interval '13 months' and $1::date + interval '13 months'
 order by s.as_of, c.window_months, c.cell, c.turn
"""


def month_number(on: date) -> int:
    """The month as a number."""
    return on.year * 12 + on.month


async def list_traces(db: Db, on: date) -> list[Trace]:
    """What the months of a year before and after the day left."""
    return [
        Trace(
            row["cell"],
            row["turn"],
            row["window_months"],
            row["month"],
            np.array(row["area_ids"], np.int64),
            np.array(row["amounts"], float),
            np.array(row["told"], bool),
        )
        for row in await db.fetch(TRACES, on)
    ]
