"""Who may do what: every route of the application, as data. `tests/test_access.py` tries each of them as everybody.

A route has a door, which looks at roles alone, and behind it objects, of which each is there for some and not there for all others. A route
that is missing here fails the tests, and so does one that is gone. The people and objects are those of `tests/stage.py`.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from buurtnet.intake.queries.paper import paper_code
from buurtnet.kit.clock import now
from buurtnet.matching.rules.hurdles import Hurdle
from buurtnet.notices.rules.marks import stop_mark, undo_mark
from buurtnet.notices.schemas import Topic
from buurtnet.people.rules.staff import mark_of
from tests.sounds import RECORDED
from tests.stage import RESIDENTS, STAFF, Stage

ACTORS = ("visitor", *RESIDENTS, "acted", *STAFF)
"""`acted` is the facilitator while she acts for the asker."""
Sent = Callable[[Stage], Mapping[str, Any]]


class Door(msgspec.Struct, frozen=True):
    """Who gets past it; what those get who do not: 404, or for a visitor the way to sign in."""

    actors: frozenset[str]

    def refuses(self, actor: str, method: str, path: str) -> int | None:
        """The status for who does not get past."""
        if actor in self.actors:
            return None
        if actor != "visitor":
            return 404
        return 303 if method == "GET" and not path.startswith("/api") else 401


def _workers(*roles: str) -> frozenset[str]:
    return frozenset(name for name, (role, _, _) in STAFF.items() if role in roles)


ANYBODY = Door(frozenset(ACTORS))
KNOWN = Door(frozenset(ACTORS) - {"visitor"})
LIVING_HERE = Door(frozenset(RESIDENTS) | {"acted"})
PLACING = Door(LIVING_HERE.actors | {"visitor"})
FACILITATORS = Door(_workers("facilitator"))
MAPPERS = Door(_workers("facilitator", "mapper"))
COORDINATORS = Door(_workers("coordinator"))
RESPONSIBLE = Door(_workers("facilitator", "coordinator"))
WORKERS = Door(_workers("facilitator", "coordinator", "mapper", "operator"))
WORKING = Door(WORKERS.actors | {"acted"})

FACILITATORS_HERE = "facilitator plain"
"""Those of the asker's neighbourhood and organisation."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path. `of` says for each object who gets the good answer: names, or `name:status` for another one; behind the door
    everybody else gets 404. Without `of`, everybody behind the door gets the good answer, but for the names in `but`."""

    door: Door
    good: int = 200
    of: Mapping[str, str] | None = None
    into: str = ""
    """The name of the parameter that takes the object's id, where it is not the only one."""
    but: str = ""
    sends: Sent | None = None
    """The arguments of httpx: data, json, params."""
    stores: bool | None = None
    """Whether the good answer leaves something behind; None: where the method is not GET."""
    apart: frozenset[str] = frozenset()
    """Tables that are written in a transaction of their own, so that a refusal does not undo it."""

    def statuses(self, method: str, path: str, target: str | None) -> dict[str, int]:
        """What each actor gets for the object (None: an id that nobody has)."""
        if self.of is None:
            listed = dict.fromkeys(ACTORS, self.good) | _read(self.but, self.good)
        else:
            listed = dict.fromkeys(ACTORS, 404) | (_read(self.of[target], self.good) if target else {})
        return {actor: self.door.refuses(actor, method, path) or listed[actor] for actor in ACTORS}


def _read(words: str, good: int) -> dict[str, int]:
    pairs = (word.partition(":") for word in words.split())
    return {name: int(status) if status else good for name, _, status in pairs}


def form(**fields: Any) -> Sent:
    """What a page's form sends."""
    return lambda _stage: {"data": fields}


def program(**fields: Any) -> Sent:
    """What a program sends."""
    return lambda _stage: {"json": fields}


def of_stage(kind: str, make: Callable[[Stage], Mapping[str, Any]]) -> Sent:
    """The same with ids of the stage in it."""
    return lambda stage: {kind: make(stage)}


def as_page(_stage: Stage) -> Mapping[str, Any]:
    """How people ask where programs ask too."""
    return {"params": {"f": "html"}}


def of_measures(_stage: Stage) -> Mapping[str, Any]:
    """The same of the collection of measures."""
    return {"collection": "measures", "params": {"f": "html"}}


def page(door: Door, **more: Any) -> Route:
    """A page, or a fragment."""
    return Route(door=door, **more)


def act(door: Door, sends: Sent | None = None, **more: Any) -> Route:
    """A form that leads on to a page."""
    return Route(door=door, good=303, sends=sends, **more)


OWN = "asker acted"
NEAR = "asker acted helper receiver giver neighbour"
MATCHES_SEEN = {
    "match suggested": "",
    "match byhand": "",
    "match asked": "helper",
    "match askedsensitive": "helper",
    "match offered": "helper asker acted",
    "match declined": "helper",
    "match refusedbyasker": "helper asker acted",
    "match rejected": "",
    "match lapsed": "helper",
    "match withdrawn": "helper",
    "match resting": "helper",
    "match agreed": "receiver giver",
    "match completed": "receiver giver",
    "match failed": "receiver giver",
}
"""A side knows of a match from the moment it is asked."""


def answered(**good: str) -> dict[str, str]:
    """For each match who gets the good answer; whoever else sees the match hears that it is too late (409)."""
    late = {match: " ".join(f"{name}:409" for name in seen.split()) for match, seen in MATCHES_SEEN.items()}
    return {match: f"{late[match]} {good.get(match.removeprefix('match '), '')}" for match in MATCHES_SEEN}


DESK_MATCHES = {match: "facilitator" if "sensitive" in match else FACILITATORS_HERE for match in MATCHES_SEEN}
POSTS_SEEN = {
    "quiet": OWN,
    "shown": f"{NEAR} apart",
    "sensitive": OWN,
    "waiting": OWN,
    "refused": OWN,
    "offer": f"{NEAR} apart",
    "nextdoor": f"{NEAR} apart",
}
FITTING = {
    "shown": FACILITATORS_HERE,
    "quiet": FACILITATORS_HERE,
    "sensitive": "facilitator",
    "offer": FACILITATORS_HERE,
    "nextdoor": "elsewhere",
}
OWN_POSTS = {"quiet": OWN, "shown": OWN, "waiting": OWN, "offer": "helper", "nextdoor": "giver"}
WIDENED = {"quiet": OWN, "shown": OWN, "waiting": "asker:409 acted:409", "offer": ""}
"""Only needs are made wider, and only while they are open."""
PEOPLE = {
    "asker": FACILITATORS_HERE,
    "helper": FACILITATORS_HERE,
    "giver": "elsewhere",
    "stranger": "elsewhere",
    "guest": "foreign",
    "plain": "",
    "coordinator": "",
}
PEOPLE_WITH_SECRECY = {"asker": "facilitator plain:403", "giver": "elsewhere", "guest": "foreign"}
TALKS = {"conversationagreed": "receiver giver", "conversationcompleted": "receiver giver", "conversationfailed": "receiver giver"}
TALKS_OPEN = TALKS | {"conversationfailed": "receiver:409 giver:409"}
"""What did not work out was stopped."""
REFERRALS = {"referral": FACILITATORS_HERE, "referral sent": FACILITATORS_HERE, "referral new": FACILITATORS_HERE}
PARTNERS = {"partner": "facilitator plain elsewhere", "partner of foreign": "foreign"}
AREAS = {"area of home": "facilitator plain elsewhere coordinator", "area of other": "foreign"}
"""Those who work in an area of their organisation, and its coordinator."""
POST_VOICES = {"spoken": OWN, "waitingsensitive": OWN, "needoffered": OWN, "needagreed": "receiver", "offeragreed": "giver", "waiting": ""}
"""A post is heard by its author alone, as a resident; whoever is matched hears it by the match."""
MATCH_VOICES = {"match agreed": "receiver giver", "match offered": "", "match completed": "", "match failed": ""}
MESSAGE_VOICES = {"message of conversationfailed": "receiver giver", "message of conversationagreed": ""}
"""The conversation in the address is the one that failed."""
DESK_VOICES = {
    "spoken": FACILITATORS_HERE,
    "waitingsensitive": "facilitator",
    "needagreed": FACILITATORS_HERE,
    "offeragreed": "elsewhere",
    "waiting": "",
}
WORDS = {"words": "Ik zoek een ladder voor zaterdag", "language": "nl", "version": "1"}
WORDED = {"spoken": FACILITATORS_HERE, "waiting": "", "needoffered": ""}
"""What somebody typed stays as it is."""
DECIDED = {"decided_with": "de bewonersraad", "decided_on": "2026-03-04"}
PROFILE = form(given_name="Amina", languages=["nl"], language="nl", picture="3")
SOMEBODY = {"given_name": "Yusra", "languages": ["ar"], "adult": True, "consent": True}
SOMEBODY_NEW = {"given_name": "Tom", "email": "tom@dienst.example", "language": "nl", "roles": "facilitator", "secrecy": "art. 458"}
DEVICE = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl",
    "keys": {
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg",
    },
}
REASON = form(reason="safety")
CODE = frozenset({"sign_in_code"})


def _late(names: str) -> str:
    """The same names, who hear that it is too late."""
    return " ".join(f"{name}:409" for name in names.split())


def stop_link(stage: Stage) -> str:
    """The end of a link that stands in the asker's mail."""
    return stop_mark(stage.vault, stage.ids["asker"], [Topic.ASKED])


def undo_link(stage: Stage) -> str:
    """The end of the link by which the asker takes that back."""
    return undo_mark(stage.vault, stage.ids["asker"], [Topic.ASKED], now())


ROUTES: dict[str, Route] = {
    # Everybody's pages
    "GET /": page(ANYBODY, but=" ".join(f"{name}:303" for name in STAFF)),
    "GET /about": page(ANYBODY),
    "GET /privacy": page(ANYBODY),
    "GET /rules": page(ANYBODY),
    "GET /accessibility": page(ANYBODY),
    "GET /contact": page(ANYBODY),
    "GET /helplines": page(ANYBODY),
    "GET /map": page(ANYBODY),
    "GET /map/downloads": page(ANYBODY),
    "GET /map/downloads/{file:str}": page(ANYBODY, good=404, sends=lambda _: {"file": "buurtnet-2026-10.gpkg"}),
    "GET /map/flows.json": page(ANYBODY),
    "GET /map/style.json": page(ANYBODY),
    # Geographic programs; pages where somebody asks for one
    "GET /ogc": page(ANYBODY, sends=as_page),
    "GET /ogc/api": page(ANYBODY, sends=as_page),
    "GET /ogc/conformance": page(ANYBODY, sends=as_page),
    "GET /ogc/collections": page(ANYBODY, sends=as_page),
    "GET /ogc/collections/{collection:str}": page(ANYBODY, sends=of_measures),
    "GET /ogc/collections/{collection:str}/schema": page(ANYBODY, sends=of_measures),
    "GET /ogc/collections/{collection:str}/items": page(ANYBODY, sends=of_measures),
    "GET /ogc/collections/{collection:str}/items/{feature:str}": page(
        ANYBODY, sends=lambda stage: {"collection": "neighbourhoods", "feature": stage.ids["hood"], "params": {"f": "html"}}
    ),
    "GET /tiles.json": page(ANYBODY),
    "GET /tiles/{zoom:int}/{column:int}/{file:str}": page(ANYBODY, sends=lambda _: {"zoom": 12, "column": 2098, "file": "1373.pbf"}),
    "GET /outlines/{municipality_id:int}": page(ANYBODY, sends=lambda _: {"municipality_id": 1}),
    "GET /static/{name:str}": page(ANYBODY, good=404, sends=lambda _: {"name": "nothing.css"}),
    "GET /sw.js": page(ANYBODY),
    "GET /manifest/{language:str}": page(ANYBODY, sends=lambda _: {"language": "nl"}),
    "GET /offline/{language:str}": page(ANYBODY, sends=lambda _: {"language": "ar"}),
    "GET /health/live": page(ANYBODY),
    "GET /health/ready": page(ANYBODY),
    "GET /inbox": page(ANYBODY),
    "GET /inbox.json": page(ANYBODY),
    "GET /s/{mark:str}": page(ANYBODY, sends=lambda stage: {"mark": stop_link(stage)}),
    "POST /s/{mark:str}": Route(door=ANYBODY, sends=lambda stage: {"mark": stop_link(stage)}),
    "POST /s/{mark:str}/undo": Route(door=ANYBODY, stores=False, sends=lambda stage: {"mark": undo_link(stage)}),
    "GET /report": page(ANYBODY),
    "GET /reports/{report_id:uuid}": page(ANYBODY, of={"report": " ".join(ACTORS), "report closed": " ".join(ACTORS)}),
    "POST /reports/{report_id:uuid}/appeal": act(
        ANYBODY, of={"report closed": " ".join(ACTORS), "report": " ".join(f"{name}:409" for name in ACTORS)}
    ),
    "POST /report": act(ANYBODY, form(text="Daar klopt iets niet.", object_kind="other")),
    "POST /language": act(ANYBODY, form(language="fr", next="/about"), stores=False),
    # Joining and signing in
    "GET /join": page(ANYBODY, but=" ".join(f"{name}:303" for name in ACTORS[1:])),
    "POST /join": act(ANYBODY, form(address="somebody@example.org")),
    "GET /join/about": page(ANYBODY, good=303),
    "POST /join/about": Route(door=ANYBODY, good=422, sends=form(languages=["nl"])),
    "GET /sign-in": page(ANYBODY, but=" ".join(f"{name}:303" for name in ACTORS[1:])),
    "POST /sign-in": act(ANYBODY, form(address="somebody@example.org")),
    "GET /sign-in/code": page(ANYBODY, good=303),
    "POST /sign-in/code": act(ANYBODY, form(code="123456"), stores=False, apart=CODE),
    "GET /sign-in/who": page(ANYBODY, good=303),
    "POST /sign-in/who": Route(door=ANYBODY, good=422, sends=form(picture="1")),
    "GET /sign-in/card": page(ANYBODY),
    "POST /sign-in/card": Route(door=ANYBODY, good=422, sends=form(code="BCDFGH24", pin1="1", pin2="2", pin3="3", pin4="4")),
    "GET /card/{token:str}": page(
        ANYBODY, sends=lambda _: {"token": "a card"}, but=" ".join(f"{name}:303" for name in FACILITATORS.actors)
    ),
    "POST /card/{token:str}": Route(
        door=ANYBODY, good=422, sends=lambda _: {"token": "a card", "data": {"pin1": "1", "pin2": "2", "pin3": "3", "pin4": "4"}}
    ),
    "POST /sign-out": act(ANYBODY, but="visitor:303"),
    "GET /staff/sign-in": page(ANYBODY, but=" ".join(f"{name}:303" for name in STAFF)),
    "POST /staff/sign-in": act(ANYBODY, form(address="somebody@example.org")),
    "GET /staff/sign-in/code": page(ANYBODY),
    "POST /staff/sign-in/code": Route(door=ANYBODY, good=422, sends=form(code="123456", totp="123456"), apart=CODE),
    "POST /staff/passkeys/prove": Route(door=ANYBODY, stores=False),
    "POST /staff/sign-in/passkey": Route(door=ANYBODY, good=422, sends=form(passkey="{}")),
    "GET /staff/begin": page(ANYBODY, good=303),
    "POST /staff/begin": act(ANYBODY, form(totp="123456"), stores=False),
    "POST /staff/begin/ask": Route(door=ANYBODY, good=422),
    "POST /staff/begin/passkey": act(ANYBODY, form(passkey="{}"), stores=False),
    "POST /staff/confirm": act(WORKING, form(next="/desk"), stores=False),
    "GET /staff/passkeys": page(WORKERS),
    "POST /staff/passkeys": Route(door=WORKERS, good=422, sends=form(passkey="{}")),
    "POST /staff/passkeys/ask": Route(door=WORKERS, stores=False),
    "POST /staff/passkeys/app": Route(door=WORKERS, good=422, sends=form(totp="123456")),
    "POST /staff/passkeys/{passkey_id:uuid}/remove": act(WORKERS, of={"passkey": "coordinator"}),
    # Placing a post
    "GET /new": page(PLACING),
    "GET /new/{kind:str}": page(PLACING, sends=lambda _: {"kind": "need"}),
    "GET /new/{kind:str}/{slug:str}": page(PLACING, sends=lambda _: {"kind": "need", "slug": "transport.move"}),
    "POST /new/{kind:str}/{slug:str}": act(
        PLACING,
        lambda _: {"kind": "offer", "slug": "transport.move", "data": {"text": "Een kast dragen", "when": "any", "reach": "1"}},
        stores=False,
    ),
    "GET /new/{kind:str}/{slug:str}/voice": page(PLACING, sends=lambda _: {"kind": "need", "slug": "transport.move"}),
    "POST /new/{kind:str}/{slug:str}/voice": act(
        PLACING, lambda _: {"kind": "offer", "slug": "transport.move", "files": {"voice": ("voice", RECORDED)}}
    ),
    "GET /new/voice": page(PLACING, sends=lambda stage: {"cookies": {"draft": stage.spoken_draft}}),
    "POST /new/voice/drop": act(PLACING, lambda stage: {"cookies": {"draft": stage.spoken_draft}}),
    "GET /new/preview": page(PLACING, but="visitor:303", sends=lambda stage: {"cookies": {"draft": stage.draft}}),
    "GET /new/whole/{kind:str}": page(LIVING_HERE, sends=lambda _: {"kind": "offer"}),
    "POST /posts/whole": act(
        LIVING_HERE, lambda _: {"data": {"kind": "need", "theme": "transport.move", "text": "Een kast dragen", "seen": "yes"}}
    ),
    "POST /posts": act(LIVING_HERE, lambda stage: {"cookies": {"draft": stage.draft}, "data": {"shown": "yes"}}),
    # A resident's posts
    "GET /posts": page(LIVING_HERE),
    "GET /posts/near": page(LIVING_HERE),
    "GET /posts/{post_id:uuid}": page(LIVING_HERE, of=POSTS_SEEN),
    "GET /posts/{post_id:uuid}/voice": page(LIVING_HERE, of=POST_VOICES),
    "GET /posts/{post_id:uuid}/change": page(LIVING_HERE, of=OWN_POSTS | {"refused": "asker:409 acted:409"}),
    "POST /posts/{post_id:uuid}/change": act(
        LIVING_HERE,
        form(text="Een andere kast dragen", when="any", reach="1", version="1"),
        of=OWN_POSTS | {"refused": "asker:409 acted:409"},
    ),
    "POST /posts/{post_id:uuid}/withdraw": act(LIVING_HERE, of=OWN_POSTS | {"refused": "asker:409 acted:409"}),
    "POST /posts/{post_id:uuid}/renew": act(
        LIVING_HERE, of={"quiet": OWN, "shown": OWN, "waiting": "asker:409 acted:409", "offer": "helper"}
    ),
    "GET /posts/{post_id:uuid}/fits": page(LIVING_HERE, of=OWN_POSTS),
    "POST /posts/{post_id:uuid}/widen": act(LIVING_HERE, form(change="reach", reach="2", version="1"), of=WIDENED),
    "GET /posts/{post_id:uuid}/decision": page(LIVING_HERE, of={"refused": OWN, "quiet": ""}),
    "GET /decisions/{decision_id:uuid}": page(ANYBODY, of={"decision": OWN, "decision stopped": " ".join(ACTORS)}),
    "POST /decisions/{decision_id:uuid}/words": act(LIVING_HERE, form(answer="no"), of={"decision words": OWN, "decision": ""}),
    "POST /decisions/{decision_id:uuid}/appeal": act(
        ANYBODY, of={"decision": OWN, "decision stopped": " ".join(ACTORS), "decision appealed": ""}
    ),
    # Matches
    "GET /matches": page(LIVING_HERE),
    "GET /matches/{match_id:uuid}": page(LIVING_HERE, of=MATCHES_SEEN),
    "GET /matches/{match_id:uuid}/voice": page(LIVING_HERE, of=MATCH_VOICES),
    "POST /matches/{match_id:uuid}/answer": act(
        LIVING_HERE, form(answer="yes"), of=answered(asked="helper", askedsensitive="helper", offered=OWN)
    ),
    "POST /matches/{match_id:uuid}/done": act(LIVING_HERE, of=answered(agreed="receiver giver")),
    "GET /matches/{match_id:uuid}/failed": page(
        LIVING_HERE, of={"match agreed": "receiver giver", "match asked": "", "match completed": ""}
    ),
    "POST /matches/{match_id:uuid}/failed": act(LIVING_HERE, form(reason="no_contact"), of=answered(agreed="receiver giver")),
    # Talking, calling
    "GET /messages": page(LIVING_HERE, but="acted:404"),
    "GET /conversations/{conversation_id:uuid}": page(LIVING_HERE, of=TALKS, apart=frozenset({"participant"})),
    "GET /conversations/{conversation_id:uuid}/newer": page(LIVING_HERE, good=303, of=TALKS),
    "GET /conversations/{conversation_id:uuid}/voice": page(LIVING_HERE, of=TALKS_OPEN),
    "POST /conversations/{conversation_id:uuid}/voice": act(
        LIVING_HERE, lambda _: {"files": {"voice": ("voice", RECORDED)}}, of=TALKS_OPEN
    ),
    "GET /conversations/{conversation_id:uuid}/messages/{message_id:uuid}/voice": page(
        LIVING_HERE, sends=lambda stage: {"conversation_id": stage.ids["conversationfailed"]}, of=MESSAGE_VOICES
    ),
    "POST /conversations/{conversation_id:uuid}/messages": act(LIVING_HERE, form(text="Tot morgen!"), of=TALKS_OPEN),
    "GET /conversations/{conversation_id:uuid}/share-number": page(LIVING_HERE, of=TALKS_OPEN),
    "POST /conversations/{conversation_id:uuid}/share-number": act(LIVING_HERE, form(), of=TALKS_OPEN),
    "GET /conversations/{conversation_id:uuid}/report": page(LIVING_HERE, of=TALKS),
    "POST /conversations/{conversation_id:uuid}/report": act(LIVING_HERE, of=TALKS),
    "POST /conversations/{conversation_id:uuid}/stop": act(LIVING_HERE, of=TALKS_OPEN),
    "GET /call-me": page(LIVING_HERE),
    "POST /call-me": Route(door=LIVING_HERE),
    # Oneself
    "POST /posts/{post_id:uuid}/again": act(LIVING_HERE, of={"needcompleted": "receiver", "quiet": "", "refused": ""}, stores=False),
    "GET /f/{code:str}": page(ANYBODY, good=303, sends=lambda stage: {"code": stage.ids["flyer"]}),
    "GET /kept": page(LIVING_HERE, good=303, but="acted:404"),
    "POST /kept/forget": act(LIVING_HERE, of_stage("data", lambda stage: {"kept": str(stage.ids["quiet"])}), stores=False),
    "GET /me": page(KNOWN),
    "GET /me/data": page(LIVING_HERE, but="acted:403"),
    "GET /me/data/kept/{group:str}": page(LIVING_HERE, but="acted:403", sends=lambda _stage: {"group": "posts"}),
    "GET /me/data/looks": page(LIVING_HERE, but="acted:403"),
    "GET /me/data/file.json": page(LIVING_HERE, but="acted:403"),
    "GET /me/data/file.html": page(LIVING_HERE, but="acted:403"),
    "GET /me/data/forget": page(LIVING_HERE, but="acted:403"),
    "GET /me/data/forget/sure": page(LIVING_HERE, but="acted:403"),
    "GET /me/data/forget/code": page(LIVING_HERE, but="acted:403"),
    "POST /me/data/forget/code": act(
        LIVING_HERE,
        of_stage("data", lambda stage: {"contact": str(stage.ids["contact of asker"])}),
        but="acted:403 " + " ".join(f"{name}:404" for name in RESIDENTS if name != "asker"),
    ),
    "POST /me/data/forget/digits": Route(door=LIVING_HERE, good=422, but="acted:403", sends=form(code="123456")),
    "POST /me/data/forget/pictures": Route(
        door=LIVING_HERE, good=422, but="acted:403", sends=form(pin1="1", pin2="2", pin3="3", pin4="4"), stores=False
    ),
    "POST /me/data/forget": act(LIVING_HERE, form(sure="yes"), but="acted:403"),
    "GET /forgotten": page(ANYBODY),
    "GET /me/profile": page(LIVING_HERE),
    "POST /me/profile": act(LIVING_HERE, PROFILE),
    "GET /me/place": page(LIVING_HERE),
    "POST /me/place": act(LIVING_HERE, of_stage("data", lambda stage: {"neighbourhood_id": stage.ids["hood"]})),
    # Only the asker is asked; to say it unasked changes nothing.
    "POST /me/place/answer": act(LIVING_HERE, of_stage("data", lambda stage: {"neighbourhood_id": stage.ids["hood"]}), stores=False),
    "GET /me/times": page(LIVING_HERE),
    "POST /me/times": act(LIVING_HERE, form(reach="2", monthly_max="3")),
    "GET /me/pause": page(LIVING_HERE),
    "POST /me/pause": act(LIVING_HERE, form()),
    "GET /me/notices": page(LIVING_HERE),
    "POST /me/notices": act(LIVING_HERE, form(pace="daily")),
    "POST /me/resume": act(LIVING_HERE, stores=False),
    "GET /me/safety": page(LIVING_HERE),
    "POST /me/safety": act(LIVING_HERE, form(mediated="yes")),
    "GET /me/pin": page(LIVING_HERE),
    "POST /me/pin": act(LIVING_HERE, form(pin1="1", pin2="2", pin3="3", pin4="4")),
    "GET /me/contact": page(LIVING_HERE),
    "POST /me/contact": act(LIVING_HERE, form(address="another@example.org")),
    "GET /me/contact/code": page(LIVING_HERE),
    "POST /me/contact/code": Route(door=LIVING_HERE, good=422, sends=form(code="123456"), apart=CODE),
    "POST /me/contact/{contact_id:uuid}/remove": act(
        LIVING_HERE, of={"contact of asker": OWN, "contact of giver": "giver", "contact of guest": "guest:409"}
    ),
    "POST /me/contact/{contact_id:uuid}/again": act(LIVING_HERE, of={"contact of asker": OWN, "contact of giver": "giver"}),
    "GET /me/keep-away": page(LIVING_HERE),
    "POST /me/keep-away": act(LIVING_HERE, form(address="+32470123456")),
    "POST /me/keep-away/remove": Route(door=LIVING_HERE, good=422, sends=form(address="+32470123456")),
    "POST /me/sign-out-everywhere": act(KNOWN),
    "POST /acting/stop": act(KNOWN, but="", stores=False),
    # The desk
    "GET /desk": page(WORKERS),
    "GET /desk/posts": page(FACILITATORS),
    "GET /desk/posts/{post_id:uuid}": page(
        FACILITATORS, of={"waiting": FACILITATORS_HERE, "waitingsensitive": "facilitator", "refused": FACILITATORS_HERE, "quiet": ""}
    ),
    "GET /desk/posts/{post_id:uuid}/voice": page(FACILITATORS, of=DESK_VOICES),
    "POST /desk/posts/{post_id:uuid}/words": act(FACILITATORS, form(**WORDS), of=WORDED),
    "POST /desk/posts/{post_id:uuid}": act(
        FACILITATORS,
        form(verdict="approved"),
        of={"waiting": FACILITATORS_HERE, "waitingsensitive": "facilitator", "quiet": "facilitator:409 plain:409"},
    ),
    "POST /desk/posts/{post_id:uuid}/preview": Route(
        door=FACILITATORS,
        sends=form(verdict="refused", reason="money", note="Zo niet"),
        of={"waiting": FACILITATORS_HERE, "waitingsensitive": "facilitator", "quiet": ""},
        stores=False,
    ),
    "POST /desk/posts/{object_id:uuid}/claim": act(FACILITATORS, of={"waiting": FACILITATORS_HERE, "waitingsensitive": "facilitator"}),
    "POST /desk/posts/{object_id:uuid}/release": act(
        FACILITATORS, of={"waiting": FACILITATORS_HERE, "waitingsensitive": "facilitator"}, stores=False
    ),
    "POST /desk/matches/{object_id:uuid}/claim": act(FACILITATORS, of={"match suggested": FACILITATORS_HERE}),
    "POST /desk/matches/{object_id:uuid}/release": act(FACILITATORS, of={"match suggested": FACILITATORS_HERE}, stores=False),
    "POST /desk/reports/{object_id:uuid}/claim": act(FACILITATORS, of={"report": FACILITATORS_HERE}),
    "POST /desk/reports/{object_id:uuid}/release": act(FACILITATORS, of={"report": FACILITATORS_HERE}, stores=False),
    "POST /desk/bulk": Route(
        door=FACILITATORS,
        sends=of_stage("data", lambda stage: {"kind": "post", "what": "approved", "item": [str(stage.ids["waiting"])]}),
        stores=False,
    ),
    "POST /desk/undo/{batch:uuid}": act(FACILITATORS, of={"batch": "facilitator"}),
    "POST /desk/undo/{batch:uuid}/now": act(FACILITATORS, of={"batch": "facilitator"}, stores=False),
    "GET /desk/matches": page(FACILITATORS),
    "GET /desk/matches/{match_id:uuid}": page(FACILITATORS, of=DESK_MATCHES),
    "POST /desk/matches/{match_id:uuid}": act(
        FACILITATORS,
        form(verdict="confirm"),
        of={"match suggested": FACILITATORS_HERE, "match asked": "facilitator:409 plain:409", "match askedsensitive": "facilitator:409"},
    ),
    "POST /desk/matches/{match_id:uuid}/swap": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"post_id": str(stage.ids["nextdoor"])}),
        of={"match suggested": FACILITATORS_HERE, "match asked": "facilitator:409 plain:409", "match askedsensitive": "facilitator:409"},
    ),
    "POST /desk/matches/{match_id:uuid}/drop": act(
        FACILITATORS, of={"match byhand": FACILITATORS_HERE, "match suggested": "facilitator:409 plain:409"}
    ),
    "GET /desk/needs/{need_id:uuid}/offers": page(
        FACILITATORS, of={"quiet": FACILITATORS_HERE, "sensitive": "facilitator", "offer": "", "waiting": ""}
    ),
    "POST /desk/needs/{need_id:uuid}/offers": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"offer_id": str(stage.ids["offer"]), "hurdles": list(Hurdle)}),
        of={"quiet": FACILITATORS_HERE, "sensitive": "facilitator", "waiting": ""},
    ),
    "GET /desk/unmatched": page(FACILITATORS),
    "GET /desk/rounds": page(RESPONSIBLE),
    "POST /desk/rounds": act(
        RESPONSIBLE, of_stage("data", lambda stage: {"area": str(stage.ids["area of home"]), "what": "try"}), but="foreign:404"
    ),
    "GET /desk/rounds/{round_id:uuid}": page(
        RESPONSIBLE,
        of={
            "round of home": "facilitator plain elsewhere coordinator",
            "round of other": "foreign",
            "round of all": "facilitator plain elsewhere foreign coordinator",
        },
    ),
    "GET /desk/reports": page(FACILITATORS),
    "GET /desk/reports/{report_id:uuid}": page(
        FACILITATORS, of={"report": FACILITATORS_HERE, "report nowhere": f"{FACILITATORS_HERE} elsewhere foreign"}
    ),
    "POST /desk/reports/{report_id:uuid}": act(FACILITATORS, form(outcome="handled"), of={"report": FACILITATORS_HERE}),
    "GET /desk/reports/{report_id:uuid}/messages/{message_id:uuid}/voice": page(
        FACILITATORS, sends=lambda stage: {"report_id": stage.ids["report heard"]}, of={"message of conversationcompleted": "facilitator"}
    ),
    "POST /desk/reports/{report_id:uuid}/open": Route(door=FACILITATORS, sends=REASON, of={"report talk": "facilitator plain:403"}),
    "GET /desk/live": page(FACILITATORS),
    "GET /desk/left-out": page(FACILITATORS),
    "POST /desk/left-out/{person_id:uuid}/first": act(FACILITATORS, of=PEOPLE),
    "POST /desk/agreements/{match_id:uuid}": act(
        FACILITATORS,
        form(how="no_contact"),
        of={match: DESK_MATCHES[match] if match == "match agreed" else _late(DESK_MATCHES[match]) for match in DESK_MATCHES},
    ),
    "GET /desk/tasks": page(FACILITATORS),
    "POST /desk/tasks": act(
        FACILITATORS, of_stage("data", lambda stage: {"person_id": stage.ids["asker"], "when": "week"}), but="elsewhere:404 foreign:404"
    ),
    "POST /desk/tasks/{task_id:uuid}/call": Route(
        door=FACILITATORS, of={"task": "facilitator plain:403", "task of foreign": "foreign", "task noted": "facilitator:409 plain:409"}
    ),
    "POST /desk/tasks/{task_id:uuid}/log": act(
        FACILITATORS,
        form(outcome="called"),
        of={"task": FACILITATORS_HERE, "task of foreign": "foreign", "task noted": "facilitator:409 plain:409"},
    ),
    "POST /desk/tasks/{task_id:uuid}/next": act(FACILITATORS, form(when="week"), of={"task noted": "facilitator", "task": ""}),
    "POST /desk/tasks/{task_id:uuid}/undo": act(FACILITATORS, of={"task noted": "facilitator", "task": ""}),
    "GET /desk/referrals": page(FACILITATORS),
    "GET /desk/referrals/{referral_id:uuid}": page(FACILITATORS, of=REFERRALS),
    "POST /desk/referrals/{referral_id:uuid}": act(
        FACILITATORS,
        form(state="helped", version="1"),
        of={"referral": FACILITATORS_HERE, "referral new": FACILITATORS_HERE, "referral sent": "facilitator:409 plain:409"},
    ),
    "POST /desk/referrals/{referral_id:uuid}/ask": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"partner": str(stage.ids["partner"]), "words": "Mag ik u noemen?", "version": "1"}),
        of={"referral": "facilitator plain:403", "referral new": "facilitator plain:403", "referral sent": "facilitator:409 plain:403"},
    ),
    "POST /desk/referrals/{referral_id:uuid}/words": Route(door=FACILITATORS, of={"referral": FACILITATORS_HERE}),
    "GET /desk/partners": page(FACILITATORS),
    "POST /desk/partners": act(FACILITATORS, form(name="Wegwijzer", phone="+32 2 000 00 02")),
    "GET /desk/partners/{partner_id:uuid}": page(FACILITATORS, of=PARTNERS),
    "POST /desk/partners/{partner_id:uuid}": act(FACILITATORS, form(name="Wegwijzer", phone="+32 2 000 00 02"), of=PARTNERS),
    "POST /desk/partners/{partner_id:uuid}/end": act(FACILITATORS, of=PARTNERS),
    "GET /desk/rights": page(RESPONSIBLE),
    "GET /referrals/{referral_id:uuid}": page(LIVING_HERE, of={"referral": OWN, "referral sent": OWN, "referral new": ""}),
    "POST /referrals/{referral_id:uuid}": act(
        LIVING_HERE, form(answer="yes"), of={"referral": OWN, "referral sent": "asker:409 acted:409", "referral new": ""}
    ),
    "GET /desk/people": page(FACILITATORS),
    "GET /desk/people/new": page(FACILITATORS),
    "POST /desk/people/new": act(
        FACILITATORS, of_stage("data", lambda stage: SOMEBODY | {"neighbourhood_id": stage.ids["hood"]}), but="elsewhere:422"
    ),
    "POST /desk/people/kept/forget": act(FACILITATORS, of_stage("data", lambda stage: {"kept": str(stage.ids["quiet"])}), stores=False),
    "GET /desk/people/{person_id:uuid}": page(FACILITATORS, of=PEOPLE),
    "POST /desk/people/{person_id:uuid}/act": act(FACILITATORS, REASON, of=PEOPLE_WITH_SECRECY),
    "POST /desk/people/{person_id:uuid}/contact": Route(door=FACILITATORS, sends=REASON, of=PEOPLE_WITH_SECRECY),
    "POST /desk/people/{person_id:uuid}/looks": Route(door=FACILITATORS, sends=REASON, of=PEOPLE_WITH_SECRECY),
    "POST /desk/people/{person_id:uuid}/look-after": act(FACILITATORS, REASON, of=PEOPLE_WITH_SECRECY),
    "POST /desk/people/{person_id:uuid}/hand-over": act(
        FACILITATORS, of={"asker": FACILITATORS_HERE, "giver": "elsewhere", "stranger": "elsewhere"}
    ),
    "POST /desk/people/{person_id:uuid}/number": Route(
        door=FACILITATORS,
        good=303,
        sends=form(address="+3222123456"),
        of={"neighbour": "facilitator", "helper": "plain:403", "asker": "", "guest": ""},
    ),
    "POST /desk/people/{person_id:uuid}/block": act(
        FACILITATORS,
        of_stage("data", lambda _: {"reason": "unkind", "why": "Twee keer geroepen", "until": str(date.today() + timedelta(days=30))}),
        of={"helper": FACILITATORS_HERE, "asker": "facilitator:422 plain:422", "guest": "foreign"},
    ),
    "GET /desk/people/{person_id:uuid}/decisions": page(FACILITATORS, of=PEOPLE),
    "POST /desk/people/{person_id:uuid}/warn": act(FACILITATORS, form(reason="rules"), of=PEOPLE),
    "POST /desk/people/{person_id:uuid}/limit": act(
        FACILITATORS,
        of_stage("data", lambda _: {"reason": "rules", "until": str(date.today() + timedelta(days=30))}),
        of={"asker": FACILITATORS_HERE, "guest": "foreign", "receiver": "facilitator:422 plain:422"},
    ),
    "POST /desk/people/{person_id:uuid}/limit/end": act(
        FACILITATORS, of={"receiver": FACILITATORS_HERE, "asker": "facilitator:409 plain:409", "guest": "foreign:409"}
    ),
    "POST /desk/people/{person_id:uuid}/preview": Route(
        door=FACILITATORS,
        of=PEOPLE,
        sends=lambda _: {"params": {"what": "warned"}, "data": {"reason": "rules", "text": "Zo niet"}},
        stores=False,
    ),
    "GET /desk/appeals/{decision_id:uuid}": page(FACILITATORS, of={"decision appealed": "facilitator", "decision": ""}),
    "POST /desk/appeals/{decision_id:uuid}": act(
        FACILITATORS, form(answer="stays", text="Het blijft zo."), of={"decision appealed": "facilitator", "decision": ""}
    ),
    "POST /desk/blocks/{block_id:uuid}/confirm": act(FACILITATORS, of={"block": "facilitator plain:403"}),
    "POST /desk/blocks/{block_id:uuid}/end": act(FACILITATORS, of={"block": FACILITATORS_HERE}),
    "POST /desk/people/{person_id:uuid}/card": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"code": stage.ids["blank card"], "pin1": "1", "pin2": "2", "pin3": "3", "pin4": "4"}),
        of={"asker": FACILITATORS_HERE, "giver": "elsewhere", "guest": "foreign:422"},
    ),
    "POST /desk/people/{person_id:uuid}/card/print": Route(
        door=FACILITATORS,
        sends=form(pin1="1", pin2="2", pin3="3", pin4="4"),
        of={"asker": FACILITATORS_HERE, "giver": "elsewhere", "guest": "foreign"},
    ),
    "POST /desk/people/{person_id:uuid}/check": act(
        FACILITATORS, of_stage("data", lambda _: {"checked_on": str(date.today())}), of=PEOPLE_WITH_SECRECY
    ),
    "POST /desk/people/{person_id:uuid}/check/remove": act(FACILITATORS, of={"helper": "facilitator plain:403", "guest": ""}),
    "GET /desk/people/{person_id:uuid}/double": page(FACILITATORS, of=PEOPLE),
    "POST /desk/people/{person_id:uuid}/double": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"other": str(stage.ids["neighbour"]), "sure": "yes"}),
        of={"helper": "facilitator plain:403", "asker": "facilitator:409 plain:403", "giver": "", "guest": ""},
    ),
    "GET /desk/intake": page(FACILITATORS, but="plain:403"),
    "POST /desk/intake": act(
        FACILITATORS, lambda _: {"data": {"text": "Ik zoek een ladder. Groetjes, Yusra"}, "files": {"list": ("", b"")}}, but="plain:403"
    ),
    "POST /desk/intake/drop": act(FACILITATORS, stores=False),
    "GET /desk/intake/{row_id:uuid}": page(FACILITATORS, of={"pasted": "facilitator"}),
    "POST /desk/intake/{row_id:uuid}": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"given_name": "Yusra", "languages": "ar", "consent": "yes", "neighbourhood_id": stage.ids["hood"]}),
        of={"pasted": "facilitator"},
    ),
    "POST /desk/intake/{row_id:uuid}/keep": act(FACILITATORS, form(given_name="Yusra"), of={"pasted": "facilitator"}),
    "POST /desk/intake/{row_id:uuid}/drop": act(FACILITATORS, of={"pasted": "facilitator"}),
    "GET /desk/fits/{post_id:uuid}": page(FACILITATORS, of=FITTING),
    "GET /api/v1/rights": Route(door=FACILITATORS),
    "GET /api/v1/partners": Route(door=FACILITATORS),
    "GET /api/v1/referrals": Route(door=FACILITATORS),
    "GET /api/v1/referrals/{referral_id:uuid}": Route(door=FACILITATORS, of=REFERRALS),
    "POST /api/v1/people/{person_id:uuid}/referrals": Route(
        door=FACILITATORS,
        good=201,
        sends=lambda _: {"json": {"right": "debt", "barrier": "shame"}},
        of={"helper": "facilitator plain:403", "giver": "elsewhere", "guest": "foreign"},
    ),
    "POST /api/v1/referrals/{referral_id:uuid}/ask": Route(
        door=FACILITATORS,
        good=204,
        sends=of_stage("json", lambda stage: {"partner": str(stage.ids["partner"]), "words": "Mag ik u noemen?", "version": 1}),
        of={"referral": "facilitator plain:403", "referral new": "facilitator plain:403", "referral sent": "facilitator:409 plain:403"},
    ),
    "POST /api/v1/referrals/{referral_id:uuid}/steps": Route(
        door=FACILITATORS,
        good=204,
        sends=lambda _: {"json": {"state": "helped", "version": 1}},
        of={"referral": FACILITATORS_HERE, "referral new": FACILITATORS_HERE, "referral sent": "facilitator:409 plain:409"},
    ),
    "GET /desk/people/{person_id:uuid}/posts": page(FACILITATORS, of=PEOPLE),
    "GET /desk/people/{person_id:uuid}/right": page(FACILITATORS, of=PEOPLE),
    "POST /desk/people/{person_id:uuid}/right": act(
        FACILITATORS, form(right="debt", barrier="shame"), of={"helper": "facilitator plain:403", "giver": "elsewhere", "guest": "foreign"}
    ),
    "GET /desk/share/{post_id:uuid}": page(FACILITATORS, of=FITTING),
    "POST /desk/share/{post_id:uuid}": Route(
        door=FACILITATORS,
        sends=form(language="nl", agreed="yes"),
        of={"shown": FACILITATORS_HERE, "sensitive": "facilitator:409", "waiting": "facilitator:409 plain:409", "nextdoor": "elsewhere"},
    ),
    "GET /desk/paper": page(FACILITATORS),
    "POST /desk/paper": act(
        FACILITATORS, of_stage("data", lambda stage: {"neighbourhood_id": stage.ids["hood"], "language": "fr"}), but="elsewhere:422"
    ),
    "GET /desk/paper/{neighbourhood_id:int}": page(
        FACILITATORS, sends=lambda stage: {"neighbourhood_id": stage.ids["hood"]}, but="elsewhere:404 foreign:404"
    ),
    "GET /desk/paper/answer": page(FACILITATORS, but="plain:403"),
    "POST /desk/paper/answer": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"code": paper_code(stage.vault, stage.ids["shown"])}),
        but="plain:403 elsewhere:422 foreign:422",
    ),
    "GET /desk/figures": page(RESPONSIBLE),
    "GET /desk/figures.csv": page(RESPONSIBLE),
    "GET /desk/flyers": page(FACILITATORS),
    "POST /desk/flyers": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"neighbourhood_id": stage.ids["hood"], "language": "fr", "size": "a6"}),
        but="elsewhere:422",
    ),
    "GET /desk/flyers/{code:str}": page(FACILITATORS, sends=lambda stage: {"code": stage.ids["flyer"]}, but="foreign:404"),
    "GET /desk/cards": page(FACILITATORS),
    "POST /desk/cards": Route(door=FACILITATORS, sends=form(count="2")),
    "GET /desk/cards/give": page(FACILITATORS, sends=lambda _: {"params": {"card": "BCDFGH23"}}),
    "POST /desk/cards/{card_id:uuid}/revoke": act(FACILITATORS, of={"card": FACILITATORS_HERE}),
    "GET /desk/weights": page(RESPONSIBLE),
    "GET /desk/weights/shares": page(COORDINATORS),
    "POST /desk/weights/shares": act(COORDINATORS, form(proximity=30, theme=20, time=20, room=10, bond=20, **DECIDED)),
    "GET /desk/weights/areas/{area_id:uuid}": page(RESPONSIBLE, of=AREAS),
    "POST /desk/weights/areas/{area_id:uuid}": act(RESPONSIBLE, form(step=1, **DECIDED), of=AREAS),
    "GET /desk/weights/themes/{theme_id:int}": page(COORDINATORS, sends=lambda _: {"theme_id": 303}),
    "POST /desk/weights/themes/{theme_id:int}": act(COORDINATORS, lambda _: {"theme_id": 303, "data": {"metres": "400", **DECIDED}}),
    "GET /desk/rules": page(RESPONSIBLE),
    "GET /desk/rules/new": page(RESPONSIBLE),
    "POST /desk/rules/new": act(RESPONSIBLE, form(words="gratis lenen", why="Tried by hand.")),
    "GET /desk/rules/themes": page(RESPONSIBLE),
    "POST /desk/rules/themes": act(RESPONSIBLE, form(theme="things.lend", why="Tried by hand.")),
    "GET /desk/rules/kinds/{kind:str}": page(RESPONSIBLE, sends=lambda _: {"kind": "money"}),
    "GET /desk/rules/{rule_id:int}": page(RESPONSIBLE, sends=lambda stage: {"rule_id": stage.rule}),
    "POST /desk/rules/{rule_id:int}": act(
        RESPONSIBLE, lambda stage: {"rule_id": stage.rule, "data": {"leads_to": "off", "why": "Tried by hand."}}
    ),
    "POST /desk/posts/{post_id:uuid}/alarms": act(
        FACILITATORS, lambda stage: {"data": {"rule": stage.rule, "wrong": "yes"}}, of={"waiting": FACILITATORS_HERE}
    ),
    # A coordinator's organisation
    "GET /desk/staff": page(COORDINATORS),
    "GET /desk/staff/new": page(COORDINATORS),
    "POST /desk/staff/new": act(
        COORDINATORS,
        of_stage("data", lambda stage: SOMEBODY_NEW | {"own": stage.ids["hood"]}),
    ),
    "GET /desk/staff/{person_id:uuid}": page(COORDINATORS, of={"facilitator": "coordinator", "coordinator": "coordinator", "foreign": ""}),
    "POST /desk/staff/{person_id:uuid}": act(
        COORDINATORS,
        of_stage("data", lambda stage: {"roles": "mapper", "seen": mark_of(["facilitator"], [stage.ids["hood"]], [], "art. 458")}),
        of={"facilitator": "coordinator", "plain": "coordinator:409", "coordinator": "coordinator:409", "foreign": "", "asker": ""},
    ),
    "POST /desk/staff/{person_id:uuid}/invite": act(
        COORDINATORS, of={"plain": "coordinator", "operator": "coordinator:409", "coordinator": "coordinator:409", "foreign": ""}
    ),
    "GET /desk/staff/{person_id:uuid}/leave": page(
        COORDINATORS, of={"plain": "coordinator", "coordinator": "coordinator:409", "foreign": ""}
    ),
    "POST /desk/staff/{person_id:uuid}/leave": act(
        COORDINATORS, of={"mapper": "coordinator", "plain": "coordinator:422", "operator": "coordinator:409", "foreign": ""}
    ),
    "GET /desk/audit": page(WORKERS),
    "GET /desk/organisations": page(COORDINATORS),
    "POST /desk/organisations/{other_id:uuid}": act(COORDINATORS, of={"other": "coordinator", "home": ""}),
    "POST /desk/organisations/{other_id:uuid}/end": act(COORDINATORS, of={"ally": "coordinator", "other": "coordinator:409", "home": ""}),
    "GET /desk/network": page(MAPPERS),
    "POST /desk/network/draft": act(FACILITATORS),
    "GET /desk/network/people": page(FACILITATORS),
    "POST /desk/network/people/{person_id:uuid}": Route(door=FACILITATORS, of=PEOPLE),
    "POST /desk/network/people/{person_id:uuid}/first": act(FACILITATORS, of=PEOPLE),
    "POST /desk/network/people/{person_id:uuid}/relieve": act(FACILITATORS, of=PEOPLE),
    "GET /desk/network/joins": page(FACILITATORS),
    "GET /desk/network/circles": page(FACILITATORS),
    "POST /desk/network/circles": act(
        FACILITATORS,
        of_stage("data", lambda stage: {"theme": stage.ids["moving"], "people": [str(stage.ids["asker"])]}),
        but="elsewhere:404 foreign:404",
    ),
    "GET /desk/network/areas": page(COORDINATORS),
    "GET /desk/network/areas/{area_id:uuid}": page(COORDINATORS, of={"area of home": "coordinator", "area of other": ""}),
    "POST /desk/network/areas/{area_id:uuid}": act(
        COORDINATORS, form(decided_how="De bewonersraad, gisteren"), of={"area of home": "coordinator", "area of other": ""}
    ),
    # For programs
    "GET /api": page(ANYBODY),
    "GET /api/docs": page(ANYBODY),
    "GET /api/openapi.json": page(ANYBODY),
    "GET /api/{path:str}": page(ANYBODY, good=404, sends=lambda _: {"path": "nothing"}),
    "GET /api/v1/municipalities": page(ANYBODY),
    "GET /api/v1/neighbourhoods": page(ANYBODY),
    "GET /api/v1/themes": page(ANYBODY),
    "POST /api/v1/themes/suggestions": Route(door=ANYBODY, sends=program(text="Een kast naar boven dragen"), stores=False),
    "GET /api/v1/network/months": page(ANYBODY),
    "GET /api/v1/network/downloads": page(ANYBODY),
    "GET /api/v1/network/measures": page(ANYBODY),
    "POST /api/v1/reports": Route(door=ANYBODY, good=201, sends=program(text="Daar klopt iets niet.")),
    "POST /api/v1/sign-in": Route(door=ANYBODY, good=202, sends=program(address="somebody@example.org")),
    "POST /api/v1/sign-in/code": Route(door=ANYBODY, good=422, sends=program(code="123456"), apart=CODE),
    "POST /api/v1/sign-in/who": Route(door=ANYBODY, good=422, sends=program(picture=1)),
    "POST /api/v1/join": Route(
        door=ANYBODY,
        good=422,
        sends=of_stage(
            "json",
            lambda stage: {"neighbourhood_id": stage.ids["hood"], "languages": ["nl"], "adult": True, "discreet": False, "consent": True},
        ),
    ),
    "DELETE /api/v1/session": Route(door=KNOWN, good=204),
    "DELETE /api/v1/sessions": Route(door=KNOWN, good=204),
    "GET /api/v1/me": page(KNOWN),
    "PATCH /api/v1/me": Route(door=LIVING_HERE, sends=program(reach=2)),
    "PUT /api/v1/me/pause": Route(door=LIVING_HERE, good=204, sends=program(until=None)),
    "DELETE /api/v1/me/pause": Route(door=LIVING_HERE, good=204, stores=False),
    "GET /api/v1/me/notices": page(LIVING_HERE),
    "PUT /api/v1/me/notices": Route(door=LIVING_HERE, good=204, sends=program(pace="daily")),
    "GET /api/v1/me/device": page(LIVING_HERE),
    "PUT /api/v1/me/device": Route(door=LIVING_HERE, good=204, but="acted:404", sends=program(**DEVICE)),
    "DELETE /api/v1/me/device": Route(door=LIVING_HERE, good=204, stores=False),
    "POST /api/v1/me/keep-away": Route(door=LIVING_HERE, good=204, sends=program(address="+32470123456")),
    "GET /api/v1/posts": page(LIVING_HERE),
    "POST /api/v1/posts": Route(
        door=LIVING_HERE, good=201, sends=program(kind="need", text="Een kast naar boven dragen", theme="transport.move")
    ),
    "GET /api/v1/posts/{post_id:uuid}/voice": page(LIVING_HERE, of=POST_VOICES),
    "GET /api/v1/posts/{post_id:uuid}": page(LIVING_HERE, of=POSTS_SEEN),
    "POST /api/v1/posts/{post_id:uuid}/withdraw": Route(door=LIVING_HERE, of=OWN_POSTS | {"refused": "asker:409 acted:409"}),
    "POST /api/v1/posts/{post_id:uuid}/renew": Route(
        door=LIVING_HERE, of={"quiet": OWN, "shown": OWN, "waiting": "asker:409 acted:409", "offer": "helper"}
    ),
    "GET /api/v1/offers": page(LIVING_HERE),
    "GET /api/v1/posts/{post_id:uuid}/fits": page(LIVING_HERE, of=OWN_POSTS),
    "POST /api/v1/posts/{post_id:uuid}/widen": Route(door=LIVING_HERE, sends=program(change="reach", reach=2, version=1), of=WIDENED),
    "GET /api/v1/matches": page(LIVING_HERE),
    "GET /api/v1/matches/{match_id:uuid}/voice": page(LIVING_HERE, of=MATCH_VOICES),
    "GET /api/v1/matches/{match_id:uuid}": page(LIVING_HERE, of=MATCHES_SEEN),
    "POST /api/v1/matches/{match_id:uuid}/answer": Route(
        door=LIVING_HERE, sends=program(answer="no"), of=answered(asked="helper", askedsensitive="helper", offered=OWN)
    ),
    "POST /api/v1/matches/{match_id:uuid}/done": Route(door=LIVING_HERE, of=answered(agreed="receiver giver")),
    "POST /api/v1/matches/{match_id:uuid}/failed": Route(
        door=LIVING_HERE, sends=program(reason="no_contact"), of=answered(agreed="receiver giver")
    ),
    "GET /api/v1/conversations": page(LIVING_HERE, but="acted:404"),
    "GET /api/v1/conversations/{conversation_id:uuid}": page(LIVING_HERE, of=TALKS),
    "GET /api/v1/conversations/{conversation_id:uuid}/messages/{message_id:uuid}/voice": page(
        LIVING_HERE, sends=lambda stage: {"conversation_id": stage.ids["conversationfailed"]}, of=MESSAGE_VOICES
    ),
    "POST /api/v1/conversations/{conversation_id:uuid}/messages": Route(
        door=LIVING_HERE, good=201, sends=program(text="Tot morgen!"), of=TALKS_OPEN
    ),
    "POST /api/v1/conversations/{conversation_id:uuid}/share-number": Route(door=LIVING_HERE, good=201, sends=program(), of=TALKS_OPEN),
    "POST /api/v1/conversations/{conversation_id:uuid}/read": Route(door=LIVING_HERE, good=204, of=TALKS),
    "POST /api/v1/conversations/{conversation_id:uuid}/report": Route(door=LIVING_HERE, good=204, of=TALKS),
    "POST /api/v1/conversations/{conversation_id:uuid}/stop": Route(door=LIVING_HERE, good=204, of=TALKS_OPEN),
    "GET /api/v1/people": page(FACILITATORS),
    "POST /api/v1/people": Route(
        door=FACILITATORS,
        good=201,
        sends=of_stage("json", lambda stage: SOMEBODY | {"neighbourhood_id": stage.ids["hood"]}),
        but="elsewhere:422",
    ),
    "GET /api/v1/people/{person_id:uuid}": page(FACILITATORS, of=PEOPLE),
    "GET /api/v1/queue/counts": page(FACILITATORS),
    "GET /api/v1/queue/posts": page(FACILITATORS),
    "GET /api/v1/queue/unmatched": page(FACILITATORS),
    "GET /api/v1/queue/posts/{post_id:uuid}/voice": page(FACILITATORS, of=DESK_VOICES),
    "POST /api/v1/queue/posts/{post_id:uuid}/words": Route(
        door=FACILITATORS, good=204, sends=program(**{**WORDS, "version": 1}), of=WORDED
    ),
    "POST /api/v1/queue/posts/{post_id:uuid}": Route(
        door=FACILITATORS,
        good=201,
        sends=program(verdict="refused", reason="unclear"),
        of={"waiting": FACILITATORS_HERE, "waitingsensitive": "facilitator", "quiet": "facilitator:409 plain:409"},
    ),
    "GET /api/v1/queue/matches": page(FACILITATORS),
    "POST /api/v1/queue/matches/{match_id:uuid}": Route(
        door=FACILITATORS,
        good=204,
        sends=program(verdict="reject", reason="not_fitting"),
        of={"match suggested": FACILITATORS_HERE, "match asked": "facilitator:409 plain:409", "match askedsensitive": "facilitator:409"},
    ),
    "GET /api/v1/queue/matches/{match_id:uuid}/alternatives": page(
        FACILITATORS,
        of={"match suggested": FACILITATORS_HERE, "match asked": "facilitator:409 plain:409", "match askedsensitive": "facilitator:409"},
    ),
    "POST /api/v1/queue/matches/{match_id:uuid}/swap": Route(
        door=FACILITATORS,
        good=201,
        sends=of_stage("json", lambda stage: {"post_id": str(stage.ids["nextdoor"])}),
        of={"match suggested": FACILITATORS_HERE, "match asked": "facilitator:409 plain:409", "match askedsensitive": "facilitator:409"},
    ),
    "GET /api/v1/people/{person_id:uuid}/decisions": page(FACILITATORS, of=PEOPLE),
    "POST /api/v1/people/{person_id:uuid}/warnings": Route(door=FACILITATORS, good=204, sends=program(reason="rules"), of=PEOPLE),
    "POST /api/v1/people/{person_id:uuid}/limit": Route(
        door=FACILITATORS,
        good=204,
        sends=of_stage("json", lambda _: {"reason": "rules", "until": str(date.today() + timedelta(days=30))}),
        of={"asker": FACILITATORS_HERE, "guest": "foreign", "receiver": "facilitator:409 plain:409"},
    ),
    "DELETE /api/v1/people/{person_id:uuid}/limit": Route(
        door=FACILITATORS, good=204, of={"receiver": FACILITATORS_HERE, "asker": "facilitator:409 plain:409", "guest": "foreign:409"}
    ),
    "POST /api/v1/people/{person_id:uuid}/blocks": Route(
        door=FACILITATORS,
        good=201,
        sends=of_stage(
            "json", lambda _: {"reason": "unkind", "why": "Twee keer geroepen", "until": str(date.today() + timedelta(days=30))}
        ),
        of={"helper": FACILITATORS_HERE, "asker": "facilitator:409 plain:409", "guest": "foreign"},
    ),
    "POST /api/v1/blocks/{block_id:uuid}/confirm": Route(door=FACILITATORS, good=204, of={"block": "facilitator plain:403"}),
    "DELETE /api/v1/blocks/{block_id:uuid}": Route(door=FACILITATORS, good=204, of={"block": FACILITATORS_HERE}),
    "GET /api/v1/rules": page(RESPONSIBLE, sends=lambda _: {"params": {"kind": "money"}}),
    "GET /api/v1/rules/{rule_id:int}": page(RESPONSIBLE, sends=lambda stage: {"rule_id": stage.rule}),
    "GET /api/v1/rules/{rule_id:int}/trial": page(RESPONSIBLE, sends=lambda stage: {"rule_id": stage.rule}),
    "POST /api/v1/rules/trial": Route(door=RESPONSIBLE, sends=program(words="gratis lenen")),
    "POST /api/v1/rules": Route(door=RESPONSIBLE, good=201, sends=program(words="gratis lenen", why="Tried by hand.")),
    "POST /api/v1/rules/themes": Route(door=RESPONSIBLE, good=201, sends=program(theme="things.lend", why="Tried by hand.")),
    "POST /api/v1/rules/{rule_id:int}": Route(
        door=RESPONSIBLE, good=204, sends=lambda stage: {"rule_id": stage.rule, "json": {"leads_to": "off", "why": "Tried by hand."}}
    ),
    "GET /api/v1/queue/reports": page(FACILITATORS),
    "GET /api/v1/tasks": page(FACILITATORS),
    "POST /api/v1/tasks/{task_id:uuid}": Route(
        door=FACILITATORS, good=204, sends=program(outcome="called"), of={"task": FACILITATORS_HERE, "task of foreign": "foreign"}
    ),
}

PUBLIC = frozenset(
    {
        "GET /",
        "GET /about",
        "GET /accessibility",
        "GET /forgotten",
        "GET /contact",
        "GET /s/{mark:str}",
        "POST /s/{mark:str}",
        "POST /s/{mark:str}/undo",
        "GET /privacy",
        "GET /rules",
        "GET /api",
        "GET /api/docs",
        "GET /api/openapi.json",
        "GET /api/{path:str}",
        "GET /api/v1/municipalities",
        "GET /api/v1/neighbourhoods",
        "GET /api/v1/network/downloads",
        "GET /api/v1/network/measures",
        "GET /api/v1/network/months",
        "GET /api/v1/themes",
        "GET /card/{token:str}",
        "GET /f/{code:str}",
        "GET /health/live",
        "GET /health/ready",
        "GET /helplines",
        "GET /inbox",
        "GET /inbox.json",
        "GET /join",
        "GET /join/about",
        "GET /map",
        "GET /map/downloads",
        "GET /map/downloads/{file:str}",
        "GET /map/flows.json",
        "GET /map/style.json",
        "GET /new",
        "GET /new/preview",
        "GET /new/voice",
        "GET /new/{kind:str}/{slug:str}/voice",
        "GET /new/{kind:str}",
        "GET /new/{kind:str}/{slug:str}",
        "GET /outlines/{municipality_id:int}",
        "GET /ogc",
        "GET /ogc/api",
        "GET /ogc/collections",
        "GET /ogc/collections/{collection:str}",
        "GET /ogc/collections/{collection:str}/items",
        "GET /ogc/collections/{collection:str}/items/{feature:str}",
        "GET /ogc/collections/{collection:str}/schema",
        "GET /ogc/conformance",
        "GET /report",
        "GET /reports/{report_id:uuid}",
        "GET /sign-in",
        "GET /sign-in/card",
        "GET /sign-in/code",
        "GET /sign-in/who",
        "GET /staff/sign-in",
        "GET /staff/sign-in/code",
        "GET /static/{name:str}",
        "GET /sw.js",
        "GET /manifest/{language:str}",
        "GET /offline/{language:str}",
        "GET /tiles.json",
        "GET /tiles/{zoom:int}/{column:int}/{file:str}",
        "POST /api/v1/join",
        "POST /api/v1/reports",
        "POST /api/v1/sign-in",
        "POST /api/v1/sign-in/code",
        "POST /api/v1/sign-in/who",
        "POST /api/v1/themes/suggestions",
        "POST /card/{token:str}",
        "POST /join",
        "POST /join/about",
        "POST /language",
        "POST /new/voice/drop",
        "POST /new/{kind:str}/{slug:str}",
        "POST /new/{kind:str}/{slug:str}/voice",
        "POST /report",
        "POST /reports/{report_id:uuid}/appeal",
        "GET /decisions/{decision_id:uuid}",
        "POST /decisions/{decision_id:uuid}/appeal",
        "POST /sign-in",
        "POST /sign-in/card",
        "POST /sign-in/code",
        "POST /sign-in/who",
        "POST /sign-out",
        "GET /staff/begin",
        "POST /staff/begin",
        "POST /staff/begin/ask",
        "POST /staff/begin/passkey",
        "POST /staff/passkeys/prove",
        "POST /staff/sign-in",
        "POST /staff/sign-in/code",
        "POST /staff/sign-in/passkey",
    }
)
"""The routes without a guard. Whoever adds one here opens it to everybody."""

WORKERS_HERE = "facilitator plain"
MAY_KNOW: dict[str, str] = {
    # Names: a person's own, their workers'; the other side's once both said yes.
    "naamasker": f"asker acted {WORKERS_HERE}",
    "naamhelper": f"helper {WORKERS_HERE}",
    "naamreceiver": f"receiver giver {WORKERS_HERE}",
    "naamgiver": f"giver receiver elsewhere {WORKERS_HERE}",
    "naamneighbour": f"neighbour {WORKERS_HERE}",
    "naamapart": f"apart {WORKERS_HERE}",
    "naamguest": "guest foreign",
    "naamstranger": "stranger elsewhere",
    # Addresses: one's own; a worker with a basis for secrecy who opens them.
    **{f"post{name}": f"{name} facilitator" for name in ("helper", "receiver", "neighbour", "apart")},
    "postasker": "asker acted facilitator",
    "postgiver": "giver elsewhere",
    "postguest": "guest foreign",
    "poststranger": "stranger elsewhere",
    **{f"post{name}": "" for name in STAFF},
    # What somebody asks and offers.
    "woordquiet": f"asker acted {WORKERS_HERE}",
    "woordshown": f"asker acted helper receiver giver neighbour apart {WORKERS_HERE}",
    "woordsensitive": "asker acted facilitator",
    "woordwaiting": f"asker acted {WORKERS_HERE}",
    "woordwaitingsensitive": "asker acted facilitator",
    **dict.fromkeys(("woordproposed", "vraag", "anderewoorden"), f"asker acted {WORKERS_HERE}"),
    "woordrefused": f"asker acted {WORKERS_HERE}",
    "woordoffer": f"helper asker acted receiver giver neighbour apart {WORKERS_HERE}",
    "woordnextdoor": f"giver asker acted helper receiver neighbour apart elsewhere {WORKERS_HERE}",
    **{f"woordneed{match}": f"asker acted {WORKERS_HERE}" for match in ("suggested", "byhand", "rejected")},
    **{
        f"woordneed{match}": f"asker acted helper {WORKERS_HERE}"
        for match in ("asked", "offered", "declined", "refusedbyasker", "lapsed", "withdrawn", "resting")
    },
    "woordneedaskedsensitive": "asker acted facilitator",
    **{f"woordneed{match}": f"receiver giver {WORKERS_HERE}" for match in ("agreed", "completed", "failed")},
    **{
        f"wordoffer{match}".replace("word", "woord"): f"helper asker acted receiver giver neighbour apart {WORKERS_HERE}"
        for match in ("suggested", "byhand", "asked", "askedsensitive", "offered")
    },
    **{
        f"woordoffer{match}": f"helper asker acted {WORKERS_HERE}"
        for match in ("declined", "refusedbyasker", "rejected", "lapsed", "withdrawn", "resting")
    },
    "woordofferagreed": f"giver receiver asker acted helper neighbour apart elsewhere {WORKERS_HERE}",
    **{f"woordoffer{match}": f"giver receiver elsewhere {WORKERS_HERE}" for match in ("completed", "failed")},
    # What two people write to each other.
    **{
        f"bericht{name}conversation{match}": "receiver giver"
        for name in ("receiver", "giver")
        for match in ("agreed", "completed", "failed")
    },
    # What somebody says: the other side of an agreement hears it, and a worker of the place; a message its two sides alone.
    "stemspoken": f"asker acted {WORKERS_HERE}",
    "stemwaitingsensitive": "asker acted facilitator",
    "stemneedoffered": f"asker acted {WORKERS_HERE}",
    "stemneedagreed": f"receiver giver {WORKERS_HERE}",
    "stemofferagreed": "giver receiver elsewhere",
    "stemconversationagreed": "",
    "stemconversationcompleted": "facilitator",
    "stemconversationfailed": "receiver giver",
    "stementwurf": " ".join(sorted(PLACING.actors)),
    # What stands on the desk.
    "geplakt": "facilitator",
    "klachtgehoord": WORKERS_HERE,
    "berichtgiverconversationfailed": "receiver giver facilitator",
    "klachthier": WORKERS_HERE,
    "klachtoud": "",
    "klachtgesprek": WORKERS_HERE,
    "klachtnergens": f"{WORKERS_HERE} elsewhere foreign",
    "redenblok": WORKERS_HERE,
    "redenbesluit": f"asker acted {WORKERS_HERE}",
}
"""For each secret of the stage, who may ever read it."""
