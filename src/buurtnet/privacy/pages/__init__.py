"""The pages of privacy: my data (seeing), being forgotten (leaving), what the desk shows face to face (desk), two accounts
of one person (merging), what workers did (audit)."""

from litestar import Router

from buurtnet.privacy.pages import audit, desk, leaving, merging, seeing

router = Router(path="/", route_handlers=[*seeing.HANDLERS, *leaving.HANDLERS, *desk.HANDLERS, *audit.HANDLERS, *merging.HANDLERS])
