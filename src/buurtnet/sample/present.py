"""The last weeks: every state that posts, matches, reports and tasks can be in stands somewhere when the story ends."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from buurtnet.conversations.actions import report_conversation
from buurtnet.matching.actions import complete_match, fail_match, lapse_matches
from buurtnet.matching.schemas import Answer, FailReason, RejectReason, Verdict
from buurtnet.moderation.actions import appeal_decision, ask_for_call, carry_out, close_report, finish_task, make_report
from buurtnet.moderation.actions.persons import ask_block, confirm_block
from buurtnet.moderation.schemas import MatchDecision, NewReport, PostDecision, ReportDecision, TaskDone
from buurtnet.moderation.schemas import Verdict as PostVerdict
from buurtnet.people.actions import change_person, pause
from buurtnet.people.schemas import PersonChange
from buurtnet.posts.actions import expire_posts, withdraw_post
from buurtnet.posts.schemas import Urgency, When
from buurtnet.referrals.actions import add_partner
from buurtnet.referrals.schemas import NewPartner
from buurtnet.sample.texts import Said
from buurtnet.sample.town import Neighbour, Standing, Town

QUARTERS = ("Brabantwijk", "Collignon", "Haachtse Steenweg", "Josaphat", "Dailly", "Brabantwijk", "Noordwijk", "Plasky", "Helmet")
NEEDS = 34
SENSITIVE = ("papers.letter", "company.visit", "children.mind")
FIT = """
select array_agg(distinct t.slug) from post p join theme t on t.id = p.theme_id
 where p.kind = 'offer' and p.state = 'open' and p.engaged < p.capacity and p.author_id <> $1 and p.organisation_id = $2
   and p.neighbourhood_id in (select b from neighbourhood_near where a = $3 and level <= 1)
"""
UNASKED = """
select p.id, p.author_id from post p
 where p.state = 'open' and p.kind = $1 and p.engaged = 0
   and not exists (select from match m where p.id in (m.need_id, m.offer_id) and m.state not in ('withdrawn', 'completed')) order by p.id
"""
OVER = "update post set expires_at = $2, renewal_asked_at = $3 where id = any($1::uuid[])"
CALLED = "select id from task where kind = 'call_back' and person_id = $1"
IGNORED = "update match set lapses_at = $2 where id = $1"
PARTNERS = (
    NewPartner(
        name="Energiepunt (voorbeeld)",
        about="Kijkt mee naar de rekening en het sociaal tarief.",
        phone="+32 2 000 00 02",
        rights=["energy"],
    ),
    NewPartner(name="Huurdershuis (voorbeeld)", about="Raad voor wie huurt.", phone="+32 2 000 00 03", rights=["housing"]),
)
LEAVE, OFFER, DECLINE, REST, LAPSE, AGREE, COMPLETE, HALF, FAIL, UNHAPPY, ASKER_NO, ASKER_REST, BACK = range(13)
ENDINGS = (
    *(AGREE, DECLINE, REST, LAPSE, OFFER, HALF, COMPLETE, FAIL, UNHAPPY, BACK, LEAVE, ASKER_NO, ASKER_REST),
    *(AGREE, OFFER, LEAVE, AGREE, AGREE, OFFER, LEAVE, COMPLETE),
)
"""What becomes of the questions of the last weeks, in turn."""


async def live_now(town: Town) -> UUID:
    """Everything up to the moment at which a visitor opens the page; gives the agreed match of which nobody has heard for long."""
    await _ask_lately(town)
    await _end_questions(town)
    await _end_posts(town)
    await _place_specials(town)
    await _change_people(town)
    await _report(town)
    await town.tell()
    agreed = await town.standing("agreed")
    return agreed[0].id


async def _ask_lately(town: Town) -> None:
    """Needs of every kind, mostly such as somebody near can help with; some shown to the neighbourhood, some pressing."""
    whens: tuple[When, ...] = ("any", "any", "week", "regularly", "any", "week")
    for number in range(NEEDS):
        who = _somebody(town, QUARTERS[number % len(QUARTERS)])
        themes: list[str] | None = await town.db.fetchval(FIT, who.id, who.viewer.organisation_id, who.viewer.neighbourhood_id)
        if number % 4 == 3:
            themes = [SENSITIVE[number // 4 % 3]]
        said = town.texts.say("need", who.languages, themes) or town.texts.say("need", who.languages)
        assert said is not None
        urgency: Urgency = "urgent" if number % 11 == 5 else "normal"
        await town.post(who, "need", said, when=whens[number % 6], reach=(1, 2, 1, 0)[number % 4], urgency=urgency, quiet=number % 3 > 0)
    linde = [one for one in town.people.values() if one.viewer.organisation_id == town.ground.linde]
    for who in linde[:3]:
        if (said := town.texts.say("need", who.languages)) is not None:
            await town.post(who, "need", said, reach=2)
    await town.approve_all()


def _somebody(town: Town, place: str) -> Neighbour:
    return town.random.choice(town.in_place(place, town.ground.service))


async def _end_questions(town: Town) -> None:
    """Of the suggested ones some stay for the worker, some are refused, most go on; then each question gets its own end."""
    for number, match in enumerate(await town.standing("suggested")):
        if number % 5 == 3:
            await town.review(match, MatchDecision(verdict=Verdict.REJECT, reason=RejectReason.NOT_FITTING))
        elif number % 5 > 1:
            await town.review(match, MatchDecision(verdict=Verdict.CONFIRM))
    await town.tell()
    endings: list[int] = []
    for match in await town.standing("asked"):
        if match not in await town.standing("asked"):  # Where several were asked, the first yes took the others' questions back.
            continue
        endings = endings or list(ENDINGS)
        # For people registered by a worker nothing lapses, and they do not report at their worker's side.
        alone = town.people[match.helper_id].address is not None and town.people[match.asker_id].address is not None
        ending = next((one for one in endings if alone or one not in (LAPSE, UNHAPPY)), LEAVE)
        if ending in endings:
            endings.remove(ending)
        await _end_question(town, match, ending)
    await lapse_matches(town.db, town.at)
    await town.tell()


async def _end_question(town: Town, match: Standing, ending: int) -> None:
    """One question: it stays, one of the two says no or not now, it is left lying, its need is taken back, or both say yes."""
    helper, asker = town.people[match.helper_id], town.people[match.asker_id]
    if ending in (OFFER, ASKER_NO, ASKER_REST):
        await town.answer(match, "helper", Answer.YES)
    if ending in (DECLINE, REST):
        await town.answer(match, "helper", Answer.NO if ending == DECLINE else Answer.NOT_NOW)
    elif ending in (ASKER_NO, ASKER_REST):
        await town.answer(match, "asker", Answer.NO if ending == ASKER_NO else Answer.NOT_NOW)
    elif ending == LAPSE:
        await town.db.execute(IGNORED, match.id, town.at - timedelta(days=1))
    elif ending == BACK:
        await withdraw_post(town.db, asker.viewer, match.need_id)
        await town.tell()
    elif ending not in (LEAVE, OFFER):
        await _go_on(town, match, helper, asker, ending)


async def _go_on(town: Town, match: Standing, helper: Neighbour, asker: Neighbour, ending: int) -> None:
    """Both say yes and write; then it works out, or not, or it is still to be."""
    await town.agree(match)
    held = next(one for one in await town.standing("agreed") if one.id == match.id)
    assert held.conversation_id is not None
    talk = town.texts.talk([language for language in helper.languages if language in asker.languages])
    if talk is not None:
        await town.write(held.conversation_id, (helper.id, asker.id), talk.lines)
    if ending == COMPLETE:
        await town.complete(match)
    elif ending == HALF:
        await complete_match(town.db, asker.viewer, match.id)
    elif ending == FAIL:
        await fail_match(town.db, asker.viewer, match.id, FailReason.NO_CONTACT)
    elif ending == UNHAPPY:
        await report_conversation(town.db, asker.viewer, held.conversation_id, at=town.at)
        await fail_match(town.db, asker.viewer, match.id, FailReason.NOT_RIGHT)


async def _end_posts(town: Town) -> None:
    """Some posts are over without anybody, some were taken back."""
    for kind, over, back in (("need", 2, 2), ("offer", 2, 2)):
        rows = await town.db.fetch(UNASKED, kind)
        await town.db.execute(OVER, [row["id"] for row in rows[:over]], town.at - timedelta(hours=1), town.at - timedelta(days=3))
        for row in rows[over : over + back]:
            await withdraw_post(town.db, town.people[row["author_id"]].viewer, row["id"])
    await expire_posts(town.db, at=town.at)
    await town.tell()


async def _place_specials(town: Town) -> None:
    """Posts at which a worker has to look: some were, some wait; partners to whom somebody with a right can be sent."""
    for partner in PARTNERS:
        await add_partner(town.db, town.ground.workers["Sara"], partner, on=town.at.date())
    for number, why in enumerate(("phone", "money", "danger", "unknown", "right", "refused", "unclear")):
        special = town.texts.special(why)
        speakers = [one for one in town.in_place("Brabantwijk") + town.in_place("Collignon") if special.language in one.languages]
        who = speakers[number % len(speakers)]
        post_id = await town.post(who, special.kind, Said(special.theme, special.language, special.text))
        match why:
            case "right":
                await town.decide(post_id, PostDecision(verdict=PostVerdict.RIGHT_FIRST, right="energy", barrier="complex"))
            case "refused":
                decision_id = await town.decide(post_id, PostDecision(verdict=PostVerdict.REFUSED, reason="money"))
                await appeal_decision(town.db, who.viewer, decision_id, on=town.at.date())
            case "unclear":
                await town.decide(
                    post_id, PostDecision(verdict=PostVerdict.CHANGES_ASKED, text="Waarmee kan iemand helpen, en wanneer past het?")
                )
            case _:
                town.kept_waiting.append(post_id)
    await _welcome_newcomers(town)


async def _welcome_newcomers(town: Town) -> None:
    """Four people whose words nobody has read yet: newcomers, a sensitive theme, somebody who wants all to go through their worker."""
    mediated = town.in_place("Josaphat")[0]
    await change_person(town.db, mediated.viewer, PersonChange(mediated=True), at=town.at)
    for who, themes in (
        (mediated, None),
        (town.in_place("Dailly")[1], ("papers.letter", "company.visit")),
        (town.in_place("Helmet")[0], ("papers.letter", "company.visit", "children.mind")),
        (town.in_place("Haachtse Steenweg")[2], ("papers.letter", "company.visit", "children.mind")),
    ):
        said = town.texts.say("need", who.languages, themes) or town.texts.say("need", who.languages)
        assert said is not None
        town.kept_waiting.append(await town.post(who, "need", said))


async def _change_people(town: Town) -> None:
    """Somebody rests for three weeks, somebody is kept away by two workers, two would like to be called and one was."""
    await pause(town.db, town.in_place("Collignon")[3].viewer, town.at.date() + timedelta(days=21), at=town.at)
    trouble = town.in_place("Helmet", town.ground.service)[1]
    block_id = await ask_block(
        town.db,
        town.ground.workers["Mehdi"],
        trouble.id,
        reason="contact",
        text=None,
        why="Stuurde buren steeds weer berichten.",
        until=town.at.date() + timedelta(days=30),
        at=town.at,
        on=town.at.date(),
    )
    await confirm_block(town.db, town.ground.workers["Sara"], block_id, at=town.at)
    for place in ("Brabantwijk", "Plasky"):
        await ask_for_call(town.db, town.in_place(place)[1].viewer, on=town.at.date())
    called = await town.db.fetch(CALLED, town.in_place("Brabantwijk")[1].id)
    await finish_task(town.db, town.ground.workers["Sara"], called[0]["id"], TaskDone(outcome="called"))


async def _report(town: Town) -> None:
    """Reports about a post, about a person and about nothing in particular; one is closed already."""
    someone, other = town.in_place("Brabantwijk")[4], town.in_place("Brabantwijk")[5]
    offers = await town.db.fetch(UNASKED, "offer")
    told = town.texts.told("post")
    about: Sequence[tuple[str, UUID | None]] = (("post", offers[0]["id"]), ("person", other.id), ("other", None))
    for kind, object_id in about:
        told = town.texts.told(kind)
        new = NewReport(text=told.text, object_kind=kind, object_id=object_id)  # type: ignore[arg-type]
        report_id = await make_report(town.db, someone.viewer, new, language=told.language)
        if kind == "other":
            worker = town.worker_of(town.ground.service, town.ground.places["Brabantwijk"])
            await carry_out(town.db, await close_report(town.db, worker, report_id, ReportDecision(outcome="handled")))
