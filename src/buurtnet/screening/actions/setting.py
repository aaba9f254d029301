"""Setting rules for one's organisation. Each change is a row of its own: the last one holds, and those before it say how it came about."""

from collections.abc import Sequence
from typing import Annotated, cast
from uuid import UUID

import msgspec

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.locks import Lock, hold
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.screening.queries import get_card
from buurtnet.screening.rules.setting import check_change, check_new, read_typed
from buurtnet.screening.schemas import LeadsTo

Why = Annotated[str, msgspec.Meta(min_length=3, max_length=300)]
STANDING = """
select id from rule where (organisation_id = $1 or organisation_id is null and (leads_to = 'allowed') = ($5 = 'allowed'))
   and ended_at is null and language = $2 and kind = $3 and pattern = $4
 order by organisation_id is null limit 1
"""
NEW_RULE = """
insert into rule (id, organisation_id, language, kind, pattern, leads_to)
values ((select coalesce(max(id), 0) + 1 from rule), $1, $2, $3, $4, $5) returning id
"""
CHANGE = (
    "insert into rule_change (id, organisation_id, rule_id, leads_to, most, why, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7, $8)"
)
THEME = "select true from theme where slug = $1 and review <> 'always'"


class NewWords(msgspec.Struct, frozen=True, kw_only=True):
    """Words or phrases to look for, one on a line, as they are sent."""

    words: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    language: str = "any"
    kind: str = "own"
    leads_to: LeadsTo = LeadsTo.REVIEW
    why: Why


class NewTheme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme that is looked at first, as it is sent."""

    theme: str = ""
    why: Why


class RuleSetting(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule leads to from now on, as it is sent."""

    leads_to: LeadsTo
    most: int | None = None
    why: Why


async def add_words(db: Db, viewer: Viewer, new: NewWords) -> list[int]:
    """Makes rules of the viewer's organisation and gives their ids; one that rested looks again. Invalid, field by field, where words cannot be
    read, are looked for already, or would take danger away."""
    leads_to = check_new(kind=new.kind, language=new.language, leads_to=new.leads_to)
    return await _add(db, viewer, new.language, new.kind, read_typed(new.words), leads_to, new.why, field="words")


async def add_theme(db: Db, viewer: Viewer, new: NewTheme) -> list[int]:
    """From now on the organisation looks first at posts of the theme; Invalid where there is none, or it is sensitive everywhere."""
    if not await db.fetchval(THEME, new.theme):
        raise Invalid({"theme": N_("Choose a theme first.")})
    return await _add(db, viewer, "any", "theme", [new.theme], LeadsTo.SENSITIVE, new.why, field="theme")


async def _add(
    db: Db, viewer: Viewer, language: str, kind: str, patterns: Sequence[str], leads_to: LeadsTo, why: str, *, field: str
) -> list[int]:
    await hold(db, Lock.RULES)
    added: list[int] = []
    for pattern in patterns:
        rule_id: int | None = await db.fetchval(STANDING, viewer.organisation_id, language, kind, pattern, leads_to)
        if rule_id is not None and (await get_card(db, viewer, rule_id)).leads_to == leads_to:
            raise Invalid({field: N_("We look for “%(line)s” already.")}, line=pattern)
        if rule_id is None:
            rule_id = cast("int", await db.fetchval(NEW_RULE, viewer.organisation_id, language, kind, pattern, leads_to))
        await _write(db, viewer, rule_id, leads_to, None, why)
        await record_audit(db, viewer, "rule added", object_kind="rule", reason=f"rule {rule_id}: {leads_to}")
        added.append(rule_id)
    return added


async def set_rule(db: Db, viewer: Viewer, rule_id: int, setting: RuleSetting) -> None:
    """Sets what a rule leads to in the viewer's organisation; NotFound for another organisation's, refuses what the rule may not lead to."""
    if viewer.organisation_id is None:
        raise NotFound
    rule = await get_card(db, viewer, rule_id)
    most = check_change(rule, setting.leads_to, setting.most)
    await _write(db, viewer, rule_id, setting.leads_to, most, setting.why)
    reason = f"rule {rule_id}: {rule.leads_to} {rule.most or ''} -> {setting.leads_to} {most or ''}"
    await record_audit(db, viewer, "rule set", object_kind="rule", reason=reason)


async def _write(db: Db, viewer: Viewer, rule_id: int, leads_to: LeadsTo, most: int | None, why: str) -> UUID:
    identity = new_id()
    await db.execute(CHANGE, identity, viewer.organisation_id, rule_id, leads_to, most, why, viewer.person_id, now())
    return identity
