"""Codes: single use, one browser, five tries that a refusal does not undo; with real commits."""

import asyncio
from datetime import timedelta

import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.errors import TooMany, Unavailable
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.people import actions
from buurtnet.people.actions.codes import CodeIsOver, CodeIsWrong
from buurtnet.people.rules import normalise_address, sign_in_digits
from buurtnet.people.schemas import AskedCode, SignInCode
from tests.committed import Committed


async def ask(committed: Committed, vault: Vault, limits: Limits, typed: str = "amina@example.org", **values: object) -> AskedCode:
    async with committed.web.transaction() as db:
        return await actions.ask_code(
            db, vault, limits, normalise_address(typed, "BE"), network="10.0.0.1", language="nl", at=now(), **values
        )


async def verify(
    committed: Committed, vault: Vault, limits: Limits, browser: str | None, digits: str, purpose: str = "sign_in", later: int = 0
) -> SignInCode:
    at = now() + timedelta(minutes=later)
    async with committed.web.transaction() as db:
        return await actions.verify_code(db, committed.web, vault, limits, browser, digits, purpose=purpose, network="10.0.0.1", at=at)


def other(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


async def test_the_right_code_counts_once_in_its_own_browser(committed: Committed, vault: Vault, limits: Limits) -> None:
    code = await ask(committed, vault, limits)
    digits = sign_in_digits(vault, code.id)
    for browser in (None, "", "another browser"):
        with pytest.raises(CodeIsOver):
            await verify(committed, vault, limits, browser, digits)
    with pytest.raises(CodeIsOver):
        await verify(committed, vault, limits, code.browser, digits, purpose="staff")
    proven = await verify(committed, vault, limits, code.browser, f" {digits[:3]} {digits[3:]} ")
    assert proven.id == code.id
    with pytest.raises(CodeIsOver):
        await verify(committed, vault, limits, code.browser, digits)


async def test_five_tries_and_no_more(committed: Committed, vault: Vault, limits: Limits) -> None:
    code = await ask(committed, vault, limits)
    digits = sign_in_digits(vault, code.id)
    for _try in range(5):
        with pytest.raises(CodeIsWrong):
            await verify(committed, vault, limits, code.browser, other(digits))
    with pytest.raises(CodeIsOver):
        await verify(committed, vault, limits, code.browser, digits)
    async with committed.web.transaction() as db:
        assert await db.fetchval("select tries from sign_in_code where id = $1", code.id) == 5


async def test_fifty_tries_at_once_are_five(committed: Committed, vault: Vault, limits: Limits) -> None:
    code = await ask(committed, vault, limits)
    wrong = other(sign_in_digits(vault, code.id))
    results = await asyncio.gather(*(verify(committed, vault, limits, code.browser, wrong) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(result, CodeIsWrong) for result in results) == 5
    assert sum(isinstance(result, CodeIsOver) for result in results) == 5


async def test_the_right_code_at_the_same_moment_counts_once(committed: Committed, vault: Vault, limits: Limits) -> None:
    code = await ask(committed, vault, limits)
    digits = sign_in_digits(vault, code.id)
    results = await asyncio.gather(*(verify(committed, vault, limits, code.browser, digits) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, SignInCode) for result in results) == 1


async def test_a_code_ends_after_ten_minutes_and_is_forgotten_after_an_hour(committed: Committed, vault: Vault, limits: Limits) -> None:
    code = await ask(committed, vault, limits)
    with pytest.raises(CodeIsOver):
        await verify(committed, vault, limits, code.browser, sign_in_digits(vault, code.id), later=11)
    async with committed.worker.transaction() as db:
        await actions.forget_old(db, now() + timedelta(minutes=30))
        assert await db.fetchval("select count(*) from sign_in_code") == 1
        await actions.forget_old(db, now() + timedelta(minutes=61))
        assert await db.fetchval("select count(*) from sign_in_code") == 0


async def test_nothing_of_the_code_or_the_address_is_readable(committed: Committed, vault: Vault, limits: Limits) -> None:
    code = await ask(committed, vault, limits, "0470123456")
    digits = sign_in_digits(vault, code.id)
    async with committed.web.transaction() as db:
        row = await db.fetchrow("select * from sign_in_code")
        event = await db.fetchrow("select kind, payload from outbox")
    stored = " ".join(str(value) for value in row.values()) + str(event["payload"])
    assert digits not in stored.replace(str(code.id), "") and "470123456" not in stored and code.browser not in stored
    assert (event["kind"], event["payload"]) == ("people.CodeAsked", {"code_id": str(code.id)})


async def test_an_address_is_asked_five_times_a_quarter(committed: Committed, vault: Vault, limits: Limits) -> None:
    for _ in range(5):
        await ask(committed, vault, limits)
    with pytest.raises(TooMany):
        await ask(committed, vault, limits, "AMINA@example.org")
    await ask(committed, vault, limits, "other@example.org")
    async with committed.web.transaction() as db:
        assert await db.fetchval("select count(*) from sign_in_code") == 6


async def test_wrong_codes_of_one_address_are_budgeted_over_the_day(committed: Committed, vault: Vault, limits: Limits) -> None:
    for _ in range(6):
        await limits._redis.delete(*await limits._redis.keys("limit:code:*") or ["-"])
        code = await ask(committed, vault, limits)
        for _try in range(5):
            with pytest.raises(CodeIsWrong):
                await verify(committed, vault, limits, code.browser, other(sign_in_digits(vault, code.id)))
    await limits._redis.delete(*await limits._redis.keys("limit:code:*"))
    code = await ask(committed, vault, limits)
    with pytest.raises(TooMany):
        await verify(committed, vault, limits, code.browser, sign_in_digits(vault, code.id))


async def test_nobody_signs_in_while_nobody_can_count(committed: Committed, vault: Vault) -> None:
    away = Limits("unix:///nowhere/at/all.sock")
    with pytest.raises(Unavailable):
        await ask(committed, vault, away)
