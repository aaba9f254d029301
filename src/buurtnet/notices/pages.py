"""How one wants to be told, and the page behind the link that ends messages."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import UNSET

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound, SignInFirst
from buurtnet.kit.guards import residents
from buurtnet.kit.push import public_key
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.notices import actions
from buurtnet.notices.queries import get_wishes, list_channels, list_stopped, shows_here
from buurtnet.notices.rules.kinds import TOPICS
from buurtnet.notices.rules.marks import read_stop_mark, read_undo_mark, stop_mark, undo_mark
from buurtnet.notices.schemas import CHANNELS, NewWishes, Pace, Quiet, Topic, Wishes
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
Hour = Annotated[int, msgspec.Meta(ge=0, le=23)]
Channels = list[Literal["push", "email", "sms"]]
PACE_WORDS = {
    Pace.USUAL: N_("When there is something, three a day at most"),
    Pace.DAILY: N_("One a day at most"),
    Pace.WEEKLY: N_("Three a week at most"),
    Pace.OWN: N_("Only about what I asked or agreed. Other questions wait for me here."),
}
CHANNEL_WORDS = {"push": (N_("On my device"), "bell"), "email": (N_("By e-mail"), "mail"), "sms": (N_("By text message"), "smartphone")}


class WishesForm(msgspec.Struct, frozen=True):
    """How somebody wants to be told, as the page sends it; `shown` are the channels between which they could choose."""

    pace: Pace
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None
    any_time: bool = False
    shown: Channels = []
    asked: Channels = []
    answers: Channels = []
    messages: Channels = []
    posts: Channels = []

    def read(self, before: Wishes) -> NewWishes:
        """The wishes that follow: what was not to be chosen from stays as it was."""
        quiet = UNSET if self.quiet_from is None or self.quiet_until is None else Quiet(self.quiet_from, self.quiet_until)
        if self.any_time:
            quiet = Quiet(0, 0)
        channels = {topic: self._choose(before, topic, getattr(self, topic)) for topic in Topic} if self.shown else UNSET
        return NewWishes(self.pace, quiet, channels)

    def _choose(self, before: Wishes, topic: Topic, ticked: Channels) -> Channels:
        hidden = set(before.channels.get(topic) or CHANNELS) - set(self.shown)
        return [one for one in CHANNELS if one in hidden or one in ticked] if ticked else []


async def _show(request: Asked, db: Db, vault: Vault, viewer: Viewer, form: Form, status_code: int = 200) -> Response[str]:
    if viewer.person_id is None:
        raise SignInFirst
    wishes, channels = await get_wishes(db, viewer), await list_channels(db, viewer)
    own_device = viewer.actor_id == viewer.person_id and not viewer.discreet
    return render(
        request,
        "notices/wishes.html",
        tab="me",
        paces=[(pace.value, _(words)) for pace, words in PACE_WORDS.items()],
        wishes=wishes,
        topics=[(topic.value, _(words), wishes.channels.get(topic, CHANNELS)) for topic, words in TOPICS.items()],
        channels=[(name, _(CHANNEL_WORDS[name][0]), CHANNEL_WORDS[name][1]) for name in channels],
        hours=[(hour, f"{hour:02}:00") for hour in range(24)],
        push_key=public_key(vault) if own_device else "",
        here=await shows_here(db, viewer),
        form=form,
        status_code=status_code,
    )


@get("/me/notices", guards=[residents])
async def show_wishes(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn) -> Response[str]:
    """How I am told: how often, when not, of what and by which channels."""
    return await _show(request, db, vault, viewer, Form())


@post("/me/notices", guards=[residents])
async def change_wishes(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn) -> Response[Any]:
    """Keeps how I want to be told."""
    try:
        typed = await read_form(request, WishesForm)
    except Invalid as refusal:
        return await _show(request, db, vault, viewer, await typed_form(request, refusal), 422)
    await actions.set_wishes(db, viewer, typed.read(await get_wishes(db, viewer)))
    return Redirect("/me?saved=yes", status_code=303)


def _read_mark(vault: Vault, mark: str) -> tuple[UUID, list[Topic]]:
    try:
        return read_stop_mark(vault, mark)
    except ValueError:
        raise NotFound from None


def _show_stop(request: Asked, topics: Sequence[Topic], state: Literal["asked", "stopped", "resumed"], address: str) -> Response[str]:
    """`address` is where the button leads; empty where there is none."""
    return render(request, "notices/stop.html", topics=[_(TOPICS[topic]) for topic in topics], state=state, address=address)


@get("/s/{mark:str}")
async def show_stop(request: Asked, db: DbIn, vault: VaultIn, mark: FromPath[str]) -> Response[str]:
    """One button that ends messages like the one in which the link stood; looking changes nothing, for mail scanners look too."""
    person_id, topics = _read_mark(vault, mark)
    stopped = await list_stopped(db, person_id)
    if stopped is None:
        raise NotFound
    return _show_stop(request, topics, "stopped", "") if stopped.issuperset(topics) else _show_stop(request, topics, "asked", f"/s/{mark}")


@post("/s/{mark:str}", status_code=200)
async def stop(request: Asked, db: DbIn, vault: VaultIn, mark: FromPath[str]) -> Response[str]:
    """Ends them, whether a person or their mail program asks (RFC 8058); the answer is a page, for those follow nobody elsewhere."""
    person_id, topics = _read_mark(vault, mark)
    ended = await actions.stop_topics(db, person_id, topics)
    return _show_stop(request, topics, "stopped", f"/s/{undo_mark(vault, person_id, ended, now())}/undo" if ended else "")


@post("/s/{mark:str}/undo", status_code=200)
async def undo_stop(request: Asked, db: DbIn, vault: VaultIn, mark: FromPath[str]) -> Response[str]:
    """Takes back what was stopped within the last hour, on the page that said so: who has an old letter cannot."""
    try:
        person_id, topics = read_undo_mark(vault, mark, now())
    except ValueError:
        raise NotFound from None
    await actions.resume_topics(db, person_id, topics)
    return _show_stop(request, topics, "resumed", f"/s/{stop_mark(vault, person_id, topics)}")


router = Router("/", include_in_schema=False, route_handlers=[show_wishes, change_wishes, show_stop, stop, undo_stop])
