"""The pages of privacy: my data (seeing), being forgotten (leaving), and what the desk shows face to face (desk)."""

from litestar import Router

from buurtnet.privacy.pages import desk, leaving, seeing

router = Router(path="/", route_handlers=[*seeing.HANDLERS, *leaving.HANDLERS, *desk.HANDLERS])
