"""A neighbourhood full of people who may or may not know of one another, in a database of its own, for the tests that try every route.

Whatever is anybody's secret holds a word that begins with "kanarie": a name, an address, a post, a message. An answer that holds such a word
told somebody's secret; `tests/access.py` says to whom each may be told. Requests run one by one, each undone afterwards, and triggers note
which tables each of them would have changed.
"""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import Litestar

from buurtnet.intake.schemas import Pasted
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, _set_up
from buurtnet.kit.ids import new_id
from buurtnet.kit.news import News
from buurtnet.kit.queue import Queue
from buurtnet.kit.vault import Vault, token, token_hash
from buurtnet.local.postgres import Cluster
from buurtnet.posts.pages.drafts import draft_cookie
from buurtnet.posts.schemas import Draft
from buurtnet.settings import Settings
from tests.asking import NOTED, Answer, OneTrip, Renewed, ask
from tests.made import Made
from tests.sounds import make_sound

TEN_YEARS = timedelta(days=3650)
HOME, NEXT, FAR = "Brabantwijk", "Collignon", "Georges Henri"
OTHER_ORGANISATION = "Buurtwerk Noord"
RESIDENTS = {
    "asker": HOME,
    "helper": HOME,
    "receiver": HOME,
    "giver": NEXT,
    "neighbour": HOME,
    "apart": HOME,
    "guest": HOME,
    "stranger": FAR,
}
"""Who lives where. What is between asker and helper has not both yes; receiver and giver know each other; `apart` never wants to meet the
asker; `guest` belongs to another organisation; `stranger` lives out of everybody's reach."""
STAFF: Mapping[str, tuple[str, tuple[str, ...], str | None]] = {
    "facilitator": ("facilitator", (HOME,), "art. 458"),
    "plain": ("facilitator", (HOME,), None),
    "elsewhere": ("facilitator", (NEXT, FAR), "art. 458"),
    "foreign": ("facilitator", (HOME,), "art. 458"),
    "coordinator": ("coordinator", (HOME,), "art. 458"),
    "mapper": ("mapper", (HOME,), None),
    "operator": ("operator", (), None),
}
"""Role, neighbourhoods and basis for secrecy. `plain` has no such basis, `foreign` is of the guest's organisation."""
FOREIGN = ("guest", "foreign")
POSTS: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "quiet": ("asker", "need", {}),
    "shown": ("asker", "need", {"quiet": False}),
    "sensitive": ("asker", "need", {"theme": "papers.letter"}),
    "waiting": ("asker", "need", {"state": "waiting"}),
    "waitingsensitive": ("asker", "need", {"state": "waiting", "theme": "papers.letter"}),
    "spoken": ("asker", "need", {"state": "waiting", "text": ""}),
    "refused": ("asker", "need", {"state": "refused"}),
    "proposed": ("asker", "need", {"state": "waiting", "changes_asked": "Kanarievraag"}),
    "offer": ("helper", "offer", {}),
    "nextdoor": ("giver", "offer", {}),
}
"""Author, kind and what is special of each post."""
MATCHES: Mapping[str, dict[str, Any]] = {
    "suggested": {},
    "byhand": {"origin": "facilitator"},
    "asked": {"asked_at": "now", "lapses_at": "later"},
    "askedsensitive": {"asked_at": "now", "lapses_at": "later"},
    "offered": {"asked_at": "now", "offered_at": "now", "offer_answer": "yes", "lapses_at": "later"},
    "declined": {"asked_at": "now", "offer_answer": "no", "closed_at": "now"},
    "refusedbyasker": {"asked_at": "now", "offered_at": "now", "offer_answer": "yes", "need_answer": "no", "closed_at": "now"},
    "rejected": {"closed_at": "now", "reason": "not_fitting"},
    "lapsed": {"asked_at": "now", "closed_at": "now"},
    "withdrawn": {"asked_at": "now", "closed_at": "now"},
    "resting": {"asked_at": "now", "offer_answer": "not_now", "rests_until": "later", "closed_at": "now"},
    "agreed": {"asked_at": "now", "offered_at": "now", "offer_answer": "yes", "need_answer": "yes", "agreed_at": "now"},
    "completed": {
        "asked_at": "now",
        "offered_at": "now",
        "offer_answer": "yes",
        "need_answer": "yes",
        "agreed_at": "now",
        "closed_at": "now",
    },
    "failed": {"asked_at": "now", "offered_at": "now", "offer_answer": "yes", "need_answer": "yes", "agreed_at": "now", "closed_at": "now"},
}
"""The matches by what became of them; their needs and offers have the same names."""
STATES = {"byhand": "suggested", "askedsensitive": "asked", "refusedbyasker": "declined"}
MET = ("agreed", "completed", "failed")


class Stage:
    """The people, what is between them, and a way to ask as any of them. `ids` holds everything by its name."""

    def __init__(self, connection: Db, app: Litestar, settings: Settings, vault: Vault, limits: Renewed) -> None:
        self.db, self.app, self.settings, self.vault, self.limits = connection, app, settings, vault, limits
        self.made = Made(connection, vault)
        self.database = OneTrip(connection)
        self.ids: dict[str, Any] = {}
        self.tokens: dict[str, str] = {}
        self.draft = self.spoken_draft = ""
        self.together: Path | None = None
        """A folder of all processes of a run, where there are several."""

    async def build(self) -> None:
        """Makes everybody and everything."""
        await self._organisations()
        await self._people()
        await self._posts()
        await self._matches()
        await self._voices()
        await self._paperwork()
        self.draft, self.spoken_draft = self._make_draft(), self._make_draft(self.ids["voice draft"])
        await self.db.execute(NOTED)
        for row in await self.db.fetch(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        ):
            await self._watch(row["relname"])

    async def _watch(self, table: str) -> None:
        if table in ("written", "spatial_ref_sys") or table.startswith("audit_2") or table == "audit_rest":
            return
        # That somebody was here lately is no answer to what they asked.
        update = "update of person_id, kind, acting_for, expires_at" if table == "session" else "update"
        await self.db.execute(
            f'create trigger noted after insert or {update} or delete on "{table}" for each row execute function note_write()'
        )

    async def _organisations(self) -> None:
        self.ids["home"] = await self.made.home_organisation()
        self.ids["other"] = await self.made.organisation(OTHER_ORGANISATION)
        for key, hoods in (("home", (HOME, NEXT, FAR)), ("other", (HOME,))):
            self.ids[f"area of {key}"] = identity = new_id()
            ids = [await self.made.hood(hood) for hood in hoods]
            await self.made.insert("area", id=identity, organisation_id=self.ids[key], names={"nl": "Rond het plein"}, neighbourhoods=ids)
        self.ids["ally"] = await self.made.organisation("Samen Sterk")
        together = {"organisation_id": self.ids["home"], "other_id": self.ids["ally"]}
        await self.made.insert("partnership", since=date(2026, 1, 1), **together)
        self.ids["hood"], self.ids["far"] = await self.made.hood(HOME), await self.made.hood(FAR)
        self.ids["moving"] = await self.made.theme("transport.move")

    async def _people(self) -> None:
        for number, (name, hood) in enumerate(RESIDENTS.items()):
            await self._settle(name, await self.made.person(f"Kanarienaam{name}", hood, picture=number + 1, organisation_id=self._of(name)))
            self.tokens[name] = await self.made.session(self.ids[name])
        for name, (role, hoods, secrecy) in STAFF.items():
            organisation = self._of(name)
            identity = await self.made.staff(name.title(), role=role, hoods=hoods, secrecy=secrecy, organisation_id=organisation)
            await self._settle(name, identity)
            self.tokens[name] = await self.made.session(identity, kind="staff")
        self.tokens["acted"] = await self.made.session(self.ids["facilitator"], kind="staff", acting_for=self.ids["asker"])
        await self._keys()
        await self.db.execute("update person set managed_by = $2 where id = $1", self.ids["neighbour"], self.ids["facilitator"])
        await self.db.execute("update person set managed_by = $2 where id = $1", self.ids["helper"], self.ids["plain"])
        await self.made.insert(
            "helper_check", person_id=self.ids["helper"], kind="minors", checked_on=now().date(), checked_by=self.ids["plain"]
        )
        for one, other in (("asker", "apart"), ("apart", "asker")):
            await self.made.insert("keep_away", person_id=self.ids[one], other_id=self.ids[other])
        await self.made.insert("keep_away_wish", person_id=self.ids["apart"], lookup=b"the asker's")
        # The receiver is reached through the neighbour alone, who knows somebody of other streets and somebody of another organisation.
        for other in ("receiver", "giver", "guest"):
            await self.made.tie(self.ids["neighbour"], self.ids[other], "transport.move")

    async def _keys(self) -> None:
        """With what the coordinator signs in: an app and a device, both with secrets that are no real ones."""
        for key, kind in (("passkey", "passkey"), ("app", "totp")):
            self.ids[key] = identity = new_id()
            secret = b'{"id":"AAAA","key":"AAAA"}' if kind == "passkey" else "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
            sealed = self.vault.seal(secret, "credential", "sealed", identity)
            await self.made.insert("credential", id=identity, person_id=self.ids["coordinator"], kind=kind, sealed=sealed)

    def _of(self, name: str) -> UUID:
        return self.ids["other" if name in FOREIGN else "home"]

    async def _settle(self, name: str, identity: UUID) -> None:
        self.ids[name] = identity
        self.ids[f"contact of {name}"] = await self.made.contact(identity, f"kanariepost{name}@example.org")
        if name in RESIDENTS and name != "guest":
            await self.made.contact(identity, f"+324700000{list(RESIDENTS).index(name):02}", "sms")

    async def _post(self, key: str, author: str, kind: str, *, theme: str = "transport.move", **values: Any) -> UUID:
        text = values.pop("text", f"Kanariewoord{key} wil ik graag.")
        post_id = await self.made.post(self.ids[author], kind, theme, text, **({"expires_at": now() + TEN_YEARS} | values))
        self.ids[key] = post_id
        return post_id

    async def _posts(self) -> None:
        for key, (author, kind, values) in POSTS.items():
            await self._post(key, author, kind, **values)

    async def _matches(self) -> None:
        times = {"now": now(), "later": now() + TEN_YEARS}
        for key, values in MATCHES.items():
            asker, helper = ("receiver", "giver") if key in MET else ("asker", "helper")
            theme, over = "papers.letter" if key == "askedsensitive" else "transport.move", key in ("completed", "failed")
            need = await self._post(f"need{key}", asker, "need", theme=theme, state="met" if over else "open", engaged=int(key == "agreed"))
            # An offer for each, beyond what one person may have open, so that they are withdrawn ones but for those that still count.
            standing = key in ("suggested", "byhand", "asked", "askedsensitive", "offered", "agreed")
            offer = await self._post(
                f"offer{key}", helper, "offer", theme=theme, state="open" if standing else "withdrawn", engaged=int(key == "agreed")
            )
            filled = {name: times.get(value, value) for name, value in values.items()}
            if key in MET:
                filled["conversation_id"] = await self._conversation(f"conversation{key}", closed=key == "failed")
            self.ids[f"match {key}"] = await self.made.match(need, offer, STATES.get(key, key), needs_review=True, **filled)

    async def _conversation(self, key: str, *, closed: bool) -> UUID:
        self.ids[key] = identity = new_id()
        await self.made.insert("conversation", id=identity, closed_at=now() if closed else None)
        for name in ("receiver", "giver"):
            await self.made.insert("participant", conversation_id=identity, person_id=self.ids[name])
        for name, reported in (("receiver", None), ("giver", now())):
            message = new_id()
            body = self.vault.seal(f"Kanariebericht{name}{key}", "message", "body", message)
            await self.made.insert(
                "message",
                id=message,
                conversation_id=identity,
                author_id=self.ids[name],
                body=body,
                reported_at=reported if closed else None,
            )
        return identity

    async def _voices(self) -> None:
        """What was said instead of typed: in posts at each stage of a match, in messages, and by somebody who has not joined yet."""
        said = {"spoken": "asker", "waitingsensitive": "asker", "needoffered": "asker", "needagreed": "receiver", "offeragreed": "giver"}
        for key, author in said.items():
            await self._sound("post_voice", key, post_id=self.ids[key], author_id=self.ids[author])
        for key in ("conversationagreed", "conversationcompleted", "conversationfailed"):
            self.ids[f"message of {key}"] = message = new_id()
            body = self.vault.seal("", "message", "body", message)
            row = {"conversation_id": self.ids[key], "author_id": self.ids["giver"], "body": body, "phrase": "voice"}
            await self.made.insert("message", id=message, reported_at=None if key == "conversationagreed" else now(), **row)
            await self._sound("message_voice", key, message_id=message, author_id=self.ids["giver"])
        heard = {"person_id": self.ids["facilitator"], "object_id": self.ids["conversationcompleted"], "until": now() + TEN_YEARS}
        await self.made.insert("grant", **heard)
        self.ids["voice draft"] = new_id()
        await self._sound("voice_draft", "entwurf", id=self.ids["voice draft"], made_at=now() + TEN_YEARS)

    async def _sound(self, table: str, key: str, **values: Any) -> None:
        sealed = self.vault.seal(make_sound(f"Kanariestem{key}"), table, "sound", next(iter(values.values())))
        await self.made.insert(table, sound=sealed, seconds=2, **values)

    async def _paperwork(self) -> None:
        """What workers have on their desks about the asker, and what the asker was told."""
        seen = {"object_kind": "post", "object_id": self.ids["waiting"], "kind": "contact", "leads_to": "review", "starts": 0, "ends": 4}
        self.rule: int = await self.db.fetchval("select id from rule where pattern = '<phone>'")
        await self.made.insert("flag", id=new_id(), rule_id=self.rule, **seen)
        self.ids["flyer"], self.ids["batch"] = "BCDF23", new_id()
        hood = self.ids["hood"]
        await self.made.insert("flyer", code="BCDF23", organisation_id=self.ids["home"], neighbourhood_id=hood, language="nl")
        await self.made.insert(
            "place_question", person_id=self.ids["asker"], was_id=hood, choices=[hood, self.ids["far"]], asked_on=now().date()
        )
        place = {"organisation_id": self.ids["home"], "neighbourhood_id": self.ids["hood"]}
        rows: dict[str, tuple[str, dict[str, Any]]] = {
            "report": (
                "report",
                place | {"object_kind": "post", "object_id": self.ids["shown"], "text": "Kanarieklachthier", "language": "nl"},
            ),
            "report talk": (
                "report",
                place
                | {
                    "object_kind": "conversation",
                    "object_id": self.ids["conversationfailed"],
                    "text": "Kanarieklachtgesprek",
                    "language": "nl",
                },
            ),
            "report closed": (
                "report",
                place | {"object_kind": "other", "text": "Kanarieklachtoud", "language": "nl", "closed_at": now(), "outcome": "stays"},
            ),
            "report heard": (
                "report",
                place
                | {
                    "object_kind": "conversation",
                    "object_id": self.ids["conversationcompleted"],
                    "text": "Kanarieklachtgehoord",
                    "language": "nl",
                },
            ),
            "report nowhere": ("report", {"object_kind": "other", "text": "Kanarieklachtnergens", "language": "nl"}),
            "task": ("task", place | {"kind": "call_back", "person_id": self.ids["asker"]}),
            "task noted": (
                "task",
                place
                | {
                    "kind": "call_back",
                    "person_id": self.ids["asker"],
                    "done_at": now(),
                    "done_by": self.ids["facilitator"],
                    "outcome": "called",
                },
            ),
            "task log": ("task_log", {"by": self.ids["facilitator"], "outcome": "called"}),
            "task of foreign": (
                "task",
                {
                    "organisation_id": self.ids["other"],
                    "neighbourhood_id": self.ids["hood"],
                    "kind": "call_back",
                    "person_id": self.ids["guest"],
                },
            ),
            "block": (
                "block",
                {"person_id": self.ids["asker"], "by": self.ids["plain"], "reason": "Kanarieredenblok", "until": date(2099, 1, 1)},
            ),
            "card": (
                "card",
                {
                    "organisation_id": self.ids["home"],
                    "person_id": self.ids["asker"],
                    "token_hash": token_hash("a card"),
                    "code_hash": b"code",
                    "issued_by": self.ids["facilitator"],
                    "activated_at": now(),
                },
            ),
            "decision": (
                "decision",
                {
                    "object_kind": "post",
                    "object_id": self.ids["refused"],
                    "subject_id": self.ids["asker"],
                    "verdict": "refused",
                    "reason": "unclear",
                    "text": "Kanarieredenbesluit",
                    "by": self.ids["plain"],
                    "batch": new_id(),
                    "effected_at": now(),
                },
            ),
        }
        rows["decision to undo"] = (
            "decision",
            {
                "object_kind": "post",
                "object_id": self.ids["refused"],
                "verdict": "refused",
                "by": self.ids["facilitator"],
                "batch": self.ids["batch"],
                "effect_at": now() + timedelta(days=1),
            },
        )
        for key, kind, thing, subject, said in (
            ("decision words", "post", "proposed", "asker", {"verdict": "words_proposed", "words": "Kanarieanderewoorden", "version": 0}),
            ("decision stopped", "person", "neighbour", "neighbour", {"verdict": "blocked", "reason": "safety", "until": date(2099, 1, 1)}),
            ("decision appealed", "person", "asker", "asker", {"verdict": "warned", "reason": "rules", "appealed_at": now()}),
        ):
            about = {"object_kind": kind, "object_id": self.ids[thing], "subject_id": self.ids[subject], "by": self.ids["plain"]}
            rows[key] = ("decision", about | said | {"batch": new_id(), "effected_at": now()})
        await self.db.execute("update person set limited_until = '2099-01-01' where id = $1", self.ids["receiver"])
        rows["decision on report"] = (
            "decision",
            {
                "object_kind": "report",
                "verdict": "closed",
                "reason": "stays",
                "by": self.ids["plain"],
                "batch": new_id(),
                "effected_at": now(),
            },
        )
        for key, whose in (("partner", "home"), ("partner of foreign", "other")):
            rows[key] = (
                "partner",
                {"organisation_id": self.ids[whose], "name": "Wegwijzer", "phone": "+32 2 000 00 02", "rights": ["housing"]},
            )
        right = place | {"right": "housing", "barrier": "digital", "proposed_at": now(), "worker_id": self.ids["plain"]}
        asked = right | {"person_id": self.ids["asker"], "asked_at": now()}
        rows["referral"] = ("referral", asked | {"state": "proposed"})
        rows["referral sent"] = ("referral", asked | {"state": "sent", "sent_how": "called"})
        rows["referral new"] = ("referral", right | {"person_id": self.ids["neighbour"], "state": "proposed"})
        for key in ("home", "other", "all"):
            about = {
                "area_id": self.ids.get(f"area of {key}"),
                "origin": "command",
                "state": "done",
                "started_at": now(),
                "finished_at": now(),
            }
            rows[f"round of {key}"] = ("round", about)
        for key, (table, values) in rows.items():
            self.ids[key] = values["id"] = new_id()
            if key == "decision on report":
                values["object_id"] = self.ids["report closed"]
            if key == "task log":
                values["task_id"] = self.ids["task noted"]
            if key in ("referral", "referral sent"):
                values["partner_id"] = self.ids["partner"]
            await self.made.insert(table, **values)
        self.ids["pasted"] = pasted = new_id()
        row = msgspec.msgpack.encode(Pasted(name="Kanariegeplakt", asks="Ik zoek een ladder."))
        sealed = self.vault.seal(row, "pasted", "sealed", pasted)
        await self.made.insert("pasted", id=pasted, by=self.ids["facilitator"], position=0, sealed=sealed)
        self.ids["blank card"] = "BCDFGH23"
        from buurtnet.people.actions.cards import code_hash

        await self.made.insert(
            "card",
            id=new_id(),
            organisation_id=self.ids["home"],
            token_hash=token_hash(token()),
            code_hash=code_hash(self.vault, self.ids["blank card"]),
            issued_by=self.ids["facilitator"],
        )
        for a, b in (("receiver", "giver"),):
            first, second = sorted((self.ids[a], self.ids[b]))
            await self.made.insert("tie", a=first, b=second, first_on=date(2026, 1, 1), last_on=date(2026, 1, 2), a_helped=1)

    def _make_draft(self, voice: UUID | None = None) -> str:
        draft = Draft(
            kind="need",
            theme="transport.move",
            text="Een kast naar boven dragen",
            when="any",
            slots=None,
            reach=1,
            monthly=None,
            language="nl",
            made_at=int(now().timestamp()),
            voice=voice,
            seconds=None if voice is None else 2,
        )
        return str(draft_cookie(self.vault, draft, secure=False).value)

    async def ask(
        self,
        actor: str,
        method: str,
        address: str,
        *,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str | bytes] | None = None,
        forget: Collection[str] = (),
        **sent: Any,
    ) -> Answer:
        """The answer to one request of the actor, undone afterwards. `sent` is httpx's data, json or content."""
        crumbs = {**({"session": self.tokens[actor]} if actor in self.tokens else {}), **(cookies or {})}
        said = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin", **(headers or {})}
        said = {name: value for name, value in said.items() if name not in forget}
        if crumbs and "Cookie" not in said:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in crumbs.items())
        if method != "GET":
            await self.limits.renew()
        async with self.database.undone() as written:
            response = await ask(self.app, method, address, said, **sent)
        self.limits.left |= bool(written)  # What is kept rings the worker's bell.
        return Answer(response, written)


@asynccontextmanager
async def open_stage(cluster: Cluster, template: str, app: Litestar, settings: Settings, vault: Vault) -> AsyncGenerator[Stage]:
    """A stage with everybody on it, over the application in this process."""
    name = cluster.create_database(f"stage_{new_id().hex}", template=template)
    connection = await asyncpg.connect(cluster.url("superuser", name))
    await _set_up(connection)
    outer = connection.transaction()
    await outer.start()
    limits, queue = Renewed(settings.redis_url), Queue(settings.redis_url)
    stage = Stage(connection, app, settings, vault, limits)
    before = {key: app.state[key] for key in ("database", "replica", "limits", "queue", "news") if key in app.state}
    app.state.update(database=stage.database, replica=stage.database, limits=limits, queue=queue, news=News(settings.redis_url))
    try:
        await stage.build()
        yield stage
    finally:
        app.state.update(before)
        await outer.rollback()
        await connection.close()
        await limits.close()
        await queue.close()
        cluster.run_sql(f"drop database {name} with (force)")
