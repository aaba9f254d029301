"""The two stages find exactly what the pure rules say, in the same order, and lose nobody."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.matching.queries import candidates, find_candidates
from buurtnet.matching.rules.cells import list_cells
from buurtnet.matching.rules.fit import HelperFacts, PairFacts, PostFacts, ThemeFacts, compatible, compute_parts, must_review, score
from buurtnet.matching.rules.weighing import AreaEmphasis, Weighing
from buurtnet.matching.schemas import Weights
from tests.made import Made
from tests.matching.weighed import set_emphasis, set_halving, set_weights

THEMES = ["errands", "errands.groceries", "errands.pharmacy", "children", "children.mind", "home.repair"]
PENDING = ("suggested", "asked", "offered")
STANDING = (*PENDING, "agreed")


class World:
    """A small random town: people, posts, ties, refusals and matches, in the database and beside it."""

    def __init__(self, db: Db, random: Random, today: date) -> None:
        self.db, self.random, self.today = db, random, today
        self.slugs = random.sample(THEMES, random.choice([1, 2, 6]))
        self.people: list[dict] = []
        self.posts: list[dict] = []
        self.matches: list[dict] = []
        self.ties: set[frozenset[UUID]] = set()
        self.apart: set[frozenset[UUID]] = set()
        self.remembered: set[frozenset[UUID]] = set()
        self.partners = False
        self.weighing = Weighing()

    async def build(self) -> None:
        """Writes everything."""
        self.themes = {
            row["slug"]: msgspec.convert(dict(row), ThemeFacts)
            for row in await self.db.fetch("select id, slug, parent_id, talk, halving_m, review, safeguard from theme")
        }
        hoods = [row["id"] for row in await self.db.fetch("select id from neighbourhood where inhabited order by id limit 3")]
        self.near = {
            (row["a"], row["b"]): row
            for row in await self.db.fetch("select a, b, metres, level from neighbourhood_near where a = any($1) and b = any($1)", hoods)
        }
        self.organisations = [new_id(), new_id()]
        for identity in self.organisations:
            await self.db.execute("insert into organisation (id, names) values ($1, '{}')", identity)
        self.partners = self.random.random() < 0.5
        if self.partners:
            await self.db.execute(
                "insert into partnership (organisation_id, other_id, since) values ($1, $2, $3)",
                *self.organisations,
                self.today - timedelta(days=9),
            )
        for _ in range(self.random.randint(4, 9)):
            await self._add_person(self.random.choice(hoods))
        for _ in range(self.random.randint(6, 32)):
            await self._add_post()
        await self._add_pairs()
        await self._add_matches()
        if self.random.random() < 0.6:
            await self._weigh(hoods)

    async def _add_person(self, hood: int) -> None:
        pick = self.random
        person = {
            "id": new_id(),
            "organisation_id": pick.choice([self.organisations[0]] * 3 + [self.organisations[1]]),
            "given_name": "X",
            "picture": 1,
            "adult": pick.random() < 0.8,
            "mediated": pick.random() < 0.1,
            "language": "nl",
            "languages": ["nl"],
            "neighbourhood_id": hood,
            "monthly_max": pick.choice([1, 2, 4]),
            "posts_on_trial": pick.choice([0, 0, 0, 1]),
        }
        columns = ", ".join(person)
        await self.db.execute(
            f"insert into person ({columns}) values ({', '.join(f'${n}' for n in range(1, len(person) + 1))})", *person.values()
        )
        person["checked"] = pick.random() < 0.5
        person["shares"] = pick.random() < 0.5
        if person["checked"]:
            await self.db.execute(
                "insert into helper_check (person_id, kind, checked_on, checked_by) values ($1, 'minors', $2, $1)", person["id"], self.today
            )
        if person["shares"]:
            await self.db.execute(
                "insert into consent (id, person_id, what, version, language) values ($1, $2, 'partners', '1', 'nl')",
                new_id(),
                person["id"],
            )
        person["rests"] = pick.random() < 0.1
        if person["rests"] or pick.random() < 0.1:
            until = now() + timedelta(days=3 if person["rests"] else -1)
            await self.db.execute(
                "insert into rest (person_id, since, until, away) values ($1, $2, $3, false)",
                person["id"],
                now() - timedelta(days=9),
                until,
            )
        self.people.append(person)

    async def _add_post(self) -> None:
        pick, author = self.random, self.random.choice(self.people)
        capacity = pick.choice([1, 1, 2, 3])
        days = [None, None, *(self.today + timedelta(days=n) for n in (-2, 0, 1, 5))]
        start, end = pick.choice(days), pick.choice(days)
        if start and end and end < start:
            start, end = end, start
        state = pick.choice(["open"] * 9 + ["withdrawn"])
        post = {
            "id": new_id(),
            "organisation_id": author["organisation_id"],
            "kind": pick.choice(["offer", "need"]),
            "author_id": author["id"],
            "theme_id": self.themes[pick.choice(self.slugs)].id,
            "language": "nl",
            "text": "Iets",
            "state": state,
            "quiet": True,
            "neighbourhood_id": author["neighbourhood_id"],
            "reach": pick.choice([0, 1, 2, 3, 4, 4]),
            "slots": pick.choice([None, None, 1, 3, 0b1111, 0b111100, pick.getrandbits(28) | 1]),
            "from_on": start,
            "until_on": end,
            "urgency": pick.choice(["normal", "urgent"]),
            "capacity": capacity,
            "engaged": 0,
            "again": pick.random() < 0.3,
            "active": pick.random() < 0.9,
            "language_bits": pick.choice([1, 2, 3, 5]),
            "expires_at": now() + timedelta(days=pick.choice([9, 9, 9, -1])),
        }
        columns = ", ".join(post)
        await self.db.execute(
            f"insert into post ({columns}) values ({', '.join(f'${n}' for n in range(1, len(post) + 1))})", *post.values()
        )
        self.posts.append(post)

    async def _add_pairs(self) -> None:
        pick = self.random
        component = {person["id"]: person["id"] for person in self.people}
        for place, one in enumerate(self.people):
            for two in self.people[place + 1 :]:
                a, b = sorted((one["id"], two["id"]))
                chance = pick.random()
                if chance < 0.15:
                    self.ties.add(frozenset((a, b)))
                    await self.db.execute(
                        "insert into tie (a, b, first_on, last_on, helps, a_helped) values ($1, $2, $3, $3, 1, 1)", a, b, self.today
                    )
                    old, new = component[a], component[b]
                    component = {key: new if value == old else value for key, value in component.items()}
                elif chance < 0.22:
                    self.apart.add(frozenset((a, b)))
                    await self.db.execute("insert into keep_away (person_id, other_id) values ($1, $2)", *pick.sample((a, b), 2))
                elif chance < 0.32:
                    what, until = pick.choice(
                        [("declined", None), ("not_now", now() + timedelta(days=9)), ("lapsed", now() - timedelta(days=1))]
                    )
                    if what != "lapsed":
                        self.remembered.add(frozenset((a, b)))
                    await self.db.execute(
                        "insert into pair_memory (id, person_id, other_id, theme_id, what, until) values ($1, $2, $3, $4, $5, $6)",
                        new_id(),
                        *pick.sample((a, b), 2),
                        self.themes["errands"].id,
                        what,
                        until,
                    )
        tied = {person for pair in self.ties for person in pair}
        self.component = {key: value for key, value in component.items() if key in tied}
        for key, value in self.component.items():
            await self.db.execute("insert into tie_component (person_id, component) values ($1, $2)", key, value)
            await self.db.execute("update post set component = $2 where author_id = $1", key, value)
        for person in self.people:
            days = pick.choice([None, None, None, 9, 0, -1])
            if days is not None:
                until = self.today + timedelta(days=days)
                await self.db.execute("insert into put_first (person_id, until) values ($1, $2)", person["id"], until)
            if days in (0, 9):
                self.component.pop(person["id"], None)  # Whom a worker puts first counts as somebody without a tie.

    async def _add_matches(self) -> None:
        pick = self.random
        needs = [post for post in self.posts if post["kind"] == "need"]
        offers = [post for post in self.posts if post["kind"] == "offer"]
        for need in needs:
            for offer in offers:
                if need["author_id"] == offer["author_id"] or pick.random() > 0.12:
                    continue
                state = pick.choice(["suggested", "asked", "offered", "agreed", "completed", "declined", "withdrawn", "resting"])
                if state == "agreed":
                    if need["engaged"] >= need["capacity"] or offer["engaged"] >= offer["capacity"]:
                        continue
                    for post in (need, offer):
                        post["engaged"] += 1
                        await self.db.execute("update post set engaged = engaged + 1 where id = $1", post["id"])
                match = {
                    "need": need,
                    "offer": offer,
                    "state": state,
                    "agreed_at": now() - timedelta(days=pick.choice([0, 40])) if state in ("agreed", "completed") else None,
                }
                await self.db.execute(
                    "insert into match (id, need_id, offer_id, asker_id, helper_id, state, origin, score, parts, metres, level, languages, agreed_at)"
                    " values ($1, $2, $3, $4, $5, $6, 'engine', 0.5, '{1,1,1,1,1}', 1, 0, '{nl}', $7)",
                    new_id(),
                    need["id"],
                    offer["id"],
                    need["author_id"],
                    offer["author_id"],
                    state,
                    match["agreed_at"],
                )
                self.matches.append(match)

    async def _weigh(self, hoods: list[int]) -> None:
        """Sets other weights, distances and emphases, each of them more than once: the last one holds."""
        pick, areas = self.random, []
        for _ in range(2):
            cuts = sorted(pick.randint(0, 100) for _ in range(4))
            shares = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
            await set_weights(self.db, *shares)
            halvings = {pick.choice(list(self.themes.values())).id: pick.choice([150, 900, 5000, None]) for _ in range(2)}
            for theme_id, metres in halvings.items():
                await set_halving(self.db, theme_id, metres)
            self.weighing = Weighing(Weights(*shares), self.weighing.halvings | halvings)
        for organisation in self.organisations:
            area, hoods_of_it = new_id(), pick.sample(hoods, pick.randint(1, len(hoods)))
            await self.db.execute(
                "insert into area (id, organisation_id, names, neighbourhoods) values ($1, $2, '{}', $3)", area, organisation, hoods_of_it
            )
            step = pick.randint(-2, 2)
            for one in (pick.randint(-2, 2), step):
                await set_emphasis(self.db, area, one)
            areas.append(AreaEmphasis(organisation, hoods_of_it, step))
        self.weighing = msgspec.structs.replace(self.weighing, areas=areas)

    def theme_of(self, post: dict) -> ThemeFacts:
        theme = next(theme for theme in self.themes.values() if theme.id == post["theme_id"])
        metres = self.weighing.halvings.get(theme.id) or self.weighing.halvings.get(theme.parent_id) or theme.halving_m
        return msgspec.structs.replace(theme, halving_m=metres)

    def facts(self, post: dict) -> PostFacts:
        author = next(person for person in self.people if person["id"] == post["author_id"])
        side = "need" if post["kind"] == "need" else "offer"
        states = [match["state"] for match in self.matches if match[side] is post and match["state"] in PENDING]
        plain = {
            name: post[name]
            for name in (
                "id",
                "kind",
                "author_id",
                "organisation_id",
                "neighbourhood_id",
                "active",
                "reach",
                "slots",
                "from_on",
                "until_on",
                "language_bits",
                "capacity",
                "engaged",
                "again",
            )
        }
        return PostFacts(
            **plain,
            theme=self.theme_of(post),
            open=post["state"] == "open" and post["expires_at"] > now(),
            urgent=post["urgency"] == "urgent",
            adult=author["adult"],
            checked=author["checked"],
            mediated=author["mediated"],
            on_trial=author["posts_on_trial"] > 0,
            shares=author["shares"],
            component=self.component.get(author["id"]),
            standing=len(states),
            offered="offered" in states,
        )

    def helper(self, offer: dict) -> HelperFacts:
        mine = [match for match in self.matches if match["offer"]["author_id"] == offer["author_id"]]
        this_month = [
            match
            for match in mine
            if match["state"] in STANDING or (match["state"] == "completed" and match["agreed_at"] >= candidates.month_start(now()))
        ]
        person = next(person for person in self.people if person["id"] == offer["author_id"])
        return HelperFacts(
            load=sum(match["state"] in STANDING for match in mine),
            capacity=sum(
                post["capacity"]
                for post in self.posts
                if post["kind"] == "offer" and post["author_id"] == offer["author_id"] and post["state"] == "open"
            ),
            this_month=len(this_month),
            monthly_max=person["monthly_max"],
            rests=person["rests"],
        )

    def expected(self, subject: dict) -> list[tuple[float, UUID, bool]]:
        """Every compatible post with its score and whether a worker looks first, by the pure rules, best first."""
        found = []
        for other in self.posts:
            if other["kind"] == subject["kind"]:
                continue
            need, offer = (subject, other) if subject["kind"] == "need" else (other, subject)
            pair, near = (
                frozenset((need["author_id"], offer["author_id"])),
                self.near.get((need["neighbourhood_id"], offer["neighbourhood_id"])),
            )
            if near is None:
                continue
            facts = PairFacts(
                metres=near["metres"],
                level=near["level"],
                known=pair in self.ties,
                remembered=pair in self.remembered,
                kept_away=pair in self.apart,
                matched=any(match["need"] is need and match["offer"] is offer and match["state"] != "withdrawn" for match in self.matches),
                partners=self.partners,
            )
            # How many the subject may still ask is for the caller to know; the others must be free.
            n, o = (
                msgspec.structs.replace(self.facts(post), **({"standing": 0, "offered": False} if post is subject else {}))
                for post in (need, offer)
            )
            helper = self.helper(offer)
            if compatible(n, o, helper, facts, self.today):
                weighed = self.weighing.at(need["organisation_id"], need["neighbourhood_id"])
                found.append((score(compute_parts(n, o, helper, facts, weighed.bonds), weighed.weights), other["id"], must_review(n, o)))
        return sorted(found, key=lambda entry: (-entry[0], entry[1]))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32), limit=st.sampled_from([1, 2, 3, 100]), cells=st.sampled_from([1, 2, 12]), batch=st.sampled_from([1, 2, 50])
)
async def test_finds_exactly_what_the_rules_say(connection: Db, seed: int, limit: int, cells: int, batch: int) -> None:
    """Whatever is set and however much is read at once: the same posts with the same scores in the same order as looking at every pair."""
    savepoint = connection.transaction()
    await savepoint.start()
    before = candidates.FIRST_CELLS, candidates.FIRST_BATCH
    try:
        candidates.FIRST_CELLS, candidates.FIRST_BATCH = cells, batch
        world = World(connection, Random(seed), now().astimezone(candidates.ZONE).date())
        await world.build()
        for subject in world.posts:
            expected = world.expected(subject)[:limit]
            found = await find_candidates(connection, subject["id"], limit)
            assert [(one.score, one.post_id, one.needs_review) for one in found] == expected, subject
    finally:
        candidates.FIRST_CELLS, candidates.FIRST_BATCH = before
        await savepoint.rollback()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
async def test_no_post_in_a_cell_is_better_than_the_bound_of_the_cell(connection: Db, seed: int) -> None:
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        world = World(connection, Random(seed), now().astimezone(candidates.ZONE).date())
        await world.build()
        posts = {post["id"]: post for post in world.posts}
        for own in world.posts:
            subject = await candidates.get_subject(connection, own["id"], now())
            assert subject is not None
            bounds = {(cell.theme.id, cell.neighbourhood_id, cell.organisation_id): cell.bound for cell in list_cells(subject)}
            for reached, post_id, _ in world.expected(own):
                other = posts[post_id]
                assert reached <= bounds[other["theme_id"], other["neighbourhood_id"], other["organisation_id"]]
    finally:
        await savepoint.rollback()


async def test_of_equals_the_older_comes_first_also_where_it_is_read_later(made: Made, connection: Db) -> None:
    """Two posts are read at once. One who is known drops to the score of the others only when it is looked at; what is not read yet may still
    be older, though no better."""
    asker, busy, other, known = [await made.person(name) for name in ("Amina", "Bart", "Chloé", "Dirk")]
    for one in (asker, busy, other):
        a, b = sorted((one, known))
        await made.insert("tie", a=a, b=b, first_on=date(2026, 1, 1), last_on=date(2026, 1, 2), a_helped=1)
    await made.component(known, asker, busy, other, known)
    need, taken = await made.post(asker), await made.post(known, engaged=1)
    offers = [await made.post(one, "offer", capacity=2, engaged=int(one == busy)) for one in (busy, other, known)]
    await made.match(taken, offers[0], "agreed", agreed_at=now())
    assert [one.post_id for one in await find_candidates(connection, need, 1)] == [offers[1]]
    assert [one.post_id for one in await find_candidates(connection, need, 9)] == [offers[1], offers[2], offers[0]]
