"""The pages of people: joining and signing in, a person's own settings, a worker's entrance, people and cards at the desk."""

from litestar import Router

from buurtnet.people.pages import (
    cards,
    checking,
    colleagues,
    confirming,
    contacts,
    desk,
    flyers,
    joining,
    keeping,
    me,
    passkeys,
    registering,
    signing,
    staff,
)

router = Router(
    "/",
    route_handlers=[
        *signing.HANDLERS,
        *joining.HANDLERS,
        *keeping.HANDLERS,
        *staff.HANDLERS,
        *passkeys.HANDLERS,
        *confirming.HANDLERS,
        *colleagues.HANDLERS,
        *me.HANDLERS,
        *contacts.HANDLERS,
        *desk.HANDLERS,
        *registering.HANDLERS,
        *cards.HANDLERS,
        *checking.HANDLERS,
        *flyers.HANDLERS,
    ],
)
