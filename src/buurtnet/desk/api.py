"""The desk's counters for programs."""

from litestar import Router, get
from litestar.di import NamedDependency

from buurtnet.desk.schemas import Counters
from buurtnet.kit.guards import facilitators


@get("/queue/counts", operation_id="countQueue", summary="How much waits for the facilitator", guards=[facilitators], sync_to_thread=False)
def count_queue(counters: NamedDependency[Counters]) -> Counters:
    """The counters of the desk, everywhere (`posts`) and in each neighbourhood (`posts/7`); what is not there is nothing."""
    return counters


api = Router(path="/api/v1", tags=["Desk"], route_handlers=[count_queue])
