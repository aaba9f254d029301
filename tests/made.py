"""What tests need to stand on: organisations, people, workers, sessions and posts, written straight into the tables."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import httpx

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault, token, token_hash

COMPONENTS = "select person_id, component from tie_component where person_id = any($1::uuid[])"
COPY_COMPONENTS = "update post set component = k.component from tie_component k where k.person_id = post.author_id"
AUTHORS = "select id, author_id from post where id = any($1::uuid[])"


class Made:
    """Rows past all checks, on a superuser's connection; each method returns the id."""

    def __init__(self, connection: Db, vault: Vault) -> None:
        self.db, self.vault = connection, vault
        self._organisation: UUID | None = None
        self._hoods: dict[str, int] = {}

    async def insert(self, table: str, **values: object) -> None:
        role = await self.db.fetchval("select current_setting('role')")
        await self.db.execute("set local role none")
        columns = ", ".join(f'"{name}"' for name in values)
        await self.db.execute(
            f'insert into "{table}" ({columns}) values ({", ".join(f"${n}" for n in range(1, len(values) + 1))})', *values.values()
        )
        await self.db.execute(f"set local role {role}")

    async def pass_seconds(self, seconds: int = 60) -> None:
        """Lets time pass for what the outbox holds and for verdicts that can be taken back for ten seconds; more than those, because the database
        counts from the beginning of the test, however slow the machine is."""
        role = await self.db.fetchval("select current_setting('role')")
        await self.db.execute("set local role none")
        await self.db.execute("update outbox set due_at = due_at - make_interval(secs => $1) where done_at is null", seconds)
        await self.db.execute("update decision set effect_at = effect_at - make_interval(secs => $1)", seconds)
        await self.db.execute(f"set local role {role}")

    async def hood(self, name: str = "Brabantwijk") -> int:
        """The id of a sample neighbourhood by its Dutch name: Brabantwijk, Collignon, Helmet, Dailly, Terdelt …"""
        if name not in self._hoods:
            self._hoods[name] = await self.db.fetchval("select id from neighbourhood where names->>'nl' = $1", name)
        return self._hoods[name]

    async def organisation(self, name: str = "Sociale Dienst 1030") -> UUID:
        identity = new_id()
        await self.insert("organisation", id=identity, names={"nl": name, "fr": name, "en": name})
        return identity

    async def home_organisation(self) -> UUID:
        """The organisation everybody belongs to unless the test says otherwise."""
        self._organisation = self._organisation or await self.organisation()
        return self._organisation

    async def person(self, name: str = "Amina", hood: str | None = "Brabantwijk", **values: object) -> UUID:
        """A resident who reads English and speaks Dutch and French: adult, past their first two posts."""
        identity = new_id()
        given: dict[str, object] = {
            "id": identity,
            "organisation_id": values.pop("organisation_id", None) or await self.home_organisation(),
            "given_name": name,
            "picture": 1,
            "adult": True,
            "language": "en",
            "languages": ["nl", "fr"],
            "neighbourhood_id": await self.hood(hood) if hood else None,
            "posts_on_trial": 0,
        }
        await self.insert("person", **(given | values))
        return identity

    async def staff(
        self,
        name: str = "Sara",
        *,
        role: str = "facilitator",
        hoods: Sequence[str] = ("Brabantwijk",),
        secrecy: str | None = "art. 458",
        **values: object,
    ) -> UUID:
        """A worker with a role and areas."""
        identity = await self.person(name, None, **values)
        organisation = values.get("organisation_id") or await self.home_organisation()
        await self.insert("staff", person_id=identity, organisation_id=organisation, role=role, secrecy_basis=secrecy)
        for hood in hoods:
            await self.insert("staff_area", person_id=identity, neighbourhood_id=await self.hood(hood), backup=False)
        return identity

    async def contact(self, person_id: UUID, address: str, channel: str = "email") -> UUID:
        """A verified address by which the person is reached and signs in."""
        identity = new_id()
        await self.insert(
            "contact",
            id=identity,
            person_id=person_id,
            channel=channel,
            sealed=self.vault.seal(address, "contact", "sealed", identity),
            verified_at=now(),
        )
        await self.insert("sign_in_name", lookup=self.vault.blind("sign-in", address), person_id=person_id)
        return identity

    async def session(self, person_id: UUID, *, kind: str = "resident", acting_for: UUID | None = None) -> str:
        """The token of a new session."""
        value = token()
        await self.insert(
            "session",
            token_hash=token_hash(value),
            person_id=person_id,
            kind=kind,
            acting_for=acting_for,
            confirmed_at=now(),
            expires_at=now() + timedelta(hours=12),
        )
        return value

    async def sign_in(self, client: httpx.AsyncClient, person_id: UUID, *, kind: str = "resident", acting_for: UUID | None = None) -> None:
        """Gives the browser a session of the person (`kind="staff"` for workers)."""
        client.cookies.set("session", await self.session(person_id, kind=kind, acting_for=acting_for))

    async def theme(self, slug: str) -> int:
        return await self.db.fetchval("select id from theme where slug = $1", slug)

    async def tie(self, one: UUID, other: UUID, *themes: str, days: int = 9) -> None:
        """The first helped the other once, so many days ago; without a theme where that was a sensitive one."""
        day = now().date() - timedelta(days=days)
        a, b = sorted((one, other))
        helped = {"a_helped": int(one == a), "b_helped": int(one == b)}
        await self.insert("tie", a=a, b=b, first_on=day, last_on=day, themes=[await self.theme(theme) for theme in themes], **helped)
        known = {row["person_id"]: row["component"] for row in await self.db.fetch(COMPONENTS, [one, other])}
        kept = known.get(one) or known.get(other) or a
        for person in (one, other):
            if person in known and known[person] != kept:
                await self.db.execute("update tie_component set component = $1 where component = $2", kept, known[person])
        await self.component(kept, *{one, other}.difference(known))

    async def component(self, name: UUID, *people: UUID) -> None:
        """Puts people who have no tie yet into a component; their posts know it."""
        for person in people:
            await self.insert("tie_component", person_id=person, component=name)
        await self.db.execute(COPY_COMPONENTS)

    async def post(
        self, author_id: UUID, kind: str = "need", theme: str = "transport.move", text: str = "Een kast naar boven dragen", **values: object
    ) -> UUID:
        """A post, open unless said otherwise."""
        from buurtnet.people.rules import language_bits

        identity = new_id()
        author = await self.db.fetchrow("select * from person where id = $1", author_id)
        given: dict[str, object] = {
            "id": identity,
            "organisation_id": author["organisation_id"],
            "kind": kind,
            "author_id": author_id,
            "theme_id": await self.theme(theme),
            "language": "nl",
            "text": text,
            "state": "open",
            "quiet": kind == "need",
            "neighbourhood_id": author["neighbourhood_id"],
            "reach": author["reach"],
            "language_bits": language_bits(author["languages"]),
            "component": await self.db.fetchval("select component from tie_component where person_id = $1", author_id),
            "expires_at": now() + timedelta(days=30),
        }
        await self.insert("post", **(given | values))
        return identity

    async def match(self, need_id: UUID, offer_id: UUID, state: str, **values: object) -> UUID:
        """A match of two posts in that state, between their authors."""
        identity = new_id()
        authors = {row["id"]: row["author_id"] for row in await self.db.fetch(AUTHORS, [need_id, offer_id])}
        given: dict[str, object] = {
            "id": identity,
            "need_id": need_id,
            "offer_id": offer_id,
            "asker_id": authors[need_id],
            "helper_id": authors[offer_id],
            "state": state,
            "origin": "engine",
            "score": 0.8,
            "parts": [0.8, 1.0, 1.0, 1.0, 0.0],
            "metres": 300,
            "level": 0,
            "languages": ["nl"],
        }
        await self.insert("match", **(given | values))
        return identity
