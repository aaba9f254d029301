"""The map for everybody, and the network of one's own area at the desk, in figures and as people."""

from litestar import Router

from buurtnet.network.pages.desk import ask_for_draft, publish_map, show_areas, show_decision, show_draft
from buurtnet.network.pages.links import HANDLERS as LINKS
from buurtnet.network.pages.map import show_map

router = Router("/", route_handlers=[show_map, show_draft, ask_for_draft, show_areas, show_decision, publish_map, *LINKS])
