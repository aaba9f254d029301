"""From a checked row to somebody who takes part: registered as at the desk, with what they ask and offer placed on their behalf."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from buurtnet.intake.actions.pasting import refuse_without_secrecy, take_pasted
from buurtnet.intake.queries.waiting import find_known_ids
from buurtnet.intake.schemas import Checked, CheckForm, Pasted
from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound, Refusal
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.words import split_words
from buurtnet.matching.actions import make_match
from buurtnet.people.actions import add_number_to_call, register_person
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.actions.joining import MaybeKnown
from buurtnet.people.rules import normalise_phone
from buurtnet.people.schemas import Address, RegisteredPerson
from buurtnet.posts.actions import publish_post
from buurtnet.posts.queries import get_post
from buurtnet.posts.schemas import Kind, NewPost

NEW = "new"
"""Somebody else than all who are known already."""
NAMED = N_("The person's name is a word of this text, and neighbours would read it. Take it out, or tick the box below.")


async def check_row(db: Db, vault: Vault, viewer: Viewer, row_id: UUID, form: CheckForm, *, region: str, at: datetime) -> Checked:
    """Registers the person, or finds them, and places what they ask and offer; the row is gone. Refuses what registering and placing refuse,
    and a person who has not agreed."""
    refuse_without_secrecy(viewer)
    phone = read_phone(form.phone, region)
    async with db.transaction():  # Refused, the row is still there for the page that says why.
        row = await take_pasted(db, vault, viewer, row_id, at=at)
        if form.who == "" and any(await find_known_ids(db, vault, viewer, form.given_name, form.phone, region=region)):
            raise MaybeKnown
        person_id, name = await _find_person(db, viewer, form)
        if not form.named:
            refuse_name(name, form)
        if phone is not None and form.who in ("", NEW):
            await add_number_to_call(db, vault, viewer, person_id, phone)
        acting = replace(viewer, person_id=person_id, actor_id=viewer.person_id, roles=(), areas=())
        placed: dict[Kind, UUID] = {kind: await _place(db, acting, kind, form, at=at) for kind in list_kinds(form)}
    return Checked(person_id=person_id, posts=list(placed.values()), match_id=await _answer(db, viewer, row, placed))


def list_kinds(form: CheckForm) -> list[Kind]:
    """Which of the two sides has words."""
    kinds: list[Kind] = []
    if form.asks:
        kinds.append("need")
    if form.offers:
        kinds.append("offer")
    return kinds


def read_phone(typed: str, region: str) -> Address | None:
    """The number to call, None where there is none; Invalid at its own field."""
    if not typed:
        return None
    try:
        return normalise_phone(typed, region, to_call=True)
    except Invalid as refusal:
        raise Invalid({"phone": refusal.errors["address"]}) from None


def refuse_name(name: str, form: CheckForm) -> None:
    """Invalid where the name stands in a text that neighbours read."""
    parts = {word.text for word in split_words(name)}
    said = {"asks": form.asks, "offers": form.offers}
    if wrong := {side: NAMED for side, text in said.items() if parts & {word.text for word in split_words(text)}}:
        raise Invalid(wrong)


async def _find_person(db: Db, viewer: Viewer, form: CheckForm) -> tuple[UUID, str]:
    """Who it is, and their name: somebody who is here already and whom the worker may act for, or somebody new who agreed."""
    if form.who not in ("", NEW):
        person = await find_resident(db, viewer, _read_id(form.who))
        await record_audit(db, viewer, "pasted for", subject=person.id, object_kind="person", object_id=person.id)
        return person.id, person.given_name
    missing = {
        **({"given_name": N_("Write a name of at most 60 letters.")} if not form.given_name else {}),
        **({"neighbourhood_id": N_("Choose a neighbourhood where you work.")} if form.neighbourhood_id is None else {}),
        **({"languages": N_("Choose at least one language.")} if not form.languages else {}),
        **({"consent": N_("Ask the person first. They can only take part if they agree.")} if not form.consent else {}),
    }
    if missing or form.neighbourhood_id is None:
        raise Invalid(missing)
    new = RegisteredPerson(
        given_name=form.given_name,
        neighbourhood_id=form.neighbourhood_id,
        languages=form.languages,
        adult=form.adult,
        consent=form.consent,
        sure=form.who == NEW,
    )
    return await register_person(db, viewer, new), form.given_name


def _read_id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotFound from None


async def _place(db: Db, acting: Viewer, kind: Kind, form: CheckForm, *, at: datetime) -> UUID:
    side, text, theme = ("asks", form.asks, form.asks_theme) if kind == "need" else ("offers", form.offers, form.offers_theme)
    new = NewPost(kind=kind, text=text, theme=theme or None, when=form.soon if kind == "need" else "any")
    try:
        return (await publish_post(db, acting, new, at=at)).id
    except Invalid as refusal:
        raise Invalid({side: refusal.errors.get("text") or next(iter(refusal.errors.values()), refusal.text)}) from None


async def _answer(db: Db, viewer: Viewer, row: Pasted, placed: dict[Kind, UUID]) -> UUID | None:
    """The pair of what stood on paper and what its answer became, for review; None where nothing was answered, or something stands in the way:
    then the page of who fits says what."""
    if row.answers is None:
        return None
    try:
        post = await get_post(db, viewer, row.answers)
        other = placed.get("offer" if post.kind == "need" else "need")
        pair = None if other is None else (post.id, other) if post.kind == "need" else (other, post.id)
        return None if pair is None else await make_match(db, viewer, *pair)
    except Refusal:
        return None


def as_typed(row: Pasted, form: CheckForm) -> Pasted:
    """The row with what the worker typed over it."""
    return replace(
        row,
        name=form.given_name,
        phone=form.phone,
        neighbourhood_id=form.neighbourhood_id,
        languages=form.languages,
        asks=form.asks,
        asks_theme=form.asks_theme,
        soon=form.soon,
        offers=form.offers,
        offers_theme=form.offers_theme,
        sure=True,
    )


def turned(row: Pasted) -> Pasted:
    """The row with its two sides changed: what seemed asked is offered."""
    return replace(row, asks=row.offers, asks_theme=row.offers_theme, offers=row.asks, offers_theme=row.asks_theme, sure=True)
