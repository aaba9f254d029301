"""Whatever people, workers and the clock do in whatever order, the invariants of a match hold."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Refusal
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions
from buurtnet.matching.rules.life import TRANSITIONS, Step, next_state
from buurtnet.matching.schemas import Answer, FailReason, RejectReason, State, Verdict
from buurtnet.posts.actions import withdraw_post
from tests.made import Made
from tests.matching.conftest import viewer, worker

THEMES = ("home.repair", "transport.move")
ENDS = {State.COMPLETED, State.FAILED, State.REJECTED, State.DECLINED, State.LAPSED}
BROKEN = {
    "more engaged than there is room": "select id from post where engaged > capacity or engaged < 0",
    "agreed without a yes of both": "select id from match where state in ('agreed', 'completed') and not (need_answer = 'yes' and offer_answer = 'yes')",
    "agreed without a conversation": "select id from match where state = 'agreed' and conversation_id is null",
    "completed without both or a worker": "select id from match where state = 'completed' and need_done_at is null and offer_done_at is null",
    "more asked than the offer has places": """
        select o.id from post o where o.kind = 'offer'
           and o.engaged + (select count(*) from match m where m.offer_id = o.id and m.state in ('suggested', 'asked', 'offered')) > o.capacity""",
    "more asked than the need may": """
        select n.id from post n where n.kind = 'need' and (select count(*) from match m where m.need_id = n.id and m.state in ('suggested', 'asked', 'offered'))
           > case when n.urgency = 'urgent' then 3 else 1 end""",
    "engaged is not what is agreed": """
        select o.id from post o where o.kind = 'offer'
           and o.engaged <> (select count(*) from match m where m.offer_id = o.id and m.state = 'agreed')""",
    "a tie without a help, or a help without a tie": """
        select a from tie where helps <> (select count(*) from match m where m.state = 'completed'
                                             and (m.asker_id, m.helper_id) in ((tie.a, tie.b), (tie.b, tie.a)))
        union all select m.id from match m where m.state = 'completed'
                    and not exists (select from tie where (tie.a, tie.b) in ((m.asker_id, m.helper_id), (m.helper_id, m.asker_id)))""",
    "a pair that said no, or rests, stands again": """
        select m.id from match m join pair_memory r on (r.person_id, r.other_id) in ((m.asker_id, m.helper_id), (m.helper_id, m.asker_id))
         where m.state in ('suggested', 'asked') and m.proposed_at > r.at and m.proposed_at < coalesce(r.until, 'infinity')""",
    "something stands between two after trouble": """
        select m.id from match m join pair_memory r on (r.person_id, r.other_id) in ((m.asker_id, m.helper_id), (m.helper_id, m.asker_id))
         where m.state in ('suggested', 'asked', 'offered', 'resting') and r.what in ('rejected', 'unhappy')""",
    "a helper who rests was asked": """
        select m.id from match m join rest on rest.person_id = m.helper_id
         where m.state in ('suggested', 'asked') and m.proposed_at > rest.since and m.proposed_at < rest.until""",
    "a helper rests who said yes to one of the last three": """
        select rest.person_id from rest
         where exists (select from (select m.offer_answer, case when m.offer_answer = 'yes' then m.offered_at else m.closed_at end as at
                                      from match m where m.helper_id = rest.person_id and m.asked_at is not null
                                       and (m.offer_answer is not null or m.state = 'lapsed') order by at desc limit 3) last
                        where last.offer_answer = 'yes' and last.at > rest.since)""",
    "more in hand than the helper does in a month": """
        select p.id from person p where p.monthly_max < (select count(*) from match m where m.helper_id = p.id
                                                           and m.state in ('suggested', 'asked', 'offered', 'agreed'))""",
    "an author matched with themselves": "select id from match where asker_id = helper_id",
}


class Town:
    """Some neighbours, their posts, and a worker who decides."""

    def __init__(self, db: Db, made: Made, random: Random, sara: Viewer, posts: list[tuple[UUID, UUID]], time: float) -> None:
        self.db, self.made, self.random, self.sara, self.posts = db, made, random, sara, posts
        self.time = time

    @property
    def at(self) -> datetime:
        return now()

    def say(self) -> Answer:
        """Mostly yes in a town where people have time, mostly something else in another one."""
        return Answer.YES if self.random.random() < self.time else self.random.choice([*Answer, Answer.NOT_NOW])

    async def step(self) -> None:
        """One thing that somebody may do, refused or not."""
        post_id, author = self.random.choice(self.posts)
        rows = await self.db.fetch("select id, asker_id, helper_id from match order by id")
        match = dict(self.random.choice(rows)) if rows else None
        deed = self.random.choice(
            ["suggest"] * 3
            + ["answer"] * 8
            + ["done"] * 4
            + ["confirm", "fail", "review", "lapse", "wake", "close", "post", "tire", "tire", "return"]
        )
        who = viewer(self.random.choice([match["asker_id"], match["helper_id"]])) if match else viewer(author)
        match deed, match:
            case "suggest", _:
                await actions.suggest_for_post(self.db, post_id, at=self.at)
            case "lapse", _ if self.random.random() < 0.3:
                await actions.lapse_matches(self.db, self.at + timedelta(days=self.random.choice([0, 30])))
            case "wake", _:
                for need_id in await actions.wake_matches(self.db, at=self.at + timedelta(days=20)):
                    await actions.suggest_for_post(self.db, need_id, at=self.at)
            case "close", _ if self.random.random() < 0.3:
                await withdraw_post(self.db, viewer(author), post_id)
                await actions.withdraw_matches(self.db, post_id, at=self.at)
            case "post", _:
                kind, theme = self.random.choice(["need", "offer"]), self.random.choice(THEMES)
                self.posts.append((await self.made.post(author, kind, theme, capacity=self.random.choice([1, 2])), author))
            case "tire", {"helper_id": helper_id}:
                for row in await self.db.fetch("select id from match where helper_id = $1 and state = 'asked'", helper_id):
                    await actions.answer_match(self.db, viewer(helper_id), row["id"], Answer.NOT_NOW)
                for one, _author in self.posts:
                    await actions.suggest_for_post(self.db, one, at=self.at)
            case "return", _ if self.random.random() < 0.3:
                await actions.end_rests(self.db, self.at + timedelta(days=self.random.choice([0, 8])))
            case "answer", {"id": match_id}:
                await actions.answer_match(self.db, who, match_id, self.say())
            case "done", {"id": match_id}:
                await actions.complete_match(self.db, who, match_id)
            case "confirm", {"id": match_id}:
                await actions.confirm_completion(self.db, self.sara, match_id)
            case "fail", {"id": match_id} if self.random.random() < 0.5:
                await actions.fail_match(self.db, who, match_id, self.random.choice(list(FailReason)))
            case "review", {"id": match_id}:
                verdict = self.random.choice([Verdict.CONFIRM, Verdict.CONFIRM, Verdict.REJECT])
                await actions.review_match(self.db, self.sara, match_id, verdict, RejectReason.OTHER)
            case _:
                pass


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
async def test_invariants_hold_after_each_step(db: Db, made: Made, seed: int) -> None:
    await made.home_organisation()
    outer, random = db.transaction(), Random(seed)
    await outer.start()
    try:
        posts: list[tuple[UUID, UUID]] = []
        for number in range(7):
            author = await made.person(f"Buur {number}", mediated=number == 0, monthly_max=random.choice([2, 9, 9]))
            for kind in ("need", "offer"):
                urgency = random.choice(["normal", "urgent"]) if kind == "need" else "normal"
                posts.append(
                    (
                        await made.post(author, kind, random.choice(THEMES), capacity=random.choice([1, 2]), urgency=urgency),
                        author,
                    )
                )
        town = Town(db, made, random, worker(await made.staff()), posts, random.choice([0, 0.7]))
        ended: dict[UUID, str] = {}
        for _ in range(80):
            savepoint = db.transaction()
            await savepoint.start()
            try:
                await town.step()
            except Refusal:
                await savepoint.rollback()
            else:
                await savepoint.commit()
            for what, statement in BROKEN.items():
                assert not await db.fetch(statement), what
            states = {row["id"]: row["state"] for row in await db.fetch("select id, state from match")}
            assert {key: states[key] for key in ended} == ended, "what is over stays over"
            ended = {key: state for key, state in states.items() if state in ENDS}
    finally:
        await outer.rollback()


@given(st.lists(st.sampled_from(list(Step)), max_size=30))
def test_nothing_leaves_an_end_and_agreement_needs_both(steps: list[Step]) -> None:
    state, taken = State.SUGGESTED, []
    for step in steps:
        following = next_state(state, step)
        if following is None:
            continue
        assert state not in ENDS
        taken.append(step)
        state = following
    if state in (State.AGREED, State.COMPLETED, State.FAILED):
        assert taken[-3 if state is not State.AGREED else -2 :][:2] == [Step.HELPER_YES, Step.ASKER_YES]


def test_every_state_is_reached_and_every_way_out_is_known() -> None:
    reached, before = {State.SUGGESTED}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _), after in TRANSITIONS.items() if state in reached}
    assert reached == set(State)
    assert {state for state, _ in TRANSITIONS} == set(State) - ENDS
