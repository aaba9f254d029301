"""The map and the published figures for programs: tiles, style, measures, months. All public, nothing but published figures."""

from litestar import Router

from buurtnet.network.api.figures import list_measures, list_months
from buurtnet.network.api.tiles import get_flows, get_style, get_tile, get_tilejson

api = Router("/", route_handlers=[get_tile, get_tilejson, get_style, get_flows, list_months, list_measures])
