"""The pages of privacy: my data (seeing), being forgotten (leaving), what the desk shows face to face (desk), two accounts
of one person (merging)."""

from litestar import Router

from buurtnet.privacy.pages import desk, leaving, merging, seeing

router = Router(path="/", route_handlers=[*seeing.HANDLERS, *leaving.HANDLERS, *desk.HANDLERS, *merging.HANDLERS])
